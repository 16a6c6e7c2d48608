import { addressKey, addressProblem, isOwnableAddress } from './address.ts'
import type { FieldProblem } from './configuration.ts'
import type { Channel } from './model.ts'

/** A number or identity that is the account's own: what tells its side of captured traffic. Times in epoch milliseconds. */
export interface OwnedAddress {
  id: string
  address: string
  name: string | null
  createdAt: number
  /** The carrier that it belongs to; without one it goes through the default carrier. */
  carrier?: string | null
  /** What the carriers' room keeps of a number, as JSON. */
  number?: string | null
}

/** The channel by whose rules an address is read when the caller names none: by its prefix, else as a sender of messages. */
export function guessChannel(address: string): Channel {
  if (address.startsWith('whatsapp:')) return 'WHATSAPP'
  if (address.startsWith('rcs:')) return 'RCS'
  return /^(client|sips?):/i.test(address) ? 'VOICE' : 'SMS'
}

/** The one key under which an address is owned on every channel, or what is wrong with it. */
export function ownedKey(channel: Channel, address: string): { key: string } | { problem: FieldProblem } {
  if (isOwnableAddress(channel, address)) return { key: addressKey(channel, address) }
  const { code, message } = addressProblem(channel, address) ?? {
    code: 20001,
    message: 'stands for a user, not a business',
  }
  return { problem: { path: 'address', code, message: `address ${message}` } }
}
