import { allAccounts } from '../accounts/rows.ts'
import type { AccountSecrets } from '../accounts/secrets.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { type Judged, judgeAttempt, newDelivery, saveAttempt, saveHealth, stateNumber } from './delivering.ts'
import {
  cancelOfTarget,
  claimParked,
  type DeliveryRow,
  deliveryOfEvent,
  deliveryTable,
  earliestParked,
  lockDelivery,
  nextParkedTarget,
} from './delivery-rows.ts'
import { eventPages } from './event-pages.ts'
import {
  claimLanes,
  type EventRow,
  earliestLane,
  eventAt,
  type LaneRow,
  laneTable,
  lockLane,
  removeLanesOf,
} from './rows.ts'
import type { SendCallback, Sent } from './sending.ts'
import { nextFollower, type TargetRow, targetById } from './target-rows.ts'

export interface DelivererOptions {
  store: Store
  clock: Clock
  log: Log
  secrets: AccountSecrets
  send: SendCallback
  /** From 0 to 1; spreads retries. */
  random: () => number
  /** Deliveries in flight to one target at most, so that none starves the others. */
  perTarget?: number
  /** Called when something finished, so that the loop looks for more. */
  onFinished: () => void
}

/** How long a claimed lane or delivery stays with this process, in wall milliseconds: longer than any attempt takes. */
const leaseMs = 60_000
const eventsPerRead = 16
const healthIntervalMs = 60_000

/**
 * Carries events to webhooks. Lanes are claimed per target, a bounded number at a time, and each sends its conversation's
 * events in order; what has failed twice is parked as a delivery of its own and tried by the clock. Memory does not grow
 * with a backlog, for it stays in the database, and a slow target holds up nobody but itself.
 */
