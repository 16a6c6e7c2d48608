import { firstIdAt, timeOfId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { feedHorizon, feedPages } from './debugger-rows.ts'
import type { Entry, Explanation } from './domain/entry.ts'
import { comparePositions, type FeedPosition } from './domain/feed-position.ts'
import { entryOfRecorded, entryOfReport } from './entries.ts'

export interface FeedSource {
  read: Reader
  account: number
  explain: (code: number) => Explanation
}

export interface Feed {
  entries: { entry: Entry; position: FeedPosition }[]
  /** Up to where everything has been told. */
  position: FeedPosition
  /** Whether more is waiting. */
  more: boolean
}

/** No transaction takes longer, and no two clocks are further apart. */
const marginMs = 24 * 60 * 60_000

/** Where the log ends now; `wall` is wall time. */
export async function endOfFeed({ read, account }: FeedSource, wall: number): Promise<FeedPosition> {
  const { tx = 0, id = null } = (await read.get(feedHorizon, { account })) ?? {}
  if (read.dialect === 'postgres') return { tx, id: firstIdAt(wall - marginMs) }
  return { tx: 0, id: id ?? firstIdAt(0) }
}

/** Whether a position can be gone on from: one of another database, or of one that was restored, means nothing here. */
export function isReached(position: FeedPosition, end: FeedPosition): boolean {
  return position.tx <= end.tx
}

/**
 * What has been committed since the position, complete up to the answered one. Nothing that commits later can lie before
 * that: where transactions overtake each other, only what is older than every running one is told.
 */
export async function readFeed(
  source: FeedSource,
  position: FeedPosition,
  { limit, wall }: { limit: number; wall: number },
): Promise<Feed> {
  const { read, explain } = source
  const end = await endOfFeed(source, wall)
  const [events, reports] = await rowsBetween(source, position, end, limit)
  const found = [
    ...events.map((row) => ({ entry: entryOfRecorded(row, explain), position: positionOf(row, read) })),
    ...reports.map((row) => ({ entry: entryOfReport(row), position: positionOf(row, read) })),
  ].sort((a, b) => comparePositions(a.position, b.position))
  const entries = found.slice(0, limit)
  const more = found.length >= limit
  const last = entries.at(-1)?.position ?? position
  return { entries, more, position: more || comparePositions(end, last) < 0 ? last : end }
}

async function rowsBetween({ read, account }: FeedSource, { tx, id }: FeedPosition, end: FeedPosition, limit: number) {
  const place = { account, id, limit }
  if (read.dialect === 'sqlite') {
    const { events, reports } = feedPages.sqlite
    const between = { ...place, lastId: end.id }
    return [await read.all(events, between), await read.all(reports, between)] as const
  }
  const { events, reports } = feedPages.postgres
  const between = { ...place, tx, endTx: end.tx, floorId: firstIdAt(timeOfId(id) - marginMs) }
  return [await read.all(events, between), await read.all(reports, between)] as const
}

function positionOf({ tx, id }: { tx: number; id: string }, { dialect }: Reader): FeedPosition {
  return { tx: dialect === 'postgres' ? tx : 0, id }
}
