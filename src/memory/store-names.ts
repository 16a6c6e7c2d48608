import { Failure } from '../kernel/failure.ts'
import type { Reader } from '../store/store.ts'
import { storeByName } from './store-rows.ts'

/** Throws when another store of the account has this name; `exceptId` is the store that may keep it. */
export async function refuseTakenName(
  read: Reader,
  account: number,
  displayName: string,
  exceptId?: string,
): Promise<void> {
  const holder = await read.get(storeByName, { account, displayName })
  if (holder && holder.id !== exceptId) throw nameTaken(displayName)
}

export function nameTaken(displayName: string): Failure {
  return new Failure('invalid', `A memory store named "${displayName}" exists already.`, {
    code: 520045,
    field: 'displayName',
  })
}
