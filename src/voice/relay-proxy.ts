import type { WebSocket } from 'ws'
import { newId } from '../kernel/ids.ts'
import { sidOf } from '../kernel/sids.ts'
import { dialApplication } from './application-socket.ts'
import { CallCapture } from './call-capture.ts'
import { suppressed, unusable } from './domain/capture-diagnostics.ts'
import { maxFrameBytes, readApplicationFrame } from './domain/frames.ts'
import {
  cutObserved,
  type ObservedStep,
  observedDueAt,
  observeInterruption,
  observeSpeech,
  observeText,
  passObserved,
} from './domain/relay-observer.ts'
import { speechMs } from './domain/speech.ts'
import type { Route } from './domain/verbs.ts'
import { watchLiveness } from './liveness.ts'
import type { Tell, VoicePorts } from './ports.ts'

export interface ProxiedSession {
  account: number
  /** Signs the upgrade to the application. */
  authToken: string
  url: string
  /** What the network says first, which is in no message. */
  greeting: string
  route: Route
  requestId: string
  /** Whether the session that its first message speaks of may be here. */
  admit: (setup: Record<string, unknown>) => Promise<boolean>
  tell: Tell
}

const connectMs = 5_000
/** The code of a WebSocket that is closed because of what it was sent. */
const refused = 1008
/** What one side has not taken in yet; beyond it the session is given up. */
const maxWaitingBytes = 1_048_576

/**
 * A relay session of the real network whose messages pass through unchanged, both ways, while their words are captured.
 * When one side is gone the other is told so, by the same code where that can be sent.
 */
export class RelayProxy {
  readonly #carrier: WebSocket
  readonly #session: ProxiedSession
  readonly #ports: VoicePorts
  #application: WebSocket | undefined
  #early: string[] = []
  #earlyBytes = 0
  #capture: CallCapture | undefined
  #sid = ''
  #speech
  #begunAt = 0
  #isOver = false
  #busy = 0
  #tail: Promise<void> = Promise.resolve()

