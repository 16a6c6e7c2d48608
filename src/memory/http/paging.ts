import { type Page, pageOf, pageRequest } from '../../http/pagination.ts'
import type { ListQuery } from './schemas.ts'

/** Sorts after every id, in any collation. */
const afterAllIds = 'z'.repeat(27)

export interface Span {
  /** Read ids above (ascending) or below (descending) this one. */
  id: string
  limit: number
  ascending: boolean
}

/** A page of a list of ids, newest first unless asked otherwise. `read` answers at most `limit` rows in the direction of the span. */
export async function pageOfIds(
  query: ListQuery,
  list: string,
  maximum: number,
  read: (span: Span) => Promise<{ id: string }[]>,
): Promise<Page<{ id: string }>> {
  const order = query.orderBy ?? 'DESC'
  const request = pageRequest(query, `${list}.${order}`, maximum)
  const ascending = (order === 'ASC') === (request.from?.direction !== 'previous')
  const id = String(request.from?.at[0] ?? (ascending ? '' : afterAllIds))
  const rows = await read({ id, limit: request.size + 1, ascending })
  return pageOf(request, rows, (row) => [row.id])
}
