import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { invalid } from '../kernel/failure.ts'
import type { Reader } from '../store/store.ts'
import { hears } from './domain/audience.ts'
import { eventPages } from './event-pages.ts'
import {
  oldestWaitingDelivery,
  oldestWaitingLane,
  targetPages,
  waitingDeliveries,
  waitingLanes,
} from './target-list-rows.ts'
import { type TargetRow, targetById } from './target-rows.ts'

/** Nobody reads the difference between more and still more. */
export const countedAtMost = 1000
/** How far the first event that a lane waits with is looked for behind others that are not for its target. */
const eventsLookedAt = 100

/** What a target has not got yet. Counts stop behind `countedAtMost`. */
export interface Backlog {
  /** Conversations of which something waits. */
  conversations: number
  /** Deliveries that failed and are to be tried again. */
  retries: number
  /** When the event happened that has waited longest, as far as is known; null when nothing waits. */
  oldestAt: number | null
}

export interface TargetView {
  target: TargetRow
  backlog: Backlog
}

/** Those in force, the newest first. */
export async function listTargets(read: Reader, account: number, request: PageRequest): Promise<Page<TargetView>> {
  const direction = request.from?.direction ?? 'next'
  const rows = await read.all(targetPages[direction], { account, id: startOf(request), limit: request.size + 1 })
  const page = pageOf(request, rows, ({ id }) => [id])
  return { ...page, items: await Promise.all(page.items.map((target) => viewOf(read, target))) }
}

/** Also one that has been removed, for deliveries go on naming it. */
export async function findTarget(read: Reader, account: number, id: string): Promise<TargetView | undefined> {
  const target = await read.get(targetById, { account, id })
  return target && viewOf(read, target)
}

/** After every id, which begins with a digit from 0 to 7, stands 8. */
function startOf({ from }: PageRequest): string {
  const [id] = from?.at ?? ['8']
  if (typeof id !== 'string') throw invalid('pageToken', 'pageToken is not one that this list gave out')
  return id
}

async function viewOf(read: Reader, target: TargetRow): Promise<TargetView> {
  const { account, id } = target
  const limit = countedAtMost + 1
  const lanes = await read.get(waitingLanes, { account, follower: id, limit })
  const deliveries = await read.get(waitingDeliveries, { account, targetId: id, limit })
  const backlog = {
    conversations: Number(lanes?.count ?? 0),
    retries: Number(deliveries?.count ?? 0),
    oldestAt: await oldestAt(read, target),
  }
  return { target, backlog }
}

async function oldestAt(read: Reader, target: TargetRow): Promise<number | null> {
  const { account, id } = target
  const parked = await read.get(oldestWaitingDelivery, { account, targetId: id })
  const lane = await read.get(oldestWaitingLane, { account, follower: id })
  const events = lane
    ? await read.all(eventPages.next, {
        account,
        conversationId: lane.conversation_id,
        n: lane.done,
        limit: eventsLookedAt,
      })
    : []
  const times = [parked?.created_at, events.find((event) => hears(target, event))?.at].filter((at) => at !== undefined)
  return times.length === 0 ? null : Math.min(...times)
}
