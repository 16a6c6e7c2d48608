import { aloneKey, groupKey, isBusiness, type KeyChannel, pairKey, profileKey } from './grouping-keys.ts'
import type { Channel, GroupingType, ParticipantType } from './model.ts'

/** Somebody who wrote or was written to. `key` is an address key; `aliases` are the ids merged into `profileId`. */
export interface EventParty {
  key: string
  type: ParticipantType
  profileId: string | null
  aliases: readonly string[]
  /** Further addresses of the same person on this channel. */
  others?: readonly { key: string }[]
}

export interface GroupingEvent {
  channel: Channel
  parties: readonly EventParty[]
}

/** The keys by which an event looks for its conversation, strongest first: `profile`, then `address` with `alone`. */
export interface EventKeys {
  /** Of the canonical profile and of every profile merged into it; empty unless all customers are resolved. */
  profile: readonly string[]
  address: readonly string[]
  /** Matched, but never taken: these belong to conversations that have only one participant. */
  alone: readonly string[]
  /** What a conversation created for this event takes, and one that is joined takes where free. */
  take: readonly string[]
  /** Three or more parties with several customers: such a thread keeps apart from its members' own conversations. */
  group: boolean
}

const maxAliasCombinations = 64
const none: readonly string[] = []

/** The keys of an event. They do not depend on who is author and who recipient, so a reply has the keys of its original. */
export function eventKeys(groupingType: GroupingType, event: GroupingEvent): EventKeys {
  const channel = keyChannel(groupingType, event.channel)
  const parties = distinctParties(event.parties)
  const { address, group } = addressKeys(channel, parties)
  const profile = groupingType === 'GROUP_BY_PROFILE' ? profileKeysOf(parties) : none
  return {
    profile,
    address,
    alone: group ? none : parties.flatMap(addressesOf).map((key) => aloneKey(channel, key)),
    take: profile.length > 0 ? profile.slice(0, 1) : address,
    group,
  }
}

/** Every address of a party, the one that the event names first. */
export function addressesOf({ key, others }: EventParty): readonly string[] {
  return others === undefined ? [key] : [key, ...others.map((other) => other.key)]
}

/** Every key whose holder has to be known before the event can be grouped. */
export function lookedUpKeys(keys: EventKeys): string[] {
  return [...keys.profile, ...keys.address, ...keys.alone]
}

/** The keys under which a profile may be held: its own, then those of the profiles merged into it. */
export function profileKeys(profileId: string, aliases: readonly string[]): string[] {
  return [profileKey([profileId]), ...aliases.map((alias) => profileKey([alias]))]
}

export function keyChannel(groupingType: GroupingType, channel: Channel): KeyChannel {
  return groupingType === 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE' ? channel : null
}

/** Every way to take one item of each list. */
export function* combinations<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  if (lists.some((list) => list.length === 0)) return
  const [first, ...rest] = lists
  if (first === undefined) return yield []
  for (const item of first) {
    for (const tail of combinations(rest)) yield [item, ...tail]
  }
}

function distinctParties(parties: readonly EventParty[]): readonly EventParty[] {
  if (parties.length === 2 && parties[0]?.key !== parties[1]?.key) return parties
  return [...new Map(parties.map((party) => [party.key, party])).values()]
}

function addressKeys(channel: KeyChannel, parties: readonly EventParty[]): { address: string[]; group: boolean } {
  const [first, second = first] = parties
  if (first === undefined || second === undefined) return { address: [], group: false }
  // Two parties are a pair whatever is known of them; a message to oneself is a pair with itself.
  if (parties.length <= 2) return { address: pairKeys(channel, first, second), group: false }
  const { customers, business } = sidesOf(parties)
  const [customer, another] = customers
  if (customer === undefined || business.length === 0) {
    const everybody = parties.map((party) => party.key)
    return { address: [groupKey(channel, '', everybody)], group: true }
  }
  if (another === undefined) return { address: business.map((key) => pairKey(channel, customer, key)), group: false }
  return { address: business.map((key) => groupKey(channel, key, customers)), group: true }
}

function pairKeys(channel: KeyChannel, first: EventParty, second: EventParty): string[] {
  return addressesOf(first).flatMap((one) => addressesOf(second).map((other) => pairKey(channel, one, other)))
}

/** Those who are UNKNOWN fill the side that nobody is known to be on; where both are known they count as customers. */
function sidesOf(parties: readonly EventParty[]): { customers: string[]; business: string[] } {
  const { customers = [], business = [], unknown = [] } = Object.groupBy(parties, sideOf)
  const keysOf = (side: readonly EventParty[]) => side.map((party) => party.key)
  if (business.length === 0) return { customers: keysOf(customers), business: keysOf(unknown) }
  return { customers: keysOf([...customers, ...unknown]), business: keysOf(business) }
}

function sideOf({ type }: EventParty): 'customers' | 'business' | 'unknown' {
  if (type === 'CUSTOMER') return 'customers'
  return isBusiness(type) ? 'business' : 'unknown'
}

function profileKeysOf(parties: readonly EventParty[]): readonly string[] {
  const idsByProfile = new Map<string, string[]>()
  for (const { type, profileId, aliases } of parties) {
    if (type !== 'CUSTOMER') continue
    if (profileId === null) return none
    idsByProfile.set(profileId, [profileId, ...aliases])
  }
  if (idsByProfile.size === 0) return none
  return [
    ...combinations([...idsByProfile.values()])
      .take(maxAliasCombinations)
      .map(profileKey),
  ]
}
