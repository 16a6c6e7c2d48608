import { allAccounts } from '../accounts/rows.ts'
import type { AccountSecrets } from '../accounts/secrets.ts'
import type { Clock } from '../kernel/clock.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Moment, Work } from '../kernel/work.ts'
import type { Store, Tx } from '../store/store.ts'
import { claimFor, dueAtOf, targetsWithWork } from './claims.ts'
import { type Judged, judgeAttempt, newDelivery, saveAttempts, stateNumber } from './delivering.ts'
import { type DeliveryRow, deliveryTable, lockDelivery } from './delivery-rows.ts'
import { hears } from './domain/audience.ts'
import { laneKey, type WaitingEvent } from './lane-rows.ts'
import { Ledger, type Onward, readPages } from './ledger.ts'
import { type EventRow, eventAt, type LaneRow, laneTable, lockLane } from './rows.ts'
import type { SendCallback, Sent } from './sending.ts'
import type { Tallies } from './tallies.ts'
import { TargetHealth } from './target-health.ts'
import type { TargetRow } from './target-rows.ts'
import { Windows } from './windows.ts'

export interface DelivererOptions {
  store: Store
  clock: Clock
  log: Log
  secrets: AccountSecrets
  send: SendCallback
  tallies: Tallies
  /** From 0 to 1; spreads retries. */
  random: () => number
  /** Called when there is room for more of what was left waiting, so that the loop looks again. */
  onRoom: () => void
}

/** So that no target starves the others, nor all of them memory. */
const limits = { perTarget: 256, inAll: 512 }
/** Targets that are looked at together, so that their claims share a commit. */
const targetsAtOnce = 16

/**
 * Carries events to webhooks. Lanes are claimed per target, a bounded number at a time, and each sends its conversation's
 * events in order; what has failed twice is parked as a delivery of its own and tried by the clock. Memory does not grow
 * with a backlog, for it stays in the database, and a slow target holds up nobody but itself.
 */