export class Deliverer implements Work {
  readonly name = 'deliveries'
  readonly #options: DelivererOptions
  readonly #perTarget: number
  readonly #active = new Map<string, number>()
  readonly #running = new Set<Promise<void>>()
  /** When a target that works was last noted to, in wall milliseconds. */
  readonly #noted = new Map<string, number>()
  #stopping = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#perTarget = options.perTarget ?? 64
  }

  /** Starts what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    let started = 0
    for (const { account } of await this.#options.store.read.all(allAccounts, {})) {
      for await (const targetId of this.#targetsWithWork(account)) {
        if (this.#stopping) return started
        started += await this.#startFor(account, targetId, now)
      }
    }
    return started
  }

  async nextDueAt(): Promise<number | null> {
    let earliest: number | null = null
    for (const { account } of await this.#options.store.read.all(allAccounts, {})) {
      for await (const targetId of this.#targetsWithWork(account)) {
        const target = await this.#options.store.read.get(targetById, { account, id: targetId })
        if (target?.state !== 'ACTIVE') continue
        const lane = await this.#options.store.read.get(earliestLane, { account, follower: targetId })
        const parked = await this.#options.store.read.get(earliestParked, { account, targetId })
        for (const due of [lane?.due_at, parked?.due_at]) {
          if (due != null && (earliest === null || due < earliest)) earliest = due
        }
      }
    }
    return earliest
  }

  /** Starts nothing more and waits for what is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.allSettled(this.#running)
  }

  /** Targets with a waiting lane or a parked delivery, found by stepping through an index, not by reading the backlog. */
  async *#targetsWithWork(account: number): AsyncGenerator<string> {
    const { read } = this.#options.store
    let after = ''
    for (;;) {
      const lane = await read.get(nextFollower, { account, after })
      const parked = await read.get(nextParkedTarget, { account, after })
      const ids = [lane?.follower, parked?.target_id].filter((id) => id !== undefined).sort()
      const [next] = ids
      if (next === undefined) return
      yield next
      after = next
    }
  }

  async #startFor(account: number, targetId: string, now: number): Promise<number> {
    const room = this.#perTarget - (this.#active.get(targetId) ?? 0)
    if (room <= 0) return 0
    const target = await this.#options.store.read.get(targetById, { account, id: targetId })
    if (!target || target.removed_at !== null) {
      await this.#options.store.transact(async (tx) => {
        await tx.run(removeLanesOf, { account, follower: targetId })
        await tx.run(cancelOfTarget, { account, targetId, now })
      })
      return 0
    }
    if (target.state !== 'ACTIVE') return 0
    const { lanes, parked } = await this.#claim(account, targetId, now, room)
    for (const lane of lanes) this.#start(targetId, this.#runLane(target, lane))
    for (const delivery of parked) this.#start(targetId, this.#runParked(target, delivery))
    return lanes.length + parked.length
  }

  #claim(account: number, targetId: string, now: number, limit: number) {
    const wall = Date.now()
    return this.#options.store.transact(async (tx) => {
      const lanes = await tx.all(claimLanes, { account, follower: targetId, now, wall, limit })
      const left = limit - lanes.length
      const parked = left > 0 ? await tx.all(claimParked, { account, targetId, now, wall, limit: left }) : []
      const leased_until = wall + leaseMs
      await tx.update(
        laneTable,
        ['account', 'follower', 'conversation_id'],
        ['leased_until'],
        lanes.map((lane) => ({ ...lane, leased_until })),
      )
      await tx.update(
        deliveryTable,
        ['account', 'id'],
        ['leased_until'],
        parked.map((delivery) => ({ ...delivery, leased_until })),
      )
      return { lanes, parked }
    })
  }

  #start(targetId: string, run: Promise<void>): void {
    this.#active.set(targetId, (this.#active.get(targetId) ?? 0) + 1)
    const ended = run
      .catch((error: unknown) =>
        this.#options.log.error({ err: error, targetId }, 'a delivery failed to be carried out'),
      )
      .finally(() => {
        this.#active.set(targetId, (this.#active.get(targetId) ?? 1) - 1)
        this.#running.delete(ended)
        this.#options.onFinished()
      })
    this.#running.add(ended)
  }

  /** Sends the lane's events one after the other until there are none, one fails, or the process stops. */
  async #runLane(target: TargetRow, claimed: LaneRow): Promise<void> {
    const { account } = target
    const conversationId = claimed.conversation_id
    let lane: LaneRow | undefined = claimed
    let waiting: EventRow[] = []
    let isFirst = true
    while (lane) {
      if (waiting.length === 0) {
        const place: { account: number; conversationId: string; n: number; limit: number } = {
          account,
          conversationId,
          n: lane.done,
          limit: eventsPerRead,
        }
        waiting = await this.#options.store.read.all(eventPages.next, place)
      }
      const event = waiting.find(({ data }) => data !== null)
      if (!event || this.#stopping) {
        lane = await this.#pass(lane, event ? lane.done : (waiting.at(-1)?.n ?? lane.done), this.#stopping)
        waiting = []
        continue
      }
      // Its URL may have changed since the last event, or that event may have ended in its being disabled.
      const present: TargetRow | undefined = isFirst ? target : await this.#activeTarget(target)
      if (!present) {
        await this.#pass(lane, lane.done, true)
        return
      }
      waiting = waiting.slice(waiting.indexOf(event) + 1)
      lane = await this.#deliver(present, lane, event, isFirst)
      isFirst = false
    }
  }

  async #activeTarget({ account, id }: TargetRow): Promise<TargetRow | undefined> {
    const target = await this.#options.store.read.get(targetById, { account, id })
    return target?.state === 'ACTIVE' && target.removed_at === null ? target : undefined
  }

  /** Steps over events that nobody followed; puts the lane to sleep if there is nothing beyond, and gives it back if it has to wait. */
  #pass(lane: LaneRow, done: number, giveBack: boolean): Promise<LaneRow | undefined> {
    return this.#options.store.transact(async (tx) => {
      const held = await tx.get(lockLane, laneOf(lane))
      if (!isSameLane(held, lane)) return undefined
      const [beyond] = await tx.all(eventPages.next, { ...laneOf(lane), n: done, limit: 1 })
      const ends = giveBack || !beyond
      const next = { ...held, done, due_at: beyond ? held.due_at : null, leased_until: ends ? null : held.leased_until }
      await saveLane(tx, next)
      return ends ? undefined : next
    })
  }

  async #deliver(target: TargetRow, lane: LaneRow, event: EventRow, isFirst: boolean): Promise<LaneRow | undefined> {
    const { store, clock, random } = this.#options
    const { account } = target
    const place = { account, targetId: target.id, conversationId: event.conversation_id, n: event.n }
    const known = isFirst ? await store.read.get(deliveryOfEvent, place) : undefined
    const before = known ?? newDelivery(newId(), target, event, await clock.now())
    const sent = await this.#send(target, before, event)
    const now = await clock.now()
    const judged = judgeAttempt(before, sent.attempt, sent.policy, now, random())
    await this.#noteHealth(target, sent, now)
    return store.transact(async (tx) => {
      const held = await tx.get(lockLane, laneOf(lane))
      // The target or its interest in the conversation is gone, or another process took the lane over when the lease had
      // lapsed: the attempt happened, but nothing follows from it.
      if (!isSameLane(held, lane)) return undefined
      await saveAttempt(tx, judged, known === undefined, now)
      if (judged.laneWaitsUntil !== undefined) {
        await saveLane(tx, { ...held, due_at: judged.laneWaitsUntil, leased_until: null })
        return undefined
      }
      const [beyond] = await tx.all(eventPages.next, { ...laneOf(lane), n: event.n, limit: 1 })
      const next = {
        ...held,
        done: event.n,
        due_at: beyond ? held.due_at : null,
        leased_until: beyond ? Date.now() + leaseMs : null,
      }
      await saveLane(tx, next)
      return beyond ? next : undefined
    })
  }

  async #runParked(claimedFor: TargetRow, delivery: DeliveryRow): Promise<void> {
    const { store, clock, random } = this.#options
    const { account, id } = delivery
    const event = await store.read.get(eventAt, { account, conversationId: delivery.conversation_id, n: delivery.n })
    if (!event || event.data === null) {
      await this.#cancel(delivery)
      return
    }
    const sent = await this.#send(claimedFor, delivery, event)
    const now = await clock.now()
    const chance = random()
    await this.#noteHealth(claimedFor, sent, now)
    await store.transact(async (tx) => {
      const present = await tx.get(lockDelivery, { account, id })
      if (present?.state !== stateNumber('PENDING')) return
      const judged = judgeAttempt(present, sent.attempt, sent.policy, now, chance)
      await saveAttempt(tx, wasReplayed(delivery, present) ? unlessDelivered(present, judged) : judged, false, now)
    })
  }

  async #cancel(delivery: DeliveryRow): Promise<void> {
    const cancelled = { ...delivery, state: stateNumber('CANCELLED'), due_at: null }
    await this.#options.store.transact((tx) =>
      tx.update(deliveryTable, ['account', 'id'], ['state', 'due_at'], [cancelled]),
    )
  }

  async #send(target: TargetRow, delivery: DeliveryRow, event: EventRow): Promise<Sent> {
    const secrets = await this.#options.secrets.of(target.account)
    return this.#options.send({ target, delivery, event, secrets })
  }

  async #noteHealth(target: TargetRow, { attempt }: Sent, now: number): Promise<void> {
    const { outcome } = attempt
    const works = 'status' in outcome && outcome.status >= 200 && outcome.status < 300
    const key = `${target.account}/${target.id}`
    if (works && target.failing_since === null && Date.now() - (this.#noted.get(key) ?? 0) < healthIntervalMs) return
    if (works) this.#noted.set(key, Date.now())
    else this.#noted.delete(key)
    const result = works ? 'SUCCESS' : 'status' in outcome && outcome.status === 410 ? 'GONE' : 'FAILURE'
    await this.#options.store.transact((tx) => saveHealth(tx, target.account, target.id, result, now))
  }
}

/** Whether a lane still stands where this process left it; also when it is gone and has been made anew. */
function isSameLane(held: LaneRow | undefined, lane: LaneRow): held is LaneRow {
  return held !== undefined && held.done === lane.done
}

/** A replay that came while an attempt was under way began the schedule anew. */
function wasReplayed(claimed: DeliveryRow, present: DeliveryRow): boolean {
  return claimed.tries !== present.tries
}

/** The attempt is recorded, but unless it delivered, what was asked for since is still to be done. */
function unlessDelivered(present: DeliveryRow, judged: Judged): Judged {
  if (judged.delivery.state === stateNumber('DELIVERED')) return judged
  const { state, tries, due_at } = present
  return { ...judged, delivery: { ...judged.delivery, state, tries, due_at } }
}

function laneOf({ account, follower, conversation_id }: LaneRow) {
  return { account, follower, conversationId: conversation_id }
}

async function saveLane(tx: Parameters<Parameters<Store['transact']>[0]>[0], lane: LaneRow): Promise<void> {
  await tx.update(laneTable, ['account', 'follower', 'conversation_id'], ['done', 'due_at', 'leased_until'], [lane])
}
