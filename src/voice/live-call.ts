import { parseTwiml } from '../carriers/twiml-parser.ts'
import { reportDiagnostic } from '../events/report.ts'
import { newId } from '../kernel/ids.ts'
import { sidOf } from '../kernel/sids.ts'
import { CallCapture, type Words } from './call-capture.ts'
import {
  type CallEffect,
  type CallStatus,
  type CallStep,
  cutOff,
  dialEnded,
  hear,
  newScript,
  obey,
  orchestrates,
  passTime,
  press,
  relayEnded,
  scriptDueAt,
} from './domain/call-script.ts'
import { readVoiceTwiml } from './domain/read-verbs.ts'
import { speechMs } from './domain/speech.ts'
import type { Connect, Dial, Transcription } from './domain/verbs.ts'
import { type CallEvent, callParameters, durationOf, handsetOf, isOver, type Leg, type StatusCallback } from './leg.ts'
import { LiveRelay } from './live-relay.ts'
import { LiveTranscription } from './live-transcription.ts'
import type { Tell, VoicePorts } from './ports.ts'

/** What a handset has heard, in order. */
export interface Heard {
  at: number
  text: string
}

export interface CallOrigin {
  account: number
  accountSid: string
  requestId: string
  leg: Leg
  statusCallback: StatusCallback | null
  /** What to do when it is answered, or has come in. */
  instructions: Instructions
  ringSeconds: number
}

export type Instructions =
  | { url: string; method: 'GET' | 'POST'; fallback?: { url: string; method: 'GET' | 'POST' } }
  | { twiml: string }

interface Speech {
  leg: Leg
  text: string
  startsAt: number
  endsAt: number
}

interface Bridge {
  dial: Dial
  children: Leg[]
  ringsUntil: number
  /** The one who answered. */
  connected: Leg | null
  endsAt: number | null
}

/** Keeps the row of a leg; called again whenever the leg has changed. */
export type SaveLeg = (account: number, leg: Leg) => Promise<void>

/**
 * A call of the virtual network with the legs that it dials. Everything that happens to it happens in order, one after the
 * other; what takes long (a document, an application's socket) is waited for outside of that order.
 */
export class LiveCall {
  readonly origin: CallOrigin
  readonly leg: Leg
  readonly #ports: VoicePorts
  readonly #save: SaveLeg
  readonly #onChild: (child: Leg) => void
  readonly #capture: CallCapture
  readonly #heard = new Map<string, Heard[]>()
  readonly #transcriptions: LiveTranscription[] = []
  #script
  #speech: Speech[] = []
  #bridge: Bridge | null = null
  #relay: LiveRelay | null = null
  #passive: string | null = null
  #hasDocument = false
  #isFinished = false
  #documents = 0
  #documentAt = 0
  #atOnce = 0
  #tail: Promise<void> = Promise.resolve()
  #busy = 0
  #callbacks: Promise<void> = Promise.resolve()
  #sequence = 0

