import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import {
  type OwnedAddressRow,
  ownedAddressById,
  ownedAddressesAfter,
  ownedAddressesBefore,
} from './configuration-rows.ts'
import type { OwnedAddress } from './domain/owned-address.ts'

/** After every id: ids begin with a digit from 0 to 7. */
const afterAll = '8'

export async function findOwnedAddress(read: Reader, account: number, id: string): Promise<OwnedAddress | undefined> {
  const row = await read.get(ownedAddressById, { account, id })
  return row && ownedAddressOf(row)
}

/** The newest first. */
export async function listOwnedAddresses(
  read: Reader,
  account: number,
  request: PageRequest,
): Promise<Page<OwnedAddress>> {
  const statement = request.from?.direction === 'previous' ? ownedAddressesAfter : ownedAddressesBefore
  const place = { account, id: String(request.from?.at[0] ?? afterAll), limit: request.size + 1 }
  const rows = await read.all(statement, place)
  return pageOf(request, rows.map(ownedAddressOf), ({ id }) => [id])
}

function ownedAddressOf(row: OwnedAddressRow): OwnedAddress {
  return { id: row.id, address: row.address, name: row.name, createdAt: row.created_at }
}
