import { callTypeOf } from '../conversations/domain/address.ts'
import { outlasting } from '../store/outlasting.ts'
import { dialApplication } from './application-socket.ts'
import type { Words } from './call-capture.ts'
import type { ApplicationFrame, RelayFrame } from './domain/frames.ts'
import type { Leg } from './domain/leg.ts'
import { handsetOf } from './domain/leg.ts'
import { withDebug } from './domain/relay-debug.ts'
import {
  closeRelay,
  hearSpeech,
  openRelay,
  passTime,
  pressKey,
  type RelayOutput,
  type RelaySession,
  type RelayStep,
  relayDueAt,
  takeFrame,
} from './domain/relay-session.ts'
import type { Relay, Request } from './domain/verbs.ts'
import type { Tell, VoicePorts } from './ports.ts'
import { RelayLine } from './relay-line.ts'

interface Options {
  sid: string
  relay: Relay
  action: Request | null
  now: number
  leg: Leg
  account: number
  accountSid: string
  ports: VoicePorts
  /** Does something in the call's order, unless the session is over by then. */
  inOrder: (work: (now: number) => Promise<void>) => Promise<void>
  hears: (text: string, at: number) => void
  utter: (words: Words) => void
  tell: Tell
  /** Called once, with the parameters of the action's request. */
  onEnded: (parameters: Record<string, string>, now: number) => Promise<void>
}

const connectMs = 5_000

/** A relay session of a live call: the state machine between the caller's ear and the application's socket. */
export class LiveRelay {
  readonly sid: string
  readonly action: Request | null
  readonly #options: Options
  readonly #line: RelayLine
  #session: RelaySession
  #awaiting: NodeJS.Timeout | undefined

  constructor(options: Options) {
    this.#options = options
    this.sid = options.sid
    this.action = options.action
    const { relay, ports, now, inOrder, tell } = options
    this.#session = openRelay(relay, ports.settings.msPerCharacter, now)
    this.#line = new RelayLine(
      async (onOpen) => {
        const { authToken } = await outlasting(() => ports.secrets.of(options.account))
        return dialApplication({ guard: ports.guard, url: relay.url, authToken, connectMs }, onOpen)
      },
      {
        onOpen: () => this.#line.send(setupFrame(options)),
        onFrame: (frame) => void inOrder((at) => this.#taken(frame, at)),
        onProblem: (code, message) => tell({ level: 'warning', code, message }),
        onLost: (code, description) => {
          tell({ level: 'error', code, message: `The relay session failed: ${description}.` })
          this.#stopAwaiting()
          void inOrder((at) => this.#end(at, 'failed', { ErrorCode: String(code), ErrorMessage: description }))
        },
      },
    )
  }

  /** Whether the application has been told something that it may be about to answer. */
  get isAwaited(): boolean {
    return this.#awaiting !== undefined
  }

  open(): Promise<void> {
    return this.#line.open()
  }

  dueAt(): number | null {
    return relayDueAt(this.#session)
  }

  pass(now: number): Promise<void> {
    return this.#follow(passTime(this.#session, now), now)
  }

  hear(text: string, now: number): Promise<void> {
    return this.#follow(hearSpeech(this.#session, text, now), now)
  }

  press(digit: string, now: number): Promise<void> {
    return this.#follow(pressKey(this.#session, digit, now), now)
  }

  /** The call is over, or goes on elsewhere. Answers the parameters that its action would be asked with. */
  drop(now: number): Record<string, string> {
    for (const output of closeRelay(this.#session, now)) this.#say(output, now)
    this.#close()
    return this.#parameters(now, 'completed', {})
  }

  async #taken(frame: ApplicationFrame, now: number): Promise<void> {
    const isAnswer = frame.type === 'end' || (frame.type === 'text' && frame.last)
    if (frame.type === 'play') this.#options.hears(`[${frame.source}]`, now)
    await this.#follow(takeFrame(this.#session, frame, now), now)
    if (isAnswer) this.#stopAwaiting()
  }

  async #follow(step: RelayStep, now: number): Promise<void> {
    const { session, outputs } = withDebug(this.#session, step)
    this.#session = session
    for (const output of outputs) {
      if (output.kind === 'ENDED') {
        const { handoffData } = output
        await this.#end(now, 'ended', handoffData === null ? {} : { HandoffData: handoffData })
      } else this.#say(output, now)
    }
  }

  #say(output: RelayOutput, now: number): void {
    switch (output.kind) {
      case 'FRAME':
        this.#line.send(output.frame)
        this.#await(output.frame)
        break
      case 'SPOKE':
        this.#options.hears(output.text, output.at)
        this.#options.utter({ side: 'own', text: output.text, at: output.at })
        break
      case 'HEARD':
        this.#options.utter({ side: 'remote', text: output.text, at: output.at, confidence: 1 })
        break
      case 'KEYS':
        this.#options.hears(`[${output.digits}]`, now)
        break
    }
  }

  async #end(now: number, status: 'ended' | 'failed', more: Record<string, string>): Promise<void> {
    for (const output of closeRelay(this.#session, now)) this.#say(output, now)
    this.#close()
    await this.#options.onEnded(this.#parameters(now, status, more), now)
  }

  #close(): void {
    this.#stopAwaiting()
    this.#line.close()
  }

  #parameters(now: number, status: string, more: Record<string, string>): Record<string, string> {
    const seconds = Math.round((now - this.#options.now) / 1000)
    return { SessionId: this.sid, SessionStatus: status, SessionDuration: String(seconds), ...more }
  }

  /** Business time that stands still until it is moved waits for the answer to what the caller said; real time does not. */
  #await(frame: RelayFrame): void {
    const { clock, settings, wake } = this.#options.ports
    if (clock.mode !== 'virtual' || frame.type !== 'prompt' || !frame.last) return
    this.#stopAwaiting()
    this.#awaiting = setTimeout(() => {
      this.#awaiting = undefined
      wake()
    }, settings.replyMs)
  }

  #stopAwaiting(): void {
    clearTimeout(this.#awaiting)
    this.#awaiting = undefined
  }
}

function setupFrame({ sid, relay, leg, accountSid }: Options) {
  return {
    type: 'setup',
    sessionId: sid,
    accountSid,
    parentCallSid: leg.parentSid ?? '',
    callSid: leg.sid,
    from: leg.from,
    to: leg.to,
    forwardedFrom: '',
    callType: callTypeName(handsetOf(leg)),
    callerName: '',
    direction: leg.direction,
    callStatus: leg.status.toUpperCase().replaceAll('-', '_'),
    customParameters: relay.parameters,
  }
}

function callTypeName(address: string): string {
  const callType = callTypeOf({ from: address, to: address, isOwned: () => false })
  return callType === 'PUBLIC_SIP' ? 'SIP' : callType
}
