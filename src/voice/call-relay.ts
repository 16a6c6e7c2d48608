import { newId } from '../kernel/ids.ts'
import { sidOf } from '../kernel/sids.ts'
import type { CallCapture, Words } from './call-capture.ts'
import type { CallOrder } from './call-order.ts'
import type { CallOrigin } from './call-origin.ts'
import type { CallTeller } from './call-teller.ts'
import { callParameters } from './domain/call-parameters.ts'
import type { Connect } from './domain/verbs.ts'
import { LiveRelay } from './live-relay.ts'
import type { VoicePorts } from './ports.ts'

interface Options {
  origin: CallOrigin
  ports: VoicePorts
  capture: CallCapture
  teller: CallTeller
  order: CallOrder
  inOrder: (work: (now: number) => Promise<void>) => Promise<void>
  hears: (text: string, at: number) => void
  /** For transcriptions that run beside the session. */
  onSaid: (words: Words) => void
  onEnded: (parameters: Record<string, string>, now: number) => Promise<void>
}

/** The relay session of a call, while there is one. */
export class CallRelay {
  readonly #options: Options
  #live: LiveRelay | null = null

  constructor(options: Options) {
    this.#options = options
  }

  get live(): LiveRelay | null {
    return this.#live
  }

  /** The conversation can be found by the call when this has resolved; the application is dialled after that. */
  async open({ relay, action }: Connect, now: number): Promise<void> {
    const { origin, ports, capture, teller, order, inOrder, hears, onSaid, onEnded } = this.#options
    const sid = sidOf('VX', newId())
    const { conversationConfiguration, conversationId } = relay
    const agent = { agentType: 'AI_AGENT' as const }
    if (conversationConfiguration !== null || conversationId !== null) {
      await capture.start({ sid, route: { conversationConfiguration, conversationId }, agent })
    }
    const live = new LiveRelay({
      sid,
      relay,
      action,
      now,
      leg: origin.leg,
      account: origin.account,
      accountSid: origin.accountSid,
      ports,
      inOrder: (work) => inOrder(async (at) => (this.#live === live ? work(at) : undefined)),
      hears,
      utter: (words) => {
        onSaid(words)
        void capture.utter(sid, { ...words, agent })
      },
      tell: teller.tell,
      onEnded: async (parameters, at) => {
        this.#live = null
        await capture.stop(sid, false)
        await onEnded(parameters, at)
      },
    })
    this.#live = live
    order.beside(live.open())
  }

  /** Cuts the session off; its action hears of it where the call is over, since nobody asks it then what to do. */
  drop(base: string, now: number, callOver: boolean): void {
    const { origin, capture, teller } = this.#options
    const live = this.#live
    if (!live) return
    this.#live = null
    const parameters = live.drop(now)
    void capture.stop(live.sid, callOver)
    if (!callOver || live.action === null) return
    const params = { ...callParameters(origin.accountSid, { ...origin.leg, status: 'completed' }), ...parameters }
    const url = URL.parse(live.action.url, base || undefined)?.href ?? live.action.url
    teller.send({ url, method: live.action.method, params })
  }
}
