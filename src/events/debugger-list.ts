import type { Page, PageRequest } from '../http/pagination.ts'
import { invalid } from '../kernel/failure.ts'
import { firstIdAt, parseAnyId, parseWireId, timeOfId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { creatingRequests, recordedPages, reportPages } from './debugger-rows.ts'
import {
  asksForDiagnostics,
  type Entry,
  type EntryFilter,
  type Explanation,
  isOfMemory,
  matchesFilter,
} from './domain/entry.ts'
import { entryOfRecorded, entryOfReport } from './entries.ts'
import { type Arm, type Found, walkArms } from './walk.ts'

/** Rows that one page looks at, at most, whatever the filter leaves of them. */
const maxRows = 2_000
/** How far wall clocks of nodes may be apart. */
const skewMs = 5 * 60_000
/** How long after it happened something may be recorded: a transition that fell due during an outage. */
const latenessMs = 24 * 60 * 60_000
/** Before and after every id, and every number. */
const ids = { low: '0', high: '8' } as const
const numbers = { low: 0, high: Number.MAX_SAFE_INTEGER } as const

export interface DebuggerSource {
  read: Reader
  account: number
  explain: (code: number) => Explanation
  /** Whether business time is wall time, so that times tell where ids may be. */
  realTime: boolean
}

/** Entries, the newest recorded first. A page may be short, or empty, and still have a next one. */
export async function listEntries(
  source: DebuggerSource,
  request: PageRequest,
  filter: EntryFilter,
): Promise<Page<Entry>> {
  const direction = request.from?.direction ?? 'next'
  const forwards = direction === 'next'
  const arms = [recordedArm(source, direction, filter), reportArm(source, direction, filter)]
  const from = request.from?.at
  if (from && !fits(from, arms)) throw invalid('pageToken', 'pageToken is not one that this list gave out')
  const walked = await walkArms(arms, {
    from,
    descending: forwards,
    size: request.size,
    budget: maxRows,
    accepts: (entry) => matchesFilter(entry, filter),
  })
  const items = forwards ? walked.items : walked.items.toReversed()
  const next = forwards ? walked.more && walked.onward : walked.back
  const previous = forwards ? from !== undefined && walked.back : walked.more && walked.onward
  return { items, ...(next ? { next } : {}), ...(previous ? { previous } : {}) }
}

/** What was reported lately beside the histories of conversations, the newest first. */
export async function recentDiagnostics(
  { read, account }: Pick<DebuggerSource, 'read' | 'account'>,
  limit: number,
): Promise<Entry[]> {
  return (await read.all(reportPages.next.all, { account, id: ids.high, limit })).map(entryOfReport)
}

/** The request that an entry goes back to: its own, or for what happened by itself the one that created the conversation. */
export async function correlationsOf(
  { read, account }: Pick<DebuggerSource, 'read' | 'account'>,
  entries: readonly Entry[],
): Promise<(entry: Entry) => string | null> {
  const unexplained = entries.flatMap(({ requestId, conversationId }) =>
    requestId === '' && conversationId !== null ? [conversationId] : [],
  )
  const conversationIds = [...new Set(unexplained)]
  const rows = conversationIds.length === 0 ? [] : await read.all(creatingRequests, { account, conversationIds })
  const creating = new Map(rows.map((row) => [row.conversation_id, row.request_id]))
  return ({ requestId, conversationId }) => requestId || creating.get(conversationId ?? '') || null
}

type Direction = 'next' | 'previous'

function recordedArm(source: DebuggerSource, direction: Direction, filter: EntryFilter): Arm<Entry> {
  const { read, account, explain } = source
  const statements = recordedPages[direction]
  const conversationId = filter.conversationId ?? parseWireId('conversation', filter.resourceId ?? '')
  if (conversationId !== undefined) {
    return {
      ...ends(direction, numbers),
      read: async (n, limit) => {
        const rows = await read.all(statements.ofConversation, { account, conversationId, n: Number(n), limit })
        return rows.map((row) => found(entryOfRecorded(row, explain), row.n))
      },
    }
  }
  if (filter.type === 'conversation.deleted' || (filter.type && isOfMemory(filter.type))) return emptyArm(direction)
  const statement = asksForDiagnostics(filter) ? statements.diagnostics : statements.all
  return byId(direction, boundsOf(source, filter), async (id, limit) =>
    (await read.all(statement, { account, id, limit })).map((row) => entryOfRecorded(row, explain)),
  )
}

function reportArm(source: DebuggerSource, direction: Direction, filter: EntryFilter): Arm<Entry> {
  const { read, account } = source
  const { type, conversationId, resourceId: resource } = filter
  const isReported = type === undefined || type === 'diagnostic' || type === 'conversation.deleted' || isOfMemory(type)
  if (!isReported) return emptyArm(direction)
  const statements = reportPages[direction]
  return byId(direction, boundsOf(source, filter), async (id, limit) => {
    const place = { account, id, limit }
    const rows =
      conversationId !== undefined
        ? await read.all(statements.ofConversation, { ...place, conversationId })
        : resource !== undefined
          ? await read.all(statements.ofResource, { ...place, resource })
          : await read.all(statements.all, place)
    return rows.map(entryOfReport)
  })
}

interface Bounds {
  low: string
  high: string
}

/** Between which ids everything lies that can be meant: nothing tells of a resource before that was made. */
function boundsOf({ realTime }: DebuggerSource, { from, to, resourceId }: EntryFilter): Bounds {
  const madeAt = resourceId === undefined ? undefined : parseAnyId(resourceId)
  const lows = [
    ...(realTime && from !== undefined ? [firstIdAt(from - skewMs)] : []),
    ...(madeAt === undefined ? [] : [firstIdAt(timeOfId(madeAt) - skewMs)]),
  ]
  return {
    low: lows.toSorted().at(-1) ?? ids.low,
    high: realTime && to !== undefined ? firstIdAt(to + latenessMs) : ids.high,
  }
}

function byId(direction: Direction, { low, high }: Bounds, read: (id: string, limit: number) => Promise<Entry[]>) {
  const isWithin = ({ id }: Entry) => id > low && id < high
  return {
    ...ends(direction, { low, high }),
    // The first row outside ends the arm, as fewer rows than were asked for do.
    read: async (beyond: string | number, limit: number) =>
      (await read(String(beyond), limit)).filter(isWithin).map((entry) => found(entry, entry.id)),
  }
}

function emptyArm(direction: Direction): Arm<Entry> {
  return { ...ends(direction, ids), read: async () => [] }
}

function ends<T>(direction: Direction, { low, high }: { low: T; high: T }): { start: T; end: T } {
  return direction === 'next' ? { start: high, end: low } : { start: low, end: high }
}

function found(entry: Entry, key: string | number): Found<Entry> {
  return { item: entry, id: entry.id, key }
}

function fits(at: readonly (string | number)[], arms: readonly Arm<Entry>[]): boolean {
  return at.length === arms.length && arms.every(({ start }, place) => typeof start === typeof at[place])
}
