import type { Store, Tx } from '../store/store.ts'
import { type Judged, saveAttempts } from './delivering.ts'
import { laneKey, pagesOfLanes, type WaitingEvent } from './lane-rows.ts'
import { type LaneRow, laneTable, lockLanes } from './rows.ts'
import { type TargetRow, targetsById } from './target-rows.ts'

/** One attempt at the event that a lane stands before. */
export interface Result {
  lane: LaneRow
  judged: Judged
  /** Whether the delivery has no row yet. */
  isNew: boolean
  /** Whether the lane has more events in memory. */
  hasMore: boolean
  /** Business time. */
  now: number
}

/** Where a lane goes on. */
export interface Onward {
  lane: LaneRow
  /** As it is now: its URL may have changed, or it may have been disabled. */
  target: TargetRow | undefined
  /** What comes next, unless the lane has that in memory. */
  page: WaitingEvent[]
}

interface Entry {
  result: Result
  resolve: (onward: Onward | undefined) => void
  reject: (error: unknown) => void
}

/** How long a claimed lane or delivery stays with this process, in wall milliseconds: longer than any attempt takes. */
export const leaseMs = 60_000
const eventsPerPage = 16
const maxPerWrite = 256
/** A write is worth beginning with so many, however many more are under way. */
const enough = 64
/**
 * Fewer wait for others that are under way, in wall milliseconds: where writes wait for each other for about as long as the last
 * one took, so that a slow disk gets fewer and larger ones, and others who write are not kept from it.
 */
const gatherMs = { sqlite: { least: 2, most: 20 }, postgres: { least: 2, most: 2 } }
/** On SQLite writes wait for each other. */
const writesAtOnce = { sqlite: 1, postgres: 3 }

/**
 * Writes down what came of attempts. All that ended while earlier ones were being written share one transaction, and each
 * is answered when it is durable: with where its lane goes on, or with nothing if it has to wait or is through.
 */
export class Ledger {
  readonly #store: Store
  readonly #underWay: () => number
  readonly #writesAtOnce: number
  readonly #entries: Entry[] = []
  #writing = 0
  /** Whether a write has been asked for that has not begun, so that it will take what comes until then. */
  #isAsked = false
  #gathering: NodeJS.Timeout | undefined
  #lastWriteMs = 0

  /** `underWay`: how many attempts may end soon. */
  constructor(store: Store, underWay: () => number) {
    this.#store = store
    this.#underWay = underWay
    this.#writesAtOnce = writesAtOnce[store.dialect]
  }

  record(result: Result): Promise<Onward | undefined> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ result, resolve, reject })
      this.#consider()
    })
  }

  #consider(): void {
    if (this.#isAsked || this.#entries.length === 0) return
    if (this.#entries.length >= Math.min(enough, this.#underWay())) this.#ask()
    else this.#gathering ??= setTimeout(() => this.#ask(), this.#gatherMs())
  }

  #gatherMs(): number {
    const { least, most } = gatherMs[this.#store.dialect]
    return Math.min(most, Math.max(least, this.#lastWriteMs))
  }

  #ask(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#isAsked || this.#writing >= this.#writesAtOnce || this.#entries.length === 0) return
    this.#isAsked = true
    this.#writing += 1
    const begun = performance.now()
    void this.#write().finally(() => {
      this.#lastWriteMs = performance.now() - begun
      this.#writing -= 1
      this.#consider()
    })
  }

  async #write(): Promise<void> {
    let taken: Entry[] | undefined
    const take = () => {
      taken ??= this.#take()
      return taken
    }
    try {
      const onward = await this.#store.transact((tx) => saveResults(tx, resultsOf(take())))
      for (const [at, { resolve }] of take().entries()) resolve(onward[at])
    } catch (error) {
      await this.#writeAlone(take(), error)
    }
  }

  /** One that cannot be written must not keep the others from it. */
  async #writeAlone(entries: readonly Entry[], error: unknown): Promise<void> {
    if (entries.length === 1) entries[0]?.reject(error)
    else {
      for (const { result, resolve, reject } of entries) {
        await this.#store.transact((tx) => saveResults(tx, [result])).then(([onward]) => resolve(onward), reject)
      }
    }
  }

  /** The longest waiting, and as many others of its account as fit. */
  #take(): Entry[] {
    this.#isAsked = false
    const account = this.#entries[0]?.result.lane.account
    const others = this.#entries.findIndex(({ result }) => result.lane.account !== account)
    const count = Math.min(maxPerWrite, others === -1 ? this.#entries.length : others)
    const taken = this.#entries.splice(0, count)
    this.#consider()
    return taken
  }
}

