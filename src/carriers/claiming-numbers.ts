import { bumpEpoch } from '../accounts/epochs.ts'
import { allAccounts } from '../accounts/rows.ts'
import { ownedAddressByKey, ownedAddressTable } from '../conversations/configuration-rows.ts'
import type { Channel } from '../conversations/domain/model.ts'
import { ownedKey } from '../conversations/domain/owned-address.ts'
import { invalid } from '../kernel/failure.ts'
import { newId } from '../kernel/ids.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Carrier, CarrierNumber } from './carrier.ts'

interface Claim {
  account: number
  carrier: string
  numbers: readonly (Omit<CarrierNumber, 'channel'> & { channel: Channel })[]
  now: number
}

/** Makes the numbers the account's own, at this carrier. Throws when one is no number. */
export async function claimNumbers(tx: Tx, { account, carrier, numbers, now }: Claim): Promise<void> {
  for (const [at, { channel, address, name }] of numbers.entries()) {
    const read = ownedKey(channel, address)
    if ('problem' in read) {
      const field = `numbers[${at}]`
      throw invalid(field, `${field}: ${read.problem.message}`, read.problem.code)
    }
    const known = await tx.get(ownedAddressByKey, { account, key: read.key })
    if (known) {
      const moved = { ...known, carrier, updated_at: now }
      await tx.update(ownedAddressTable, ['account', 'address_key'], ['carrier', 'updated_at'], [moved])
      continue
    }
    const times = { created_at: now, updated_at: now }
    const row = { account, address_key: read.key, id: newId(), address, name, carrier, number: null, ...times }
    await tx.insert(ownedAddressTable, [row])
  }
}

/** Asks the carriers that know by themselves which numbers accounts have there. Called when the server starts. */
export async function adoptNumbers(store: Store, carriers: readonly Carrier[], now: number): Promise<void> {
  const knowing = carriers.filter((carrier) => carrier.numbers !== undefined)
  if (knowing.length === 0) return
  for (const { account } of await store.read.all(allAccounts, {})) {
    for (const carrier of knowing) {
      const numbers = (await carrier.numbers?.(account)) ?? []
      if (numbers.length === 0) continue
      await store.transact(async (tx) => {
        await bumpEpoch(tx, account)
        await claimNumbers(tx, { account, carrier: carrier.name, numbers, now })
      })
    }
  }
}
