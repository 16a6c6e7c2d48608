import type { CallInstructions } from '../carriers/carrier.ts'
import { newId } from '../kernel/ids.ts'
import { sidOf } from '../kernel/sids.ts'
import type { Work } from '../kernel/work.ts'
import { isOver, type Leg } from './domain/leg.ts'
import type { StatusCallback } from './domain/verbs.ts'
import { DueQueue } from './due-queue.ts'
import { LiveCall } from './live-call.ts'
import type { VoicePorts } from './ports.ts'
import { legOf, lostCalls, seenCalls } from './rows.ts'
import { saveLeg } from './saving-legs.ts'

/** A leg of a call that runs here and now. */
export interface LiveLeg {
  call: LiveCall
  leg: Leg
}

export interface NewCall {
  /** Becomes the call's; one is made up where none is given. */
  id?: string
  account: number
  accountSid: string
  requestId: string
  from: string
  to: string
  direction: 'inbound' | 'outbound-api'
  instructions: CallInstructions
  statusCallback: StatusCallback | null
  ringSeconds: number
  now: number
}

const seenEveryMs = 15_000
const lostAfterMs = 60_000
const mostLost = 100

/**
 * The calls of the virtual network that run in this process. They live in its memory: what is kept in the database is how
 * they stand, so that a process that is gone leaves no call behind that seems to go on.
 */
export class Calls implements Work {
  readonly name = 'calls'
  readonly #ports: VoicePorts
  readonly #node = newId()
  /** With the SIDs of their legs. */
  readonly #calls = new Map<LiveCall, string[]>()
  readonly #due = new DueQueue<LiveCall>()
  readonly #legs = new Map<string, LiveLeg>()
  /** Legs that changed while the database did not answer, each with its account. */
  readonly #unsaved = new Map<Leg, number>()
  #seenAt = Date.now()

  constructor(ports: VoicePorts) {
    this.#ports = ports
  }

  /** Begins a call. What becomes of it happens later. Throws when the database does not take it in. */
  async begin(wanted: NewCall): Promise<Leg> {
    const { account, accountSid, requestId, from, to, direction, instructions, statusCallback, ringSeconds, now } =
      wanted
    const id = wanted.id ?? newId()
    const status = direction === 'inbound' ? 'ringing' : 'queued'
    const sid = sidOf('CA', id)
    const times = { createdAt: now, answeredAt: null, endedAt: null }
    const leg: Leg = { id, sid, parentSid: null, from, to, direction, status, ...times }
    await this.#save(account, leg)
    const call = new LiveCall(
      { account, accountSid, requestId, leg, statusCallback, instructions, ringSeconds },
      { ...this.#ports, wake: () => this.#changed(call) },
      (of, changed) => this.#saveSoon(of, changed),
      (child) => this.#keep(call, child),
    )
    this.#calls.set(call, [])
    this.#keep(call, leg)
    await call.begin()
    return leg
  }

  /** The leg, if it is the account's and its call runs here. */
  find(account: number, sid: string): LiveLeg | undefined {
    const live = this.#legs.get(sid)
    return live?.call.origin.account === account ? live : undefined
  }

  async tick(now: number): Promise<number> {
    const due = this.#due.take(now)
    await Promise.all(due.map((call) => call.pass()))
    await this.#saveUnsaved()
    return due.length + (await this.#watch())
  }

  async nextDueAt(): Promise<number | null> {
    // Where business time stands still until it is moved, whatever is under way happens before it moves on.
    const isVirtual = this.#ports.clock.mode === 'virtual'
    if (isVirtual && [...this.#calls.keys()].some((call) => call.isBusy)) return 0
    return this.#due.next()
  }

  /** Ends all calls, and waits until what was said in them is committed. */
  async stop(): Promise<void> {
    await Promise.all([...this.#calls.keys()].map((call) => call.abandon()))
    await this.#saveUnsaved()
  }

  #keep(call: LiveCall, leg: Leg): void {
    this.#legs.set(leg.sid, { call, leg })
    this.#calls.get(call)?.push(leg.sid)
  }

  /** Something has happened to the call: it may be over, or due earlier than anybody waits for. */
  #changed(call: LiveCall): void {
    this.#due.set(call, isOver(call.leg) ? null : call.dueAt())
    if (call.isDone) this.#forget(call)
    this.#ports.wake()
  }

  #forget(call: LiveCall): void {
    for (const sid of this.#calls.get(call) ?? []) this.#legs.delete(sid)
    this.#calls.delete(call)
  }

  async #save(account: number, leg: Leg): Promise<void> {
    const by = { node: this.#node, seenAt: Date.now() }
    await this.#ports.store.transact((tx) => saveLeg(tx, account, leg, by))
  }

  /** A call goes on while the database does not answer: how its legs stand is kept once it does. */
  async #saveSoon(account: number, leg: Leg): Promise<void> {
    try {
      await this.#save(account, leg)
    } catch (error) {
      this.#ports.log.warn({ err: error, call: leg.sid }, 'how a call stands could not be kept; it is tried again')
      this.#unsaved.set(leg, account)
    }
  }

  async #saveUnsaved(): Promise<void> {
    for (const [leg, account] of this.#unsaved) {
      await this.#save(account, leg)
      this.#unsaved.delete(leg)
    }
  }

  /** Tells other processes that these calls are alive, and ends those whose process is gone. */
  async #watch(): Promise<number> {
    const wallNow = Date.now()
    if (wallNow - this.#seenAt < seenEveryMs) return 0
    this.#seenAt = wallNow
    const { store, clock, intake } = this.#ports
    if (this.#calls.size > 0) await store.transact((tx) => tx.run(seenCalls, { node: this.#node, now: wallNow }))
    const lost = await store.read.all(lostCalls, { before: wallNow - lostAfterMs, limit: mostLost })
    const now = await clock.now()
    for (const row of lost) {
      const leg = legOf(row)
      const status = leg.answeredAt === null ? ('failed' as const) : ('completed' as const)
      await this.#save(row.account, { ...leg, status, endedAt: now })
      const item = { kind: 'STREAM_STOPPED' as const, channelId: leg.sid, callEnded: true }
      await intake.capture(row.account, [{ item, requestId: '' }])
    }
    return lost.length
  }
}
