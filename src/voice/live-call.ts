import type { CallInstructions } from '../carriers/carrier.ts'
import { schemaWarning } from '../carriers/domain/twiml-element.ts'
import { CallCapture, type Words } from './call-capture.ts'
import { CallDialling } from './call-dialling.ts'
import { CallDocuments } from './call-documents.ts'
import { CallLegs, type Heard, type SaveLeg } from './call-legs.ts'
import { CallOrder } from './call-order.ts'
import type { CallOrigin } from './call-origin.ts'
import { CallRelay } from './call-relay.ts'
import { CallTeller } from './call-teller.ts'
import { CallTranscriptions } from './call-transcriptions.ts'
import {
  bridged,
  type CallEffect,
  dialEnded,
  hear,
  newScript,
  orchestrates,
  press,
  relayEnded,
} from './domain/call-script.ts'
import type { CallStatus } from './domain/call-status.ts'
import { suppressed, unusable } from './domain/capture-diagnostics.ts'
import { handsetOf, isOver, type Leg } from './domain/leg.ts'
import { beginSaying, cutTalk, type Saying, type Talk } from './domain/talk.ts'
import type { Transcription } from './domain/verbs.ts'
import type { KnownTranscription } from './live-transcription.ts'
import type { VoicePorts } from './ports.ts'
import { ScriptRunner } from './script-runner.ts'

/** A call of the virtual network: what its first leg is told to do, and those who speak on it. */
export class LiveCall {
  readonly origin: CallOrigin
  readonly leg: Leg
  readonly #ports: VoicePorts
  readonly #order: CallOrder
  readonly #legs: CallLegs
  readonly #teller: CallTeller
  readonly #capture: CallCapture
  readonly #transcriptions: CallTranscriptions
  readonly #dialling: CallDialling
  readonly #relay: CallRelay
  readonly #runner: ScriptRunner
  #talk: Talk = []
  #hasDocument = false
  #isFinished = false

