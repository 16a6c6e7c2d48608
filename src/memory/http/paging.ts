import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { type IdKind, wireId } from '../../kernel/ids.ts'
import type { ListQuery } from './schemas.ts'

/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

export interface RowList<R> {
  /** The name of the list in the answer, and in its tokens. */
  key: string
  maximum: number
  /** Answers at most `limit` rows above `id`, ascending, or below it, descending. */
  read(span: { id: string; limit: number; ascending: boolean }): Promise<R[]>
}

/** A page of a list that is sorted by id, newest first unless asked otherwise. */
export async function pageOfRows<R extends { id: string }>(query: ListQuery, { key, maximum, read }: RowList<R>) {
  const order = query.orderBy ?? 'DESC'
  const list = `${key}.${order}`
  const request = pageRequest(query, list, maximum)
  const ascending = (order === 'ASC') === (request.from?.direction !== 'previous')
  const id = String(request.from?.at[0] ?? (ascending ? '' : afterAllIds))
  const page = pageOf(request, await read({ id, limit: request.size + 1, ascending }), (row) => [row.id])
  return { rows: page.items, meta: pageMeta(key, list, page) }
}

/** The same of a list of plain ids. */
export async function pageOfIds(query: ListQuery, { kind, ...list }: RowList<{ id: string }> & { kind: IdKind }) {
  const { rows, meta } = await pageOfRows(query, list)
  return { ids: rows.map((row) => wireId(kind, row.id)), meta }
}

/** What an item is sorted and found again by, the most telling part first; together they are unique. */
export type Position = readonly (string | number)[]

export interface KnownList<T> {
  key: string
  maximum: number
  positionOf(item: T): Position
}

/** A page of a short list that is in hand, by position: the last first unless asked otherwise. */
export function pageOfKnown<T>(query: ListQuery, all: readonly T[], { key, maximum, positionOf }: KnownList<T>) {
  const order = query.orderBy ?? 'DESC'
  const list = `${key}.${order}`
  const request = pageRequest(query, list, maximum)
  const ascending = (order === 'ASC') === (request.from?.direction !== 'previous')
  const compare = (a: Position, b: Position) => (ascending ? comparePositions(a, b) : comparePositions(b, a))
  const sorted = all.toSorted((a, b) => compare(positionOf(a), positionOf(b)))
  const from = request.from?.at
  const beyond = from === undefined ? sorted : sorted.filter((item) => compare(positionOf(item), from) > 0)
  const page = pageOf(request, beyond.slice(0, request.size + 1), positionOf)
  return { items: page.items, meta: pageMeta(key, list, page) }
}

function comparePositions(a: Position, b: Position): number {
  for (const [at, part] of a.entries()) {
    const other = b[at] ?? ''
    if (part !== other) return part < other ? -1 : 1
  }
  return 0
}
