import { bumpEpoch, type Epochs } from '../accounts/epochs.ts'
import type { OwnedAddressRow } from '../conversations/configuration-rows.ts'
import {
  ownedAddressById,
  ownedAddressByKey,
  ownedAddressesOf,
  ownedAddressTable,
} from '../conversations/configuration-rows.ts'
import { addressKey } from '../conversations/domain/address.ts'
import type { Channel } from '../conversations/domain/model.ts'
import type { Reader, Store } from '../store/store.ts'
import { changedSettings, type NumberSettings } from './domain/number-settings.ts'

/** An owned address as a number that can be sent from, written to and called. Times in epoch milliseconds. */
export interface OwnNumber {
  id: string
  /** What tells whether two addresses are the same party's. */
  key: string
  address: string
  name: string | null
  carrier: string | null
  settings: NumberSettings
  createdAt: number
  updatedAt: number
}

export async function findNumber(read: Reader, account: number, id: string): Promise<OwnNumber | undefined> {
  const row = await read.get(ownedAddressById, { account, id })
  return row && numberOf(row)
}

/** The account's own number behind an address, with its channel's prefix or without. */
export async function numberAt(
  read: Reader,
  account: number,
  channel: Channel,
  address: string,
): Promise<OwnNumber | undefined> {
  const row = await read.get(ownedAddressByKey, { account, key: addressKey(channel, address) })
  return row && numberOf(row)
}

/** Accounts whose numbers are remembered. */
const mostKnown = 1_000

/** The numbers of accounts as they were last read, as good as the account's epoch. */
export class NumberBook {
  readonly #read: Reader
  readonly #epochs: Epochs
  readonly #known = new Map<number, { epoch: number; numbers: Map<string, OwnNumber> }>()

  constructor(read: Reader, epochs: Epochs) {
    this.#read = read
    this.#epochs = epochs
  }

  /** As `numberAt`. */
  async at(account: number, channel: Channel, address: string): Promise<OwnNumber | undefined> {
    return (await this.#numbersOf(account)).get(addressKey(channel, address))
  }

  async #numbersOf(account: number): Promise<Map<string, OwnNumber>> {
    // Before the numbers: one that changes between the two is then kept under an epoch that is over.
    const epoch = await this.#epochs.current(account)
    const known = this.#known.get(account)
    if (known?.epoch === epoch) return known.numbers
    const numbers = new Map((await listNumbers(this.#read, account)).map((number) => [number.key, number]))
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(account, { epoch, numbers })
    return numbers
  }
}

/** All of them, the newest first. */
export async function listNumbers(read: Reader, account: number): Promise<OwnNumber[]> {
  return (await read.all(ownedAddressesOf, { account })).map(numberOf).reverse()
}

/** Changes what is given; answers undefined when the account has no such number. */
export async function changeNumber(
  store: Store,
  account: number,
  id: string,
  change: { name?: string; settings: NumberSettings; now: number },
): Promise<OwnNumber | undefined> {
  return store.transact(async (tx) => {
    // First, since it holds the account: of two changes at once the second builds on the first.
    await bumpEpoch(tx, account)
    const known = await findNumber(tx, account, id)
    if (!known) return undefined
    const changed: OwnNumber = {
      ...known,
      name: change.name ?? known.name,
      settings: changedSettings(known.settings, change.settings),
      updatedAt: change.now,
    }
    const row = { account, id, name: changed.name, number: JSON.stringify(changed.settings), updated_at: change.now }
    await tx.update(ownedAddressTable, ['account', 'id'], ['name', 'number', 'updated_at'], [row])
    return changed
  })
}

function numberOf(row: OwnedAddressRow): OwnNumber {
  return {
    id: row.id,
    key: row.address_key,
    address: row.address,
    name: row.name,
    carrier: row.carrier,
    settings: row.number === null ? {} : JSON.parse(row.number),
    createdAt: row.created_at,
    updatedAt: row.updated_at === 0 ? row.created_at : row.updated_at,
  }
}
