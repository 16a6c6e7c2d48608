import type { CallDocuments } from './call-documents.ts'
import type { CallOrder } from './call-order.ts'
import { type CallEffect, hear, newScript, press } from './domain/call-script.ts'
import type { Leg } from './domain/leg.ts'
import { whispering } from './domain/read-verbs.ts'
import type { Request } from './domain/verbs.ts'
import type { Tell } from './ports.ts'
import { ScriptRunner } from './script-runner.ts'

interface Options {
  leg: Leg
  msPerCharacter: number
  documents: CallDocuments
  order: CallOrder
  tell: Tell
  inOrder: (work: (now: number) => Promise<void>) => Promise<void>
  hears: (text: string, at: number) => void
  /** The document is over: the called party may be connected. */
  onReady: (now: number) => Promise<void>
  /** It ends in hanging up, or there is none. */
  onRefused: (now: number) => Promise<void>
}

/** What a called party hears alone between its answer and being connected to the caller, and may say to it. */
export class Whisper {
  readonly leg: Leg
  readonly #runner: ScriptRunner
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    const { leg, msPerCharacter, documents, order, tell, inOrder, onRefused } = options
    this.leg = leg
    this.#runner = new ScriptRunner({
      leg,
      script: newScript(msPerCharacter, true, 'BRIDGE'),
      documents,
      order,
      tell,
      inOrder,
      narrow: whispering,
      take: (effect, now) => this.#take(effect, now),
      onObeyed: () => {},
      onStranded: onRefused,
    })
  }

  begin({ url, method }: Request, base: string): void {
    this.#runner.follow({ url: URL.parse(url, base || undefined)?.href ?? url, method }, {})
  }

  dueAt(): number | null {
    return this.#runner.dueAt()
  }

  pass(at: number): Promise<void> {
    return this.#runner.pass(at)
  }

  hear(text: string, now: number): Promise<void> {
    return this.#runner.step((script) => hear(script, text, now), now)
  }

  press(digit: string, now: number): Promise<void> {
    return this.#runner.step((script) => press(script, digit, now), now)
  }

  /** Somebody hung up, or another was connected. */
  cut(now: number): Promise<void> {
    return this.#runner.cut(now)
  }

  async #take(effect: Exclude<CallEffect, { kind: 'FETCH' }>, now: number): Promise<void> {
    const { hears, onReady, onRefused } = this.#options
    if (effect.kind === 'SPOKE') hears(effect.text, effect.at)
    else if (effect.kind === 'KEYS') hears(`[${effect.digits}]`, now)
    else if (effect.kind === 'BRIDGE') await onReady(now)
    else if (effect.kind === 'HANG_UP') await onRefused(now)
  }
}
