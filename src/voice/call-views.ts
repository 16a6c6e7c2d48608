import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import type { Leg } from './domain/leg.ts'
import { callBySid, callPages, legOf } from './rows.ts'

/** Which calls are asked for; what is left out does not matter. */
export interface CallFilter {
  handset?: string
  from?: string
  to?: string
  status?: string
  parentSid?: string
}

export async function findCall(read: Reader, account: number, sid: string): Promise<Leg | undefined> {
  const row = await read.get(callBySid, { account, sid })
  return row && legOf(row)
}

/** The newest first. */
export async function listCalls(
  read: Reader,
  account: number,
  filter: CallFilter,
  asked: PageRequest,
): Promise<Page<Leg>> {
  const { handset = '', from = '', to = '', status = '', parentSid = '' } = filter
  const isBack = asked.from?.direction === 'previous'
  const rows = await read.all(isBack ? callPages.back : callPages.on, {
    account,
    id: String(asked.from?.at[0] ?? 'z'),
    limit: asked.size + 1,
    handset,
    from,
    to,
    status,
    parentSid,
  })
  return pageOf(asked, rows.map(legOf), ({ id }) => [id])
}
