import { bumpEpoch } from '../../accounts/epochs.ts'
import { Failure } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Limits } from '../../kernel/limits.ts'
import type { Store, Tx } from '../../store/store.ts'
import { refuse } from '../configuration-checks.ts'
import {
  type OwnedAddressRow,
  ownedAddressByKey,
  ownedAddressCount,
  ownedAddressTable,
  removeOwnedAddress,
} from '../configuration-rows.ts'
import type { Channel } from '../domain/model.ts'
import { guessChannel, type OwnedAddress, ownedKey } from '../domain/owned-address.ts'

/** Registers an address as the account's own, on every channel. Throws when it is none, is registered already, or one too many. */
export async function ownAddress(
  store: Store,
  limits: Limits,
  account: number,
  owned: OwnedAddress,
  channel: Channel = guessChannel(owned.address),
): Promise<void> {
  const read = ownedKey(channel, owned.address)
  if ('problem' in read) return refuse(read.problem)
  await store.transact(async (tx) => {
    // First, since it holds the account: of two nodes the second sees what the first registered.
    await bumpEpoch(tx, account)
    await refuseKnown(tx, account, read.key, owned.address)
    await refuseTooMany(tx, account, limits)
    await tx.insert(ownedAddressTable, [ownedAddressRow(account, read.key, owned)])
  })
}

/** From the commit on the address is anybody's. Answers whether the account had it. */
export async function disownAddress(store: Store, account: number, id: string): Promise<boolean> {
  return store.transact(async (tx) => {
    const removed = (await tx.run(removeOwnedAddress, { account, id })) > 0
    if (removed) await bumpEpoch(tx, account)
    return removed
  })
}

async function refuseKnown(tx: Tx, account: number, key: string, address: string): Promise<void> {
  const known = await tx.get(ownedAddressByKey, { account, key })
  if (!known) return
  const conflictingResourceId = wireId('ownedAddress', known.id)
  throw new Failure('conflict', `Address ${address} is already registered as ${conflictingResourceId}.`, {
    field: 'address',
    conflictingResourceId,
  })
}

async function refuseTooMany(tx: Tx, account: number, { ownedAddresses }: Limits): Promise<void> {
  const count = (await tx.get(ownedAddressCount, { account }))?.n ?? 0
  if (count < ownedAddresses) return
  throw new Failure('limit', `An account may register ${ownedAddresses} addresses.`, {
    params: { limit: ownedAddresses },
  })
}

function ownedAddressRow(account: number, address_key: string, owned: OwnedAddress): OwnedAddressRow {
  const { id, address, name, createdAt, carrier = null, number = null } = owned
  return { account, address_key, id, address, name, created_at: createdAt, carrier, number, updated_at: createdAt }
}
