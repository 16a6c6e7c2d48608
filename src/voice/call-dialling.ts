import { newId } from '../kernel/ids.ts'
import { idOfSid, sidOf } from '../kernel/sids.ts'
import type { CallDocuments } from './call-documents.ts'
import type { CallLegs } from './call-legs.ts'
import type { CallOrder } from './call-order.ts'
import type { CallOrigin } from './call-origin.ts'
import type { CallTeller } from './call-teller.ts'
import {
  type Bridge,
  type BridgeEffect,
  type BridgeStep,
  bridgeDueAt,
  connectedOf,
  connectParty,
  type DialledParty,
  dialParties,
  dropBridge,
  partyAnswered,
  partyLeft,
  passBridge,
} from './domain/bridge.ts'
import type { CallStatus } from './domain/call-status.ts'
import { durationOf, type Leg } from './domain/leg.ts'
import type { CallEvent, Dial } from './domain/verbs.ts'
import { Whisper } from './whisper.ts'

interface Options {
  origin: CallOrigin
  msPerCharacter: number
  legs: CallLegs
  teller: CallTeller
  documents: CallDocuments
  order: CallOrder
  inOrder: (work: (now: number) => Promise<void>) => Promise<void>
  /** A leg came into being. */
  onLeg: (leg: Leg) => void
  onConnected: (now: number) => Promise<void>
  /** Nobody is connected, or not any longer; with the parameters of the action's request. */
  onEnded: (parameters: Record<string, string>, now: number) => Promise<void>
}

/** Those whom a call dials: their legs, what they are told before they are connected, and who is. */
export class CallDialling {
  readonly #options: Options
  readonly #legs = new Map<string, Leg>()
  readonly #whispers = new Map<string, Whisper>()
  #bridge: Bridge | null = null
  #base = ''

  constructor(options: Options) {
    this.#options = options
  }

  /** The one to whom the caller speaks. */
  get connected(): Leg | undefined {
    const party = this.#bridge && connectedOf(this.#bridge)
    return party ? this.#legs.get(party.sid) : undefined
  }

  get dial(): Dial | undefined {
    return this.#bridge?.dial
  }

  /** What a leg that is not connected yet is told, and may answer. */
  whisperTo(leg: Leg): Whisper | undefined {
    return this.#whispers.get(leg.sid)
  }

  dueAt(): number | null {
    const dues = [...this.#whispers.values()].map((whisper) => whisper.dueAt())
    if (this.#bridge) dues.push(bridgeDueAt(this.#bridge))
    return dues.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null)
  }

  async pass(at: number): Promise<void> {
    const whisper = [...this.#whispers.values()].find((one) => one.dueAt() === at)
    if (whisper) return whisper.pass(at)
    await this.#step((bridge) => passBridge(bridge, at), at)
  }

  /** `base` is what the URLs of the targets are relative to. */
  async begin(dial: Dial, base: string, now: number): Promise<void> {
    const sids = dial.targets.map(() => sidOf('CA', newId()))
    this.#base = base
    const { bridge, effects } = dialParties(dial, sids, now)
    this.#bridge = bridge
    for (const effect of effects) await this.#take(effect, now)
  }

  async answer(leg: Leg, now: number): Promise<void> {
    const target = this.#bridge?.parties.find(({ sid }) => sid === leg.sid)?.target
    await this.#options.legs.become(leg, 'in-progress', now)
    this.#report(leg, target, 'answered')
    if (target?.sendDigits) this.#options.legs.hears(leg, `[${target.sendDigits}]`, now)
    await this.#step((bridge) => partyAnswered(bridge, leg.sid, now), now)
  }

  leave(leg: Leg, now: number): Promise<void> {
    return this.#step((bridge) => partyLeft(bridge, leg.sid, now), now)
  }

  /** The caller is gone, or sent elsewhere. */
  async drop(now: number): Promise<void> {
    const bridge = this.#bridge
    this.#bridge = null
    for (const effect of bridge ? dropBridge(bridge) : []) await this.#take(effect, now)
  }

  async #step(decide: (bridge: Bridge) => BridgeStep, now: number): Promise<void> {
    if (!this.#bridge) return
    const { bridge, effects } = decide(this.#bridge)
    this.#bridge = bridge
    for (const effect of effects) await this.#take(effect, now)
  }

  async #take(effect: BridgeEffect, now: number): Promise<void> {
    const leg = this.#legs.get(effect.party.sid)
    switch (effect.kind) {
      case 'RING':
        return this.#ring(effect.party, now)
      case 'WHISPER':
        return leg && this.#whisper(leg, effect.party)
      case 'CONNECT':
        this.#whispers.delete(effect.party.sid)
        return this.#options.onConnected(now)
      case 'LEFT':
        return leg && this.#left(leg, effect.party, effect.status, now)
      case 'ENDED':
        this.#bridge = null
        return this.#options.onEnded(dialParameters(leg, effect.status), now)
    }
  }

  async #ring({ sid, target }: DialledParty, now: number): Promise<void> {
    const { origin, legs, onLeg } = this.#options
    const { leg: caller } = origin
    const own = caller.direction === 'inbound' ? caller.from : caller.to
    const leg: Leg = {
      id: idOfSid(['CA'], sid) ?? sid,
      sid,
      parentSid: caller.sid,
      from: this.#bridge?.dial.callerId ?? own,
      to: target.address,
      direction: 'outbound-dial',
      status: 'ringing',
      createdAt: now,
      answeredAt: null,
      endedAt: null,
    }
    this.#legs.set(sid, leg)
    onLeg(leg)
    await legs.save(leg)
    this.#report(leg, target, 'initiated')
    this.#report(leg, target, 'ringing')
  }

  #whisper(leg: Leg, { target }: DialledParty): void {
    const { msPerCharacter, documents, order, teller, inOrder, legs } = this.#options
    const whisper = new Whisper({
      leg,
      msPerCharacter,
      documents,
      order,
      tell: teller.tell,
      inOrder,
      hears: (text, at) => legs.hears(leg, text, at),
      onReady: (now) => this.#step((bridge) => connectParty(bridge, leg.sid, now), now),
      onRefused: (now) => this.leave(leg, now),
    })
    this.#whispers.set(leg.sid, whisper)
    if (target.whisper) whisper.begin(target.whisper, this.#base)
  }

  async #left(leg: Leg, { target }: DialledParty, status: CallStatus, now: number): Promise<void> {
    const whisper = this.#whispers.get(leg.sid)
    this.#whispers.delete(leg.sid)
    await whisper?.cut(now)
    await this.#options.legs.become(leg, status, now)
    this.#report(leg, target, 'completed')
  }

  #report(leg: Leg, target: DialledParty['target'] | undefined, event: CallEvent): void {
    const callback = target?.statusCallback
    if (!callback) return
    const url = URL.parse(callback.url, this.#base || undefined)?.href ?? callback.url
    this.#options.teller.report(leg, { ...callback, url }, event)
  }
}

function dialParameters(leg: Leg | undefined, status: CallStatus): Record<string, string> {
  if (!leg) return { DialCallStatus: status, DialBridged: 'false' }
  return {
    DialCallStatus: status,
    DialCallSid: leg.sid,
    DialBridged: String(status === 'completed'),
    ...(leg.answeredAt === null ? {} : { DialCallDuration: String(durationOf(leg)) }),
  }
}
