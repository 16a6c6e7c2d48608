import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { invalid, notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Reader, Store } from '../store/store.ts'
import { deleteResult, type ResultFilter, type ResultRow, resultById, resultPages } from './result-rows.ts'

const beyondIds = { next: '~', previous: '' } as const

/** Newest first; what memory extraction found is in no list, but can be fetched. */
export async function listResults(
  read: Reader,
  account: number,
  request: PageRequest,
  filter: ResultFilter,
): Promise<Page<ResultRow>> {
  const direction = request.from?.direction ?? 'next'
  const id = request.from?.at[0] ?? beyondIds[direction]
  if (typeof id !== 'string') throw invalid('pageToken', 'pageToken is not one that this list gave out')
  const { conversationId = '', configurationId = '', operatorId = '' } = filter
  const rows = await read.all(resultPages(filter)[direction], {
    account,
    id,
    limit: request.size + 1,
    conversationId,
    configurationId,
    operatorId,
  })
  return pageOf(request, rows, (row) => [row.id])
}

export async function requireResult(read: Reader, account: number, id: string): Promise<ResultRow> {
  const row = await read.get(resultById, { account, id })
  if (!row) throw unknownResult(id)
  return row
}

export async function removeResult(store: Store, account: number, id: string): Promise<void> {
  const removed = await store.transact((tx) => tx.run(deleteResult, { account, id }))
  if (removed === 0) throw unknownResult(id)
}

function unknownResult(id: string) {
  return notFound(`There is no operator result ${wireId('operatorResult', id)}.`)
}