  constructor(origin: CallOrigin, ports: VoicePorts, save: SaveLeg, onLeg: (leg: Leg) => void) {
    const { leg } = origin
    const { msPerCharacter } = ports.settings
    this.origin = origin
    this.leg = leg
    this.#ports = ports
    this.#order = new CallOrder(ports.log, leg.sid, ports.wake)
    this.#legs = new CallLegs(origin.account, save)
    this.#teller = new CallTeller(origin, ports, this.#order)
    this.#capture = captureOf(origin, ports, this.#teller)
    const [order, legs, teller, capture] = [this.#order, this.#legs, this.#teller, this.#capture]
    const inOrder = (work: (now: number) => Promise<void>) => this.#do(work)
    const documents = new CallDocuments(origin, ports, teller)
    const common = { origin, msPerCharacter, legs, teller, documents, order, inOrder, capture }
    this.#transcriptions = new CallTranscriptions(common)
    this.#dialling = new CallDialling({
      ...common,
      onLeg,
      onConnected: (now) => this.#runner.step(bridged, now),
      onEnded: (parameters, now) => this.#runner.step((script) => dialEnded(script, parameters, now), now),
    })
    this.#relay = new CallRelay({
      ...common,
      ports,
      hears: (text, at) => legs.hears(leg, text, at),
      onSaid: (words) => this.#transcriptions.write(words, words.at),
      onEnded: (parameters, now) => this.#runner.step((script) => relayEnded(script, parameters, now), now),
    })
    this.#runner = new ScriptRunner({
      leg,
      script: newScript(msPerCharacter, leg.direction !== 'inbound'),
      documents,
      order,
      tell: teller.tell,
      inOrder,
      narrow: (verbs) => ({ verbs: [...verbs], warnings: [] }),
      take: (effect, now) => this.#take(effect, now),
      onObeyed: (verbs) => {
        if (!this.#hasDocument && !isOver(leg)) this.#transcriptions.applyRules(orchestrates(verbs))
        this.#hasDocument = true
      },
      onStranded: (now) => this.#end(leg.answeredAt === null ? 'failed' : 'completed', now),
    })
  }

  /** Rings the handset that is called, or asks what to do with the one that calls. */
  async begin(): Promise<void> {
    await this.#do(async (now) => {
      this.#report('initiated')
      if (this.leg.direction === 'inbound') return this.#runner.follow(this.origin.instructions, {})
      await this.#legs.become(this.leg, 'ringing', now)
      this.#report('ringing')
    })
  }

  /** Whether anything about the call is under way that business time must wait for. */
  get isBusy(): boolean {
    return this.#order.isBusy || this.#capture.waiting > 0 || this.#relay.live?.isAwaited === true
  }

  /** Over, with everything told and committed. */
  get isDone(): boolean {
    return this.#isFinished && !this.isBusy
  }

  heardBy(leg: Leg): readonly Heard[] {
    return this.#legs.heardBy(leg)
  }

  dueAt(): number | null {
    const dues = [
      this.#runner.dueAt(),
      this.#relay.live?.dueAt() ?? null,
      this.#talk[0]?.endsAt ?? null,
      this.#ringsUntil(),
      this.#dialling.dueAt(),
    ]
    return dues.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null)
  }

  /** Lets what is due happen. */
  pass(): Promise<void> {
    return this.#do(async () => {})
  }

  answer(leg: Leg): Promise<void> {
    return this.#do(async (now) => {
      if (leg.status !== 'ringing') return
      if (leg !== this.leg) return this.#dialling.answer(leg, now)
      await this.#legs.become(leg, 'in-progress', now)
      this.#report('answered')
      this.#runner.follow(this.origin.instructions, {})
    })
  }

  speak(leg: Leg, text: string): Promise<void> {
    return this.#do(async (now) => {
      if (leg.status !== 'in-progress') return
      const whisper = this.#dialling.whisperTo(leg)
      if (whisper) return whisper.hear(text, now)
      if (leg === this.leg && this.#relay.live) return this.#relay.live.hear(text, now)
      this.#talk = beginSaying(this.#talk, leg.sid, text, now, this.#ports.settings.msPerCharacter)
      if (leg === this.leg) await this.#runner.step((script) => hear(script, text, now), now)
    })
  }

  press(leg: Leg, digits: string): Promise<void> {
    return this.#do(async (now) => {
      for (const digit of digits) if (leg.status === 'in-progress') await this.#press(leg, digit, now)
    })
  }

  hangUp(leg: Leg, status: CallStatus = 'completed'): Promise<void> {
    return this.#do(async (now) => {
      if (isOver(leg)) return
      if (leg !== this.leg) return this.#dialling.leave(leg, now)
      if (leg.answeredAt !== null) return this.#end('completed', now)
      const unanswered = leg.direction === 'inbound' ? 'no-answer' : 'busy'
      await this.#end(status === 'completed' ? unanswered : status, now)
    })
  }

  /** The API says what to do instead. */
  redirect(instructions: CallInstructions): Promise<void> {
    return this.#do(async (now) => {
      if (isOver(this.leg)) return
      this.#relay.drop(this.#runner.base, now, false)
      await this.#dialling.drop(now)
      this.#runner.follow(instructions, {})
    })
  }

  /** The API wants it written down; `unserved` names what has no effect. Undefined where the call is over by then. */
  async transcribe(transcription: Transcription, unserved: string[]): Promise<KnownTranscription | undefined> {
    let known: KnownTranscription | undefined
    await this.#do(async (now) => {
      if (isOver(this.leg)) return
      known = (await this.#transcriptions.start(transcription, this.#runner.base, now)).known
      for (const name of unserved) {
        const message = `${name} of a transcription is not served here and has no effect`
        this.#teller.tell({ level: 'warning', code: schemaWarning, message })
      }
    })
    return known
  }

  /** By its SID or name. Undefined where there never was one. */
  async stopTranscribing(named: string): Promise<KnownTranscription | undefined> {
    let known: KnownTranscription | undefined
    await this.#do(async (now) => {
      known = await this.#transcriptions.stopOne(named, now)
    })
    return known
  }

  /** Ends with the process. */
  async abandon(): Promise<void> {
    await this.#do((now) => this.#end(this.leg.answeredAt === null ? 'failed' : 'completed', now))
    await this.#capture.settled()
  }

  /** One thing after the other, each with what has fallen due before it. */
  #do(work: (now: number) => Promise<void>): Promise<void> {
    return this.#order.inOrder(async () => {
      const now = await this.#ports.clock.now()
      await this.#passTime(now)
      await work(now)
      await this.#passTime(now)
    })
  }

  async #passTime(now: number): Promise<void> {
    for (let at = this.dueAt(); at !== null && at <= now && !isOver(this.leg); at = this.dueAt()) {
      await this.#happen(at)
    }
  }

  async #happen(at: number): Promise<void> {
    const [saying, ...others] = this.#talk
    if (saying && saying.endsAt <= at) {
      this.#talk = others
      this.#said(saying)
    } else if (this.#runner.dueAt() === at) await this.#runner.pass(at)
    else if (this.#relay.live?.dueAt() === at) await this.#relay.live.pass(at)
    else if (this.#dialling.dueAt() === at) await this.#dialling.pass(at)
    else await this.#end('no-answer', at)
  }

  async #take(effect: Exclude<CallEffect, { kind: 'FETCH' }>, now: number): Promise<void> {
    switch (effect.kind) {
      case 'ANSWER':
        await this.#legs.become(this.leg, 'in-progress', now)
        return this.#report('answered')
      case 'SPOKE':
        this.#legs.hears(this.leg, effect.text, effect.at)
        return this.#transcriptions.write({ side: 'own', text: effect.text, at: effect.at }, now)
      case 'KEYS':
        return this.#legs.hears(this.leg, `[${effect.digits}]`, now)
      case 'DIAL':
        return this.#dialling.begin(effect.dial, this.#runner.base, now)
      case 'RELAY':
        return this.#relay.open(effect.connect, now)
      case 'START':
        await this.#transcriptions.start(effect.transcription, this.#runner.base, now)
        return
      case 'STOP':
        return this.#transcriptions.stop(effect.name, now)
      case 'BRIDGE':
        return
      case 'HANG_UP':
        return this.#end(effect.status, now)
    }
  }

  async #press(leg: Leg, digit: string, now: number): Promise<void> {
    const { connected, dial } = this.#dialling
    const whisper = this.#dialling.whisperTo(leg)
    if (whisper) await whisper.press(digit, now)
    else if (leg !== this.leg) this.#legs.hears(this.leg, `[${digit}]`, now)
    else if (this.#relay.live) await this.#relay.live.press(digit, now)
    else if (connected && digit === '*' && dial?.hangupOnStar) await this.#dialling.leave(connected, now)
    else if (connected) this.#legs.hears(connected, `[${digit}]`, now)
    else await this.#runner.step((script) => press(script, digit, now), now)
  }

  /** Words are heard at the other end, and written down. */
  #said({ by, text, startsAt, endsAt }: Saying): void {
    const { connected } = this.#dialling
    const isOwn = by !== this.leg.sid
    if (isOwn) this.#legs.hears(this.leg, text, startsAt)
    else if (connected) this.#legs.hears(connected, text, startsAt)
    const person: Pick<Words, 'agent'> = connected
      ? { agent: { agentType: 'HUMAN_AGENT', agentAddress: connected.to } }
      : {}
    this.#transcriptions.write({ side: isOwn ? 'own' : 'remote', text, at: startsAt, ...person }, endsAt)
  }

  async #end(status: CallStatus, now: number): Promise<void> {
    if (isOver(this.leg)) return
    await this.#runner.cut(now)
    for (const saying of cutTalk(this.#talk, now)) this.#said(saying)
    this.#talk = []
    this.#relay.drop(this.#runner.base, now, true)
    await this.#dialling.drop(now)
    this.#transcriptions.endAll(now)
    this.#order.beside(this.#capture.stopAll())
    await this.#legs.become(this.leg, status, now)
    this.#report('completed')
    this.#isFinished = true
  }

  #ringsUntil(): number | null {
    const { status, direction, createdAt } = this.leg
    return status === 'ringing' && direction !== 'inbound' ? createdAt + this.origin.ringSeconds * 1000 : null
  }

  #report(event: Parameters<CallTeller['report']>[2]): void {
    this.#teller.report(this.leg, this.origin.statusCallback, event)
  }
}

function captureOf({ account, leg, requestId }: CallOrigin, ports: VoicePorts, teller: CallTeller): CallCapture {
  const own = leg.direction === 'inbound' ? leg.to : leg.from
  return new CallCapture({
    account,
    sides: { callSid: leg.sid, remote: handsetOf(leg), own },
    intake: ports.intake,
    requestId,
    log: ports.log,
    onSuppressed: (how) => teller.tell(suppressed[how]),
    onUnusable: (why) => teller.tell(unusable(why)),
  })
}