  constructor(origin: CallOrigin, ports: VoicePorts, save: SaveLeg, onChild: (child: Leg) => void) {
    this.origin = origin
    this.leg = origin.leg
    this.#ports = ports
    this.#save = save
    this.#onChild = onChild
    this.#script = newScript(ports.settings.msPerCharacter, origin.leg.direction !== 'inbound')
    const { account, requestId } = origin
    const own = origin.leg.direction === 'inbound' ? origin.leg.to : origin.leg.from
    this.#capture = new CallCapture({
      account,
      sides: { callSid: origin.leg.sid, remote: handsetOf(origin.leg), own },
      intake: ports.intake,
      requestId,
      log: ports.log,
      onSuppressed: (how) => this.#tell(suppressed[how]),
      onUnusable: (why) => {
        const message = `What the TwiML names can not be used, so nothing of the call is captured. ${why}`
        this.#tell({ level: 'warning', code: 530952, message })
      },
    })
  }

  /** Rings the handset that is called, or asks what to do with the one that calls. */
  async begin(): Promise<void> {
    await this.#do(async (now) => {
      await this.#save(this.origin.account, this.leg)
      this.#report('initiated')
      if (this.leg.direction === 'inbound') this.#follow(this.origin.instructions, {})
      else {
        await this.#become(this.leg, 'ringing', now)
        this.#report('ringing')
      }
    })
  }

  /** Whether anything about the call is under way that business time must wait for. */
  get isBusy(): boolean {
    return this.#busy > 0 || this.#capture.waiting > 0 || this.#relay?.isAwaited === true
  }

  /** Over, with everything told and committed. */
  get isDone(): boolean {
    return this.#isFinished && !this.isBusy
  }

  heardBy(leg: Leg): readonly Heard[] {
    return this.#heard.get(leg.sid) ?? []
  }

  dueAt(): number | null {
    const bridge = this.#bridge
    const dues = [
      scriptDueAt(this.#script),
      this.#relay?.dueAt() ?? null,
      this.#speech[0]?.endsAt ?? null,
      this.leg.status === 'ringing' && this.leg.direction !== 'inbound' ? this.#ringsUntil() : null,
      bridge && !bridge.connected ? bridge.ringsUntil : (bridge?.endsAt ?? null),
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
      await this.#become(leg, 'in-progress', now)
      if (leg === this.leg) {
        this.#report('answered')
        this.#follow(this.origin.instructions, {})
      } else await this.#connect(leg, now)
    })
  }

  speak(leg: Leg, text: string): Promise<void> {
    return this.#do(async (now) => {
      if (leg.status !== 'in-progress') return
      if (leg === this.leg && this.#relay) return this.#relay.hear(text, now)
      const startsAt = this.#speech.reduce((at, one) => (one.leg === leg ? Math.max(at, one.endsAt) : at), now)
      const speech = { leg, text, startsAt, endsAt: startsAt + speechMs(text, this.#ports.settings.msPerCharacter) }
      this.#speech = [...this.#speech, speech].toSorted((a, b) => a.endsAt - b.endsAt)
      if (leg === this.leg) await this.#step(hear(this.#script, text, now), now)
    })
  }

  press(leg: Leg, digits: string): Promise<void> {
    return this.#do(async (now) => {
      if (leg.status !== 'in-progress') return
      for (const digit of digits) {
        if (leg !== this.leg) this.#hears(this.leg, `[${digit}]`, now)
        else if (this.#relay) await this.#relay.press(digit, now)
        else await this.#step(press(this.#script, digit, now), now)
      }
    })
  }

  hangUp(leg: Leg, status: CallStatus = 'completed'): Promise<void> {
    return this.#do(async (now) => {
      if (isOver(leg)) return
      if (leg !== this.leg) return this.#leave(leg, leg.status === 'ringing' ? 'busy' : 'completed', now)
      const wasAnswered = leg.answeredAt !== null
      await this.#end(wasAnswered ? 'completed' : status === 'completed' ? 'busy' : status, now)
    })
  }

  /** The API says what to do instead. */
  redirect(instructions: Instructions): Promise<void> {
    return this.#do(async (now) => {
      if (isOver(this.leg)) return
      this.#dropRelay(now, false)
      await this.#dropBridge(now)
      this.#follow(instructions, {})
    })
  }

  /** Ends with the process. */
  async abandon(): Promise<void> {
    await this.#do((now) => this.#end(this.leg.answeredAt === null ? 'failed' : 'completed', now))
    await this.#capture.settled()
  }

  /** One thing after the other, each with what has fallen due before it. */
  #do(work: (now: number) => Promise<void>): Promise<void> {
    this.#busy += 1
    const done = this.#tail.then(async () => {
      const now = await this.#ports.clock.now()
      await this.#passTime(now)
      await work(now)
      await this.#passTime(now)
    })
    this.#tail = done
      .catch((error: unknown) => this.#ports.log.error({ err: error, call: this.leg.sid }, 'a call went wrong'))
      .finally(() => {
        this.#busy -= 1
        this.#ports.wake()
      })
    return this.#tail
  }

  /** What is not part of the order, and yet something that business time waits for. */
  #beside(work: Promise<void>): void {
    this.#busy += 1
    void work
      .catch((error: unknown) => this.#ports.log.error({ err: error, call: this.leg.sid }, 'a call went wrong'))
      .finally(() => {
        this.#busy -= 1
        this.#ports.wake()
      })
  }

  async #passTime(now: number): Promise<void> {
    for (let at = this.dueAt(); at !== null && at <= now && !isOver(this.leg); at = this.dueAt()) {
      await this.#happen(at)
    }
  }

  async #happen(at: number): Promise<void> {
    const bridge = this.#bridge
    if (this.#speech[0] && this.#speech[0].endsAt <= at) await this.#said(this.#speech.shift() as Speech)
    else if (scriptDueAt(this.#script) === at) await this.#step(passTime(this.#script, at), at)
    else if (this.#relay?.dueAt() === at) await this.#relay.pass(at)
    else if (bridge?.connected && bridge.endsAt === at) await this.#leave(bridge.connected, 'completed', at)
    else if (bridge && !bridge.connected) await this.#unanswered(at)
    else await this.#end('no-answer', at)
  }

  async #step({ script, effects }: CallStep, now: number): Promise<void> {
    this.#script = script
    for (const effect of effects) await this.#take(effect, now)
  }

  async #take(effect: CallEffect, now: number): Promise<void> {
    switch (effect.kind) {
      case 'ANSWER':
        await this.#become(this.leg, 'in-progress', now)
        return this.#report('answered')
      case 'FETCH':
        return this.#follow(effect.request, effect.parameters)
      case 'SPOKE':
        this.#hears(this.leg, effect.text, effect.at)
        return this.#transcribe({ side: 'own', text: effect.text, at: effect.at }, now)
      case 'KEYS':
        return this.#hears(this.leg, `[${effect.digits}]`, now)
      case 'DIAL':
        return this.#dial(effect.dial, now)
      case 'RELAY':
        return this.#openRelay(effect.connect, now)
      case 'START':
        return this.#startTranscription(effect.transcription, now)
      case 'STOP':
        return this.#stopTranscription(effect.name, now)
      case 'HANG_UP':
        return this.#end(effect.status, now)
    }
  }

  /** Asks for a document, or takes the one that is there, and does what it says. */
  #follow(instructions: Instructions, parameters: Record<string, string>): void {
    this.#documents += 1
    this.#beside(this.#document(instructions, parameters))
  }

  async #document(instructions: Instructions, parameters: Record<string, string>): Promise<void> {
    const asked = this.#documents
    const document =
      'twiml' in instructions ? { base: '', text: instructions.twiml } : await this.#ask(instructions, parameters)
    const verbs = document && this.#read(document.text)
    await this.#do(async (now) => {
      // Somebody hung up, or sent the call elsewhere, meanwhile.
      if (isOver(this.leg) || asked !== this.#documents) return
      if (this.#isLost(now)) return this.#end('completed', now)
      if (!document || !verbs) return this.#end(this.leg.answeredAt === null ? 'failed' : 'completed', now)
      await this.#step(obey(this.#script, { base: document.base, verbs }, now), now)
      if (!this.#hasDocument) await this.#capturePassively(orchestrates(verbs))
      this.#hasDocument = true
    })
  }

  /** Sent from document to document without anything that takes time between. */
  #isLost(now: number): boolean {
    this.#atOnce = now === this.#documentAt ? this.#atOnce + 1 : 1
    this.#documentAt = now
    if (this.#atOnce < mostAtOnce) return false
    const message = `The call was sent to ${mostAtOnce} documents in one moment.`
    this.#tell({ level: 'error', code: 11200, message })
    return true
  }

  async #ask(urls: Exclude<Instructions, { twiml: string }>, parameters: Record<string, string>) {
    const { account, accountSid, requestId } = this.origin
    const params = { ...callParameters(accountSid, this.leg), ...parameters }
    const answer = await this.#ports.applications.ask(urls, { account, params, token: newId(), requestId })
    if (!('problem' in answer)) return { base: answer.url, text: answer.body }
    const { code, detail } = answer.problem
    this.#tell({ level: 'error', code, message: `The application gave no instructions for a call: ${detail}.` })
    return undefined
  }

  #read(text: string) {
    const parsed = parseTwiml(text)
    if ('problem' in parsed) {
      this.#tell({ level: 'error', code: 12100, message: parsed.problem })
      return undefined
    }
    const { verbs, warnings } = readVoiceTwiml(parsed.response)
    for (const { code, message } of warnings.slice(0, maxWarnings)) this.#tell({ level: 'warning', code, message })
    return verbs
  }

  /** Where no document orchestrates the call, the capture rules may want it transcribed. */
  async #capturePassively(isOrchestrated: boolean): Promise<void> {
    if (isOver(this.leg)) return
    if (isOrchestrated) return void this.#capture.noteRule()
    this.#passive = sidOf('GT', newId())
    void this.#capture.start({ sid: this.#passive, route: null })
  }

  async #said({ leg, text, startsAt, endsAt }: Speech): Promise<void> {
    const { connected = null } = this.#bridge ?? {}
    if (leg === this.leg && connected) this.#hears(connected, text, startsAt)
    if (leg !== this.leg) this.#hears(this.leg, text, startsAt)
    this.#transcribe({ side: leg === this.leg ? 'remote' : 'own', text, at: startsAt, ...this.#person() }, endsAt)
  }

  /** Who speaks for the account while a person is on the line. */
  #person(): Pick<Words, 'agent'> {
    const { connected = null } = this.#bridge ?? {}
    return connected ? { agent: { agentType: 'HUMAN_AGENT', agentAddress: connected.to } } : {}
  }

  #transcribe(words: Words, now: number): void {
    if (this.#passive !== null) void this.#capture.utter(this.#passive, words)
    for (const transcription of this.#transcriptions) {
      if (!transcription.hears(words.side)) continue
      transcription.content(words, now)
      void this.#capture.utter(transcription.sid, { ...words, confidence: 1 })
    }
  }

  #hears(leg: Leg, text: string, at: number): void {
    const heard = this.#heard.get(leg.sid) ?? []
    heard.push({ at, text })
    this.#heard.set(leg.sid, heard.slice(-maxHeard))
  }

  async #startTranscription(transcription: Transcription, now: number): Promise<void> {
    const { account, accountSid, requestId } = this.origin
    const live = new LiveTranscription({
      sid: sidOf('GT', newId()),
      transcription,
      base: this.#script.base,
      send: (url, method, params) =>
        this.#sendCallback({
          account,
          url,
          method,
          params: { AccountSid: accountSid, CallSid: this.leg.sid, ...params },
          requestId,
        }),
    })
    this.#transcriptions.push(live)
    const { conversationConfiguration, conversationId } = transcription
    if (conversationConfiguration !== null || conversationId !== null) {
      await this.#capture.start({ sid: live.sid, route: { conversationConfiguration, conversationId } })
    }
    live.started(now)
  }

  async #stopTranscription(name: string | null, now: number): Promise<void> {
    const at = this.#transcriptions.findLastIndex((one) => name === null || one.name === name)
    const [live] = at === -1 ? [] : this.#transcriptions.splice(at, 1)
    if (!live) {
      this.#tell({ level: 'warning', code: 12200, message: `<Stop> names no transcription that is running` })
      return
    }
    live.stopped(now)
    await this.#capture.stop(live.sid, false)
  }

  async #openRelay({ relay, action }: Connect, now: number): Promise<void> {
    const { account, accountSid } = this.origin
    const sid = sidOf('VX', newId())
    const hasRoute = relay.conversationConfiguration !== null || relay.conversationId !== null
    const { conversationConfiguration, conversationId } = relay
    const agent = { agentType: 'AI_AGENT' as const }
    if (hasRoute) await this.#capture.start({ sid, route: { conversationConfiguration, conversationId }, agent })
    const live = new LiveRelay({
      sid,
      relay,
      action,
      now,
      leg: this.leg,
      account,
      accountSid,
      ports: this.#ports,
      inOrder: (work) => this.#do(async (at) => (this.#relay === live ? work(at) : undefined)),
      hears: (text, at) => this.#hears(this.leg, text, at),
      utter: (words) => {
        this.#transcribe(words, words.at)
        void this.#capture.utter(sid, { ...words, agent })
      },
      tell: this.#tell,
      onEnded: async (parameters, at) => {
        this.#relay = null
        await this.#capture.stop(sid, false)
        await this.#step(relayEnded(this.#script, parameters, at), at)
      },
    })
    this.#relay = live
    this.#beside(live.open())
  }

  /** Cuts a relay session off; its action hears of it where the call is over, since nobody asks it then what to do. */
  #dropRelay(now: number, callOver: boolean): void {
    const relay = this.#relay
    if (!relay) return
    this.#relay = null
    const parameters = relay.drop(now)
    void this.#capture.stop(relay.sid, callOver)
    if (!callOver || relay.action === null) return
    const { account, accountSid, requestId } = this.origin
    const params = { ...callParameters(accountSid, { ...this.leg, status: 'completed' }), ...parameters }
    const url = URL.parse(relay.action.url, this.#script.base || undefined)?.href ?? relay.action.url
    this.#sendCallback({ account, url, method: relay.action.method, params, requestId })
  }

  async #dial(dial: Dial, now: number): Promise<void> {
    const from = dial.callerId ?? (this.leg.direction === 'inbound' ? this.leg.from : this.leg.to)
    const children = dial.targets.map(({ address }): Leg => {
      const id = newId()
      return {
        id,
        sid: sidOf('CA', id),
        parentSid: this.leg.sid,
        from,
        to: address,
        direction: 'outbound-dial',
        status: 'ringing',
        createdAt: now,
        answeredAt: null,
        endedAt: null,
      }
    })
    this.#bridge = { dial, children, ringsUntil: now + dial.timeoutSeconds * 1000, connected: null, endsAt: null }
    for (const child of children) {
      this.#onChild(child)
      await this.#save(this.origin.account, child)
    }
  }

  async #connect(child: Leg, now: number): Promise<void> {
    const bridge = this.#bridge as Bridge
    bridge.connected = child
    const limit = bridge.dial.timeLimitSeconds
    bridge.endsAt = limit === null ? null : now + limit * 1000
    for (const other of bridge.children)
      if (other !== child && !isOver(other)) await this.#become(other, 'canceled', now)
  }

  /** Somebody who was dialled hung up, or would not answer. */
  async #leave(child: Leg, status: CallStatus, now: number): Promise<void> {
    const bridge = this.#bridge
    await this.#become(child, status, now)
    if (!bridge) return
    if (bridge.connected !== child && bridge.children.some((one) => !isOver(one))) return
    this.#bridge = null
    await this.#step(dialEnded(this.#script, dialParameters(child, status), now), now)
  }

  async #unanswered(now: number): Promise<void> {
    const bridge = this.#bridge as Bridge
    this.#bridge = null
    for (const child of bridge.children) if (!isOver(child)) await this.#become(child, 'no-answer', now)
    await this.#step(dialEnded(this.#script, dialParameters(bridge.children[0], 'no-answer'), now), now)
  }

  async #dropBridge(now: number): Promise<void> {
    const bridge = this.#bridge
    this.#bridge = null
    for (const child of bridge?.children ?? []) {
      if (!isOver(child)) await this.#become(child, child === bridge?.connected ? 'completed' : 'canceled', now)
    }
  }

  async #end(status: CallStatus, now: number): Promise<void> {
    if (isOver(this.leg)) return
    await this.#step(cutOff(this.#script, now), now)
    for (const speech of this.#speech.splice(0)) {
      const { leg, text, startsAt, endsAt } = speech
      const said =
        startsAt < now ? text.slice(0, Math.floor((text.length * (now - startsAt)) / (endsAt - startsAt))) : ''
      if (said.trim() !== '') await this.#said({ leg, text: said.trim(), startsAt, endsAt: now })
    }
    this.#dropRelay(now, true)
    await this.#dropBridge(now)
    for (const transcription of this.#transcriptions.splice(0)) transcription.stopped(now)
    this.#beside(this.#capture.stopAll())
    await this.#become(this.leg, status, now)
    this.#report('completed')
    this.#isFinished = true
  }

  async #become(leg: Leg, status: CallStatus, now: number): Promise<void> {
    leg.status = status
    if (status === 'in-progress') leg.answeredAt = now
    if (isOver(leg)) leg.endedAt = now
    await this.#save(this.origin.account, leg)
  }

  #ringsUntil(): number {
    return this.leg.createdAt + this.origin.ringSeconds * 1000
  }

  #report(event: CallEvent): void {
    const { account, accountSid, statusCallback, requestId } = this.origin
    if (!statusCallback?.events.includes(event)) return
    const params = {
      ...callParameters(accountSid, this.leg),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(this.#sequence++),
      ...(event === 'completed' ? { CallDuration: String(durationOf(this.leg)) } : {}),
    }
    this.#sendCallback({ account, url: statusCallback.url, method: statusCallback.method, params, requestId })
  }

  /** In order, and without holding up the call. */
  #sendCallback(question: Omit<Parameters<VoicePorts['applications']['send']>[0], 'token'>): void {
    this.#callbacks = this.#callbacks.then(async () => {
      const answer = await this.#ports.applications.send({ ...question, token: newId() })
      if (!('problem' in answer)) return
      const { code, detail } = answer.problem
      this.#tell({ level: 'warning', code, message: `A callback of a call was not taken: ${detail}.` })
    })
    this.#beside(this.#callbacks)
  }

  #tell: Tell = (diagnostic) => {
    const { account, requestId, leg } = this.origin
    const { store, clock } = this.#ports
    const tell = async () => {
      const told = { ...diagnostic, resource: leg.sid, channel: 'VOICE', requestId, at: await clock.now() }
      await store.transact((tx) => reportDiagnostic(tx, account, told))
    }
    this.#beside(tell())
  }
}

const mostAtOnce = 100
const maxWarnings = 20
const maxHeard = 1_000

const suppressed = {
  PASSIVE: {
    level: 'warning',
    code: 530950,
    message:
      'A capture rule and the TwiML of a call want the same words; the TwiML does, and the rule does not. Take the rule away.',
  },
  SECOND_STREAM: {
    level: 'warning',
    code: 530951,
    message: 'Two streams of one call want the same words; the one that began first has them.',
  },
} as const

function dialParameters(child: Leg | undefined, status: CallStatus): Record<string, string> {
  return {
    DialCallStatus: status,
    ...(child ? { DialCallSid: child.sid, DialBridged: String(child.answeredAt !== null) } : {}),
    ...(child?.answeredAt == null ? {} : { DialCallDuration: String(durationOf(child)) }),
  }
}