function resultsOf(entries: readonly Entry[]): Result[] {
  return entries.map(({ result }) => result)
}

/** Results of one account; the answers are in their order. */
async function saveResults(tx: Tx, results: readonly Result[]): Promise<(Onward | undefined)[]> {
  const account = results[0]?.lane.account
  if (account === undefined) return []
  const conversationIds = [...new Set(results.map(({ lane }) => lane.conversation_id))]
  const held = new Map((await tx.all(lockLanes, { account, conversationIds })).map((lane) => [laneKey(lane), lane]))
  // The target or its interest in the conversation is gone, or another process took the lane over when the lease had
  // lapsed: the attempt happened, but nothing follows from it.
  const valid = results.filter(({ lane }) => held.get(laneKey(lane))?.done === lane.done)
  await saveAttempts(tx, valid)
  const leased_until = Date.now() + leaseMs
  const moved = new Map<Result, LaneRow>()
  const stopped: LaneRow[] = []
  for (const result of valid) {
    const lane = held.get(laneKey(result.lane)) as LaneRow
    const { delivery, laneWaitsUntil } = result.judged
    if (laneWaitsUntil !== undefined) stopped.push({ ...lane, due_at: laneWaitsUntil, leased_until: null })
    else moved.set(result, { ...lane, done: delivery.n, leased_until })
  }
  await tx.update(laneTable, laneId, ['done', 'leased_until'], [...moved.values()])
  const pages = await readPages(
    tx,
    account,
    [...moved].flatMap(([{ hasMore }, lane]) => (hasMore ? [] : [lane])),
  )
  const going = [...moved].filter(([{ hasMore }, lane]) => hasMore || pages.has(laneKey(lane)))
  for (const [result, lane] of moved) {
    if (!result.hasMore && !pages.has(laneKey(lane))) stopped.push({ ...lane, due_at: null, leased_until: null })
  }
  await tx.update(laneTable, laneId, ['due_at', 'leased_until'], stopped)
  const targets = await readTargets(
    tx,
    account,
    going.map(([, lane]) => lane.follower),
  )
  const onward = new Map(
    going.map(([result, lane]): [Result, Onward] => [
      result,
      { lane, target: targets.get(lane.follower), page: pages.get(laneKey(lane)) ?? [] },
    ]),
  )
  return results.map((result) => onward.get(result))
}

const laneId = ['account', 'follower', 'conversation_id'] as const

/** What comes next in each of the lanes, by lane; those with nothing are not among them. */
export async function readPages(
  tx: Tx,
  account: number,
  lanes: readonly LaneRow[],
): Promise<Map<string, WaitingEvent[]>> {
  if (lanes.length === 0) return new Map()
  const rows = await tx.all(pagesOfLanes, { account, ...placesOf(lanes), limit: eventsPerPage })
  return Map.groupBy(rows, laneKey)
}

/** For statements about several lanes. */
export function placesOf(lanes: readonly LaneRow[]): { followers: string[]; conversationIds: string[] } {
  return {
    followers: [...new Set(lanes.map(({ follower }) => follower))],
    conversationIds: [...new Set(lanes.map(({ conversation_id }) => conversation_id))],
  }
}

async function readTargets(tx: Tx, account: number, followers: readonly string[]): Promise<Map<string, TargetRow>> {
  if (followers.length === 0) return new Map()
  const rows = await tx.all(targetsById, { account, ids: [...new Set(followers)] })
  return new Map(rows.map((row) => [row.id, row]))
}
