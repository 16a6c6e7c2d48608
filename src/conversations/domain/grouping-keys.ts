import { hash } from 'node:crypto'
import type { Channel, ParticipantType } from './model.ts'

/*
 * A key says which open conversation traffic belongs to; within one configuration each key is held at most once.
 * Its first letter is its space, so that keys of different meaning can never be equal:
 *   a|x|y      two addresses that talk to each other, sorted
 *   o|x        one address, held by a conversation that has only one participant
 *   s|b|x|y…   several customers, sorted, and the business address b (empty when there is none)
 *   p|id       a customer's profile
 *   P|id|id…   the profiles of several customers, sorted
 * When channels are kept apart, the address spaces are preceded by the channel, as in `SMS|a|x|y`.
 */

const maxBodyLength = 200

/** Set when the grouping type keeps channels apart; null otherwise. */
export type KeyChannel = Channel | null

export interface KeyDifference {
  take: string[]
  release: string[]
}

export function pairKey(channel: KeyChannel, one: string, other: string): string {
  return keyIn(channel, 'a', one < other ? [one, other] : [other, one])
}

export function aloneKey(channel: KeyChannel, address: string): string {
  return keyIn(channel, 'o', [address])
}

/** The key of a thread with several customers, whichever of them writes. `business` is empty when nobody is the business. */
export function groupKey(channel: KeyChannel, business: string, customers: readonly string[]): string {
  return keyIn(channel, 's', [business, ...customers.toSorted()])
}

/** The key of one profile, or of several together. */
export function profileKey(profileIds: readonly string[]): string {
  return keyIn(null, profileIds.length === 1 ? 'p' : 'P', profileIds.toSorted())
}

/** Whether the key belongs to a thread of several customers rather than to one customer's conversation. */
export function isGroupKey(key: string): boolean {
  return /^(P|s|[A-Z]+\|s)\|/.test(key)
}

/** What a conversation has to take and release when its keys become `after`. */
export function keyDifference(before: ReadonlySet<string>, after: ReadonlySet<string>): KeyDifference {
  return { take: [...after.difference(before)], release: [...before.difference(after)] }
}

export function isBusiness(type: ParticipantType): boolean {
  return type === 'AGENT' || type === 'HUMAN_AGENT' || type === 'AI_AGENT'
}

/** Whether two participants can be the two sides of one exchange; an UNKNOWN may stand on either side. */
export function canFace(one: ParticipantType, other: ParticipantType): boolean {
  return one === 'UNKNOWN' || other === 'UNKNOWN' || isBusiness(one) !== isBusiness(other)
}

function keyIn(channel: KeyChannel, space: string, parts: readonly string[]): string {
  const prefix = channel === null ? space : `${channel}|${space}`
  const body = parts.length === 1 ? escaped(parts[0] as string) : parts.map(escaped).join('|')
  // No part begins with #, so a digest cannot be mistaken for a spelled-out key.
  return body.length <= maxBodyLength ? `${prefix}|${body}` : `${prefix}|#${hash('sha256', body, 'base64url')}`
}

/** Identities are free text and may contain the separator. */
function escaped(part: string): string {
  return part.includes('|') || part.includes('%') ? part.replaceAll('%', '%25').replaceAll('|', '%7C') : part
}