export class Deliverer implements Work {
  readonly name = 'deliveries'
  readonly followsRequests = true
  readonly #options: DelivererOptions
  readonly #windows: Windows
  readonly #running = new Set<Promise<void>>()
  readonly #ledger: Ledger
  readonly #health: TargetHealth
  /** Requests on their way, or answered and not yet passed to the ledger. */
  #underWay = 0
  #stopping = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#windows = new Windows(limits)
    this.#ledger = new Ledger(options.store, () => this.#underWay)
    this.#health = new TargetHealth(options.store)
  }

  /** Starts what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    const { read } = this.#options.store
    let started = 0
    let targets = 0
    for (const { account } of await read.all(allAccounts, {})) {
      let looking: Promise<number>[] = []
      for await (const targetId of targetsWithWork(read, account)) {
        if (this.#stopping) break
        targets += 1
        looking.push(this.#startFor(account, targetId, now))
        if (looking.length < targetsAtOnce) continue
        started += sum(await Promise.all(looking))
        looking = []
      }
      started += sum(await Promise.all(looking))
    }
    this.#windows.share(targets)
    return started
  }

  async nextDueAt(asOf?: Moment): Promise<number | null> {
    const { read } = this.#options.store
    let earliest: number | null = null
    for (const { account } of await read.all(allAccounts, {})) {
      for await (const targetId of targetsWithWork(read, account)) {
        const due = await dueAtOf(read, { account, targetId, asOf })
        if (due !== null && (earliest === null || due < earliest)) earliest = due
      }
    }
    return earliest
  }

  /** Starts nothing more and waits for what is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.allSettled(this.#running)
  }

  async #startFor(account: number, targetId: string, now: number): Promise<number> {
    const limit = this.#windows.room(targetId)
    if (limit === 0) return 0
    const claim = await claimFor(this.#options.store, { account, targetId, now, limit })
    if (!claim) return 0
    const { target, lanes, parked } = claim
    const count = lanes.length + parked.length
    this.#windows.begin(targetId, count, limit)
    for (const { head, ...place } of lanes) this.#start(targetId, this.#runLane({ ...place, target }, head))
    for (const delivery of parked) this.#start(targetId, this.#runParked(target, delivery))
    return count
  }

  #start(targetId: string, run: Promise<void>): void {
    const ended = run
      .catch((error: unknown) =>
        this.#options.log.error({ err: error, targetId }, 'a delivery failed to be carried out'),
      )
      .finally(() => {
        this.#running.delete(ended)
        if (this.#windows.end(targetId)) this.#options.onRoom()
      })
    this.#running.add(ended)
  }

  /** Sends the lane's events one after the other until there are none, one fails, or the process stops. */
  async #runLane(claimed: Onward, head: DeliveryRow | undefined): Promise<void> {
    let place: Onward | undefined = claimed
    let known = head
    while (place) {
      const { lane, target, page }: Onward = place
      if (this.#stopping || target?.state !== 'ACTIVE' || target.removed_at !== null) {
        await this.#giveBack(lane)
        return
      }
      const event = page.find((one) => hears(target, one))
      if (!event) {
        place = await this.#pass(place, page.at(-1)?.n ?? lane.done)
        continue
      }
      const rest = page.slice(page.indexOf(event) + 1)
      place = await this.#deliver(target, lane, event, known?.n === event.n ? known : undefined, rest)
      known = undefined
    }
  }

  /** The lane has to wait for somebody else, or for its target. */
  #giveBack(lane: LaneRow): Promise<void> {
    return this.#options.store.transact(async (tx) => {
      const held = await tx.get(lockLane, laneOf(lane))
      if (isSameLane(held, lane)) await saveLane(tx, { ...held, leased_until: null })
    })
  }

  /** Steps over events that the target is not told of; puts the lane to sleep if there is nothing beyond. */
  #pass({ lane, target }: Onward, done: number): Promise<Onward | undefined> {
    return this.#options.store.transact(async (tx) => {
      const held = await tx.get(lockLane, laneOf(lane))
      if (!isSameLane(held, lane)) return undefined
      const next = { ...held, done }
      await saveLane(tx, next)
      const page = (await readPages(tx, lane.account, [next])).get(laneKey(next))
      if (page) return { lane: next, target, page }
      await saveLane(tx, { ...next, due_at: null, leased_until: null })
      return undefined
    })
  }

  /** Sends one event; answers where the lane goes on, with `rest` if there is any. */
  async #deliver(
    target: TargetRow,
    lane: LaneRow,
    event: WaitingEvent,
    known: DeliveryRow | undefined,
    rest: WaitingEvent[],
  ): Promise<Onward | undefined> {
    const { clock, random } = this.#options
    const before = known ?? newDelivery(newId(), target, event, await clock.now())
    const sent = await this.#send(target, before, event)
    const now = await clock.now()
    const judged = judgeAttempt(before, sent.attempt, sent.policy, now, random())
    this.#tally(sent, judged, now)
    await this.#health.note(target, sent.attempt, now)
    const hasMore = rest.length > 0
    const onward = await this.#ledger.record({ lane, judged, isNew: known === undefined, hasMore, now })
    return onward && hasMore ? { ...onward, page: rest } : onward
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
    await this.#health.note(claimedFor, sent.attempt, now)
    await store.transact(async (tx) => {
      const present = await tx.get(lockDelivery, { account, id })
      if (present?.state !== stateNumber('PENDING')) return
      const judged = judgeAttempt(present, sent.attempt, sent.policy, now, chance)
      const kept = wasReplayed(delivery, present) ? unlessDelivered(present, judged) : judged
      await saveAttempts(tx, [{ judged: kept, isNew: false, now }])
    })
    this.#tally(sent, judgeAttempt(delivery, sent.attempt, sent.policy, now, chance), now)
  }

  #tally(sent: Sent, { delivery }: Judged, now: number): void {
    const isGivenUp = delivery.state === stateNumber('DEAD')
    const happened = isSuccess(sent) ? { delivered: 1 } : { failed: 1, givenUp: isGivenUp ? 1 : 0 }
    this.#options.tallies.count(delivery.account, now, happened)
  }

  async #cancel(delivery: DeliveryRow): Promise<void> {
    const cancelled = { ...delivery, state: stateNumber('CANCELLED'), due_at: null }
    await this.#options.store.transact((tx) =>
      tx.update(deliveryTable, ['account', 'id'], ['state', 'due_at'], [cancelled]),
    )
  }

  async #send(target: TargetRow, delivery: DeliveryRow, event: Pick<EventRow, 'type' | 'at' | 'data'>): Promise<Sent> {
    const secrets = await this.#options.secrets.of(target.account)
    this.#underWay += 1
    try {
      const sent = await this.#options.send({ target, delivery, event, secrets })
      this.#windows.note(target.id, isSuccess(sent))
      return sent
    } finally {
      this.#underWay -= 1
    }
  }
}

function isSuccess({ attempt: { outcome } }: Sent): boolean {
  return 'status' in outcome && outcome.status >= 200 && outcome.status < 300
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

async function saveLane(tx: Tx, lane: LaneRow): Promise<void> {
  await tx.update(laneTable, ['account', 'follower', 'conversation_id'], ['done', 'due_at', 'leased_until'], [lane])
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
