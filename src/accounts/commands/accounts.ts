import type { Reader } from '../../store/store.ts'
import { allAccounts } from '../rows.ts'

export interface AccountDescription {
  account: number
  sid: string
  name: string
  createdAt: number
}

export async function listAccounts(read: Reader): Promise<AccountDescription[]> {
  const rows = await read.all(allAccounts, {})
  return rows.map((row) => ({ account: row.account, sid: row.sid, name: row.name, createdAt: row.created_at }))
}
