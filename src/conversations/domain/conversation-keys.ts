import { combinations, keyChannel } from './event-keys.ts'
import {
  aloneKey,
  canFace,
  groupKey,
  isBusiness,
  isGroupKey,
  type KeyChannel,
  type KeyDifference,
  keyDifference,
  pairKey,
  profileKey,
} from './grouping-keys.ts'
import { type Channel, channels, type GroupingType, type ParticipantType } from './model.ts'

/** A participant as far as grouping looks at it; `key` of an address is its address key. */
export interface GroupingParticipant {
  type: ParticipantType
  profileId: string | null
  addresses: readonly { channel: Channel; key: string }[]
}

const maxAddressesPerParticipant = 20
export const maxKeysPerConversation = 500

/**
 * The keys a conversation with these participants holds. Holds one key more than allowed when there are too many;
 * `groupingLimitProblem` turns that into a refusal.
 */
export function conversationKeys(
  groupingType: GroupingType,
  participants: readonly GroupingParticipant[],
): Set<string> {
  const keys = new Set<string>()
  for (const key of allKeys(groupingType, participants)) {
    keys.add(key)
    if (keys.size > maxKeysPerConversation) break
  }
  return keys
}

/** Why these participants cannot be in one conversation (400, 20001), or undefined when they can. */
export function groupingLimitProblem(
  groupingType: GroupingType,
  participants: readonly GroupingParticipant[],
): { code: 20001; message: string } | undefined {
  if (participants.some(({ addresses }) => addresses.length > maxAddressesPerParticipant)) {
    return { code: 20001, message: `A participant can have at most ${maxAddressesPerParticipant} addresses.` }
  }
  if (conversationKeys(groupingType, participants).size > maxKeysPerConversation) {
    const message = `The participants' addresses combine to more than ${maxKeysPerConversation} grouping keys.`
    return { code: 20001, message }
  }
  return undefined
}

/**
 * What to take and release when participants are added, changed or removed. A conversation that holds only keys of a
 * thread with several customers keeps them; keys gained in another way than through participants are left alone.
 */
export function participantKeyChange(change: {
  groupingType: GroupingType
  held: readonly string[]
  before: readonly GroupingParticipant[]
  after: readonly GroupingParticipant[]
}): KeyDifference {
  const { groupingType, held, before, after } = change
  if (held.length > 0 && held.every(isGroupKey)) return { take: [], release: [] }
  const { take, release } = keyDifference(conversationKeys(groupingType, before), conversationKeys(groupingType, after))
  return {
    take: take.filter((key) => !held.includes(key)),
    release: release.filter((key) => held.includes(key)),
  }
}

function* allKeys(groupingType: GroupingType, participants: readonly GroupingParticipant[]): Generator<string> {
  const reachable = participants.filter(({ addresses }) => addresses.length > 0)
  const resolved = groupingType === 'GROUP_BY_PROFILE' ? isResolved : () => false
  for (const participant of participants) {
    if (resolved(participant)) yield profileKey([participant.profileId ?? ''])
  }
  const unresolved = reachable.filter((participant) => !resolved(participant))
  const [only, another] = reachable
  if (only !== undefined && another === undefined) {
    if (unresolved.includes(only)) yield* aloneKeys(groupingType, only)
    return
  }
  const customersOnly = reachable.every(({ type }) => type === 'CUSTOMER')
  yield* pairKeys(groupingType, unresolved, customersOnly)
  if (!reachable.filter(({ type }) => type === 'CUSTOMER').every(resolved)) yield* groupKeys(groupingType, reachable)
}

function isResolved({ type, profileId }: GroupingParticipant): boolean {
  return type === 'CUSTOMER' && profileId !== null
}

function* aloneKeys(groupingType: GroupingType, { type, addresses }: GroupingParticipant): Generator<string> {
  if (isBusiness(type)) return
  for (const { channel, key } of addresses) yield aloneKey(keyChannel(groupingType, channel), key)
}

function* pairKeys(
  groupingType: GroupingType,
  participants: readonly GroupingParticipant[],
  customersOnly: boolean,
): Generator<string> {
  for (const [i, one] of participants.entries()) {
    for (const other of participants.slice(i + 1)) {
      if (!customersOnly && !canFace(one.type, other.type)) continue
      for (const { channel, key } of one.addresses) {
        const keptApart = keyChannel(groupingType, channel)
        for (const address of other.addresses) {
          if (keptApart === null || address.channel === channel) yield pairKey(keptApart, key, address.key)
        }
      }
    }
  }
}

/** Threads in which all the customers take part. A thread has one channel, so only addresses of one channel combine. */
function* groupKeys(groupingType: GroupingType, participants: readonly GroupingParticipant[]): Generator<string> {
  const customers = participants.filter(({ type }) => type === 'CUSTOMER')
  if (customers.length < 2) return
  const known = participants.filter(({ type }) => isBusiness(type))
  const business = known.length > 0 ? known : participants.filter(({ type }) => type === 'UNKNOWN')
  for (const channel of channels) {
    const keptApart: KeyChannel = keyChannel(groupingType, channel)
    const customerKeys = customers.map((customer) => keysOn(channel, customer))
    const businessKeys = business.flatMap((participant) => keysOn(channel, participant))
    // Two customers and nobody else are a pair already.
    if (business.length === 0 && customers.length > 2) businessKeys.push('')
    for (const businessKey of businessKeys) {
      for (const combination of combinations(customerKeys)) yield groupKey(keptApart, businessKey, combination)
    }
  }
}

function keysOn(channel: Channel, { addresses }: GroupingParticipant): string[] {
  return addresses.filter((address) => address.channel === channel).map(({ key }) => key)
}