  constructor(carrier: WebSocket, session: ProxiedSession, ports: VoicePorts) {
    this.#carrier = carrier
    this.#session = session
    this.#ports = ports
    this.#speech = observeSpeech(ports.settings.msPerCharacter)
    carrier.on('message', (data) => void this.#inOrder((now) => this.#fromCarrier(String(data), now)))
    carrier.on('close', (code) => void this.#inOrder((now) => this.#end(code, now)))
    carrier.on('error', () => carrier.terminate())
    watchLiveness(carrier)
    this.#hold(this.#dial())
  }

  get isBusy(): boolean {
    return this.#busy > 0 || (this.#capture?.waiting ?? 0) > 0
  }

  get isDone(): boolean {
    return this.#isOver && !this.isBusy
  }

  dueAt(): number | null {
    return this.#isOver ? null : observedDueAt(this.#speech)
  }

  pass(): Promise<void> {
    return this.#inOrder(async () => {})
  }

  /** Ends both sides, and waits until what was said is committed. */
  async stop(): Promise<void> {
    await this.#inOrder((now) => this.#end(1001, now))
    await this.#capture?.settled()
  }

  async #dial(): Promise<void> {
    const { url, authToken } = this.#session
    const { guard } = this.#ports
    const problem = await dialApplication({ guard, url, authToken, connectMs }, (socket) => this.#opened(socket))
    if (problem !== undefined) await this.#inOrder((now) => this.#end(1011, now))
  }

  #opened(socket: WebSocket): void {
    if (this.#isOver) {
      socket.close(1001)
      return
    }
    this.#application = socket
    socket.on('message', (data) => void this.#inOrder((now) => this.#fromApplication(String(data), now)))
    socket.on('close', (code) => void this.#inOrder((now) => this.#end(code, now)))
    watchLiveness(socket)
    for (const frame of this.#early.splice(0)) socket.send(frame)
  }

  async #fromCarrier(text: string, now: number): Promise<void> {
    if (this.#isOver) return
    const frame = parse(text)
    if (frame?.type === 'setup' && !this.#capture) {
      if (!(await this.#session.admit(frame))) return this.#end(refused, now)
      await this.#begin(frame, now)
    }
    this.#toApplication(text)
    if (frame?.type === 'prompt' && frame.last !== false && typeof frame.voicePrompt === 'string') {
      const words = frame.voicePrompt.trim()
      // Nobody speaks before the session is there, whose greeting comes first.
      const at = Math.max(this.#begunAt + 1, now - speechMs(words, this.#ports.settings.msPerCharacter))
      if (words !== '') this.#utter({ side: 'remote', text: words, at, confidence: 1 })
    }
    if (frame?.type === 'interrupt' && typeof frame.utteranceUntilInterrupt === 'string') {
      this.#spoke(observeInterruption(this.#speech, frame.utteranceUntilInterrupt, now))
    }
  }

  async #fromApplication(text: string, now: number): Promise<void> {
    if (this.#isOver) return
    if (this.#carrier.bufferedAmount > maxWaitingBytes) return this.#end(1011, now)
    this.#carrier.send(text)
    const read = readApplicationFrame(text)
    if ('frame' in read && read.frame.type === 'text') {
      this.#speech = observeText(this.#speech, read.frame.token, read.frame.last, now)
    }
  }

  /** The conversation can be found by the call before the application hears of the call. */
  async #begin(setup: Record<string, unknown>, now: number): Promise<void> {
    const { account, route, requestId, greeting } = this.#session
    const { callSid, from, to, direction, sessionId } = setup
    if (typeof callSid !== 'string' || typeof from !== 'string' || typeof to !== 'string') return
    const isOutbound = typeof direction === 'string' && direction.startsWith('outbound')
    this.#sid = typeof sessionId === 'string' && sessionId !== '' ? sessionId.slice(0, 64) : sidOf('VX', newId())
    this.#capture = new CallCapture({
      account,
      sides: { callSid: callSid.slice(0, 64), remote: isOutbound ? to : from, own: isOutbound ? from : to },
      intake: this.#ports.intake,
      requestId,
      log: this.#ports.log,
      onSuppressed: (how) => this.#session.tell({ ...suppressed[how], resource: callSid.slice(0, 64) }),
      onUnusable: (why) => this.#session.tell({ ...unusable(why), resource: callSid.slice(0, 64) }),
    })
    await this.#capture.start({ sid: this.#sid, route, agent: { agentType: 'AI_AGENT' } })
    this.#begunAt = now
    this.#speech = observeText(this.#speech, greeting, true, now)
  }

  #toApplication(text: string): void {
    const application = this.#application
    if (application) {
      if (application.bufferedAmount <= maxWaitingBytes) application.send(text)
      else application.terminate()
      return
    }
    this.#earlyBytes += Buffer.byteLength(text)
    if (this.#earlyBytes <= maxFrameBytes * 4) this.#early.push(text)
  }

  #spoke({ speech, spoke }: ObservedStep): void {
    this.#speech = speech
    for (const { text, at } of spoke) this.#utter({ side: 'own', text, at })
  }

  #utter(words: { side: 'remote' | 'own'; text: string; at: number; confidence?: number }): void {
    void this.#capture?.utter(this.#sid, { ...words, agent: { agentType: 'AI_AGENT' } })
  }

  async #end(code: number, now: number): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#spoke({ speech: this.#speech, spoke: cutObserved(this.#speech, now) })
    const sent = isSendable(code) ? code : 1011
    this.#carrier.close(sent)
    this.#application?.close(sent)
    // Whether the call goes on is not known here: it may be handed over.
    void this.#capture?.stop(this.#sid, false)
  }

  #inOrder(work: (now: number) => Promise<void>): Promise<void> {
    const done = this.#tail.then(async () => {
      const now = await this.#ports.clock.now()
      if (!this.#isOver) this.#spoke(passObserved(this.#speech, now))
      await work(now)
    })
    this.#tail = done.catch((error: unknown) =>
      this.#ports.log.error({ err: error }, 'a proxied relay session went wrong'),
    )
    this.#hold(this.#tail)
    return this.#tail
  }

  #hold(work: Promise<void>): void {
    this.#busy += 1
    void work.finally(() => {
      this.#busy -= 1
      this.#ports.wake()
    })
  }
}

function isSendable(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
