import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { type IdKind, wireId } from '../../kernel/ids.ts'
import type { ListQuery } from './schemas.ts'

/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

export interface IdList {
  /** The name of the list in the answer, and in its tokens. */
  key: string
  kind: IdKind
  maximum: number
  /** Answers at most `limit` rows above `id`, ascending, or below it, descending. */
  read(span: { id: string; limit: number; ascending: boolean }): Promise<{ id: string }[]>
}

/** A page of a list of plain ids, newest first unless asked otherwise. */
export async function pageOfIds(query: ListQuery, { key, kind, maximum, read }: IdList) {
  const order = query.orderBy ?? 'DESC'
  const list = `${key}.${order}`
  const request = pageRequest(query, list, maximum)
  const ascending = (order === 'ASC') === (request.from?.direction !== 'previous')
  const id = String(request.from?.at[0] ?? (ascending ? '' : afterAllIds))
  const page = pageOf(request, await read({ id, limit: request.size + 1, ascending }), (row) => [row.id])
  return { ids: page.items.map((row) => wireId(kind, row.id)), meta: pageMeta(key, list, page) }
}

export interface KnownList<T> {
  key: string
  maximum: number
  /** Unique; sorts the list. */
  positionOf(item: T): string
}

/** A page of a short list that is in hand, by position: the last first unless asked otherwise. */
export function pageOfKnown<T>(query: ListQuery, all: readonly T[], { key, maximum, positionOf }: KnownList<T>) {
  const order = query.orderBy ?? 'DESC'
  const list = `${key}.${order}`
  const request = pageRequest(query, list, maximum)
  const ascending = (order === 'ASC') === (request.from?.direction !== 'previous')
  const sorted = all.toSorted((a, b) => (positionOf(a) < positionOf(b) === ascending ? -1 : 1))
  const at = request.from && String(request.from.at[0])
  const beyond =
    at === undefined ? sorted : sorted.filter((item) => positionOf(item) > at === ascending && positionOf(item) !== at)
  const page = pageOf(request, beyond.slice(0, request.size + 1), (item) => [positionOf(item)])
  return { items: page.items, meta: pageMeta(key, list, page) }
}
