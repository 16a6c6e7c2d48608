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
