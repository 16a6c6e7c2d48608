import { conversationKeys, type GroupingParticipant } from './conversation-keys.ts'
import { addressesOf, type EventKeys, type EventParty, type GroupingEvent, profileKeys } from './event-keys.ts'
import { isGroupKey, keyDifference } from './grouping-keys.ts'
import type { GroupingType } from './model.ts'

export interface HolderParticipant extends GroupingParticipant {
  id: string
}

/** An open conversation that holds one of the keys in question. */
export interface Holder {
  conversationId: string
  /** Null while it has none. */
  lastCommunicationAt: number | null
  createdAt: number
  participants: readonly HolderParticipant[]
}

export interface Loser {
  conversationId: string
  key: string
}

/**
 * Where an event goes. `takeKeys` are taken where they are free and otherwise left to their holder; `dropKeys` are
 * released where this conversation holds them; `losers` hold one of the event's keys too and are worth a diagnostic.
 */
export type GroupingDecision =
  | {
      outcome: 'JOIN'
      conversationId: string
      via: string
      losers: Loser[]
      takeKeys: string[]
      dropKeys: string[]
      setProfiles: { participantId: string; profileId: string }[]
    }
  | { outcome: 'CREATE'; takeKeys: string[] }

export interface GroupingInput {
  groupingType: GroupingType
  event: GroupingEvent
  /** `eventKeys` of the event. */
  keys: EventKeys
  /** The holders of `lookedUpKeys`, open conversations of this configuration only. */
  holders: ReadonlyMap<string, Holder>
}

/**
 * Finds the conversation an event joins, or says that a new one is needed. A held profile goes before a held address;
 * between two holders the one with the most recent communication wins, then the newest.
 */
export function decideGrouping(input: GroupingInput): GroupingDecision {
  const { keys, event, holders } = input
  const byProfile = claimsOn(keys.profile, holders)
  const byAddress = claimsOn([...keys.address, ...keys.alone], holders).filter(
    ({ holder }) => keys.profile.length === 0 || admits(holder, event.parties),
  )
  const winner = best(byProfile) ?? best(byAddress)
  if (winner === undefined) return { outcome: 'CREATE', takeKeys: [...keys.take] }
  const { holder, key } = winner
  return {
    outcome: 'JOIN',
    conversationId: holder.conversationId,
    via: key,
    losers: losersAmong([...byProfile, ...byAddress], holder),
    ...changesOnJoining(input, winner),
  }
}

/**
 * Re-keys an open conversation after a participant's profile became known or changed. When another conversation holds
 * the profile already (also under a merged id), nothing is merged or moved: that one gets the profile's traffic from
 * now on, and this one keeps the keys it has.
 */
export function rekeyForProfile(change: {
  held: readonly string[]
  before: readonly GroupingParticipant[]
  after: readonly GroupingParticipant[]
  /** Ids merged into a canonical profile id. */
  aliasesOf: (profileId: string) => readonly string[]
  /** Conversation id by key, for keys held by other open conversations of the configuration. */
  heldByOthers: ReadonlyMap<string, string>
}): { takeKeys: string[]; dropKeys: string[]; blockedBy?: string } {
  const { held, before, after, aliasesOf, heldByOthers } = change
  if (held.length > 0 && held.every(isGroupKey)) return { takeKeys: [], dropKeys: [] }
  const blocker = newProfiles(before, after)
    .flatMap((profileId) => profileKeys(profileId, aliasesOf(profileId)))
    .find((key) => heldByOthers.has(key))
  const blockedBy = blocker === undefined ? undefined : heldByOthers.get(blocker)
  if (blockedBy !== undefined) return { takeKeys: [], dropKeys: [], blockedBy }
  const { take, release } = keyDifference(new Set(held), conversationKeys('GROUP_BY_PROFILE', after))
  const fromParticipants = conversationKeys('GROUP_BY_PROFILE', before)
  return {
    takeKeys: take.filter((key) => !heldByOthers.has(key)),
    // A thread of several customers that once joined has left its key here; participants do not account for it.
    dropKeys: release.filter((key) => !isGroupKey(key) || fromParticipants.has(key)),
  }
}

interface Claim {
  holder: Holder
  key: string
}

type Changes = Pick<Extract<GroupingDecision, { outcome: 'JOIN' }>, 'takeKeys' | 'dropKeys' | 'setProfiles'>

function claimsOn(keys: readonly string[], holders: ReadonlyMap<string, Holder>): Claim[] {
  const claims: Claim[] = []
  for (const key of keys) {
    const holder = holders.get(key)
    if (holder !== undefined) claims.push({ holder, key })
  }
  return claims
}

/** Whether nobody at the customers' addresses is known to be somebody else. */
function admits(holder: Holder, parties: readonly EventParty[]): boolean {
  return parties.every((party) =>
    participantsAt(holder, party).every(
      ({ profileId }) => profileId === null || profileId === party.profileId || party.aliases.includes(profileId),
    ),
  )
}

function participantsAt(holder: Holder, party: EventParty): readonly HolderParticipant[] {
  if (party.type !== 'CUSTOMER') return []
  const keys = addressesOf(party)
  return holder.participants.filter(({ addresses }) => addresses.some(({ key }) => keys.includes(key)))
}

function best(claims: readonly Claim[]): Claim | undefined {
  let winner: Claim | undefined
  for (const claim of claims) {
    if (winner === undefined || isPreferred(claim.holder, winner.holder)) winner = claim
  }
  return winner
}

function isPreferred(a: Holder, b: Holder): boolean {
  const aLast = a.lastCommunicationAt ?? Number.NEGATIVE_INFINITY
  const bLast = b.lastCommunicationAt ?? Number.NEGATIVE_INFINITY
  if (aLast !== bLast) return aLast > bLast
  return a.createdAt === b.createdAt ? a.conversationId > b.conversationId : a.createdAt > b.createdAt
}

function losersAmong(claims: readonly Claim[], winner: Holder): Loser[] {
  const losers = new Map<string, Loser>()
  for (const { holder, key } of claims) {
    const { conversationId } = holder
    if (conversationId !== winner.conversationId && !losers.has(conversationId)) {
      losers.set(conversationId, { conversationId, key })
    }
  }
  return [...losers.values()]
}

function changesOnJoining(input: GroupingInput, { holder, key }: Claim): Changes {
  const { keys, holders } = input
  if (keys.profile.includes(key)) return { takeKeys: freeAmong(keys.take, holders), dropKeys: [], setProfiles: [] }
  if (keys.profile.length > 0) return changesOnIdentifying(input, holder)
  const pairIsHeldElsewhere = keys.address.some((address) => holders.has(address))
  // The lone participant meets the other side: from now on the conversation stands for their pair.
  if (keys.alone.includes(key) && !pairIsHeldElsewhere) return rekeyed(input, holder, new Map())
  return { takeKeys: freeAmong(keys.address, holders), dropKeys: [], setProfiles: [] }
}

/** An event whose customers are known joins by address: the conversation moves from their addresses to their profiles. */
function changesOnIdentifying(input: GroupingInput, holder: Holder): Changes {
  const { keys, event, holders } = input
  const identified = new Map<string, string>()
  for (const party of event.parties) {
    // Somebody added through the API as another type stays what he is, and has no profile.
    for (const { id, type } of participantsAt(holder, party)) {
      if (type === 'CUSTOMER' && party.profileId !== null) identified.set(id, party.profileId)
    }
  }
  const changes = rekeyed(input, holder, identified)
  if (!keys.group) return changes
  const everyCustomerIsKnown = event.parties.every(
    (party) => party.type !== 'CUSTOMER' || participantsAt(holder, party).some(({ id }) => identified.has(id)),
  )
  if (!everyCustomerIsKnown) return { ...changes, takeKeys: freeAmong(keys.address, holders), dropKeys: [] }
  const dropKeys = keys.address.filter((key) => holders.get(key)?.conversationId === holder.conversationId)
  return { ...changes, takeKeys: freeAmong(keys.take, holders), dropKeys }
}

function rekeyed(
  { groupingType, event, holders }: GroupingInput,
  holder: Holder,
  identified: ReadonlyMap<string, string>,
): Changes {
  const withProfiles = (profileOf: (participant: HolderParticipant) => string | null) =>
    holder.participants.map((one) => (identified.has(one.id) ? { ...one, profileId: profileOf(one) } : one))
  // Compared with what it held before they were known: it may have kept those keys while another held the profile.
  const before = withProfiles(() => null)
  const after = [...withProfiles(({ id }) => identified.get(id) ?? null), ...newcomers(event, holder)]
  const { take, release } = keyDifference(conversationKeys(groupingType, before), conversationKeys(groupingType, after))
  const setProfiles = holder.participants.flatMap(({ id, profileId }) => {
    const known = identified.get(id)
    return known === undefined || profileId !== null ? [] : [{ participantId: id, profileId: known }]
  })
  return { takeKeys: freeAmong(take, holders), dropKeys: release, setProfiles }
}

/** The parties of the event who are about to become participants. */
function newcomers({ channel, parties }: GroupingEvent, holder: Holder): GroupingParticipant[] {
  const present = new Set(holder.participants.flatMap(({ addresses }) => addresses.map(({ key }) => key)))
  return parties
    .filter((party) => !addressesOf(party).some((key) => present.has(key)))
    .map((party) => ({
      type: party.type,
      profileId: party.profileId,
      addresses: addressesOf(party).map((key) => ({ channel, key })),
    }))
}

function freeAmong(keys: readonly string[], holders: ReadonlyMap<string, Holder>): string[] {
  return keys.filter((key) => !holders.has(key))
}

function newProfiles(before: readonly GroupingParticipant[], after: readonly GroupingParticipant[]): string[] {
  const known = new Set(before.map(({ profileId }) => profileId))
  return after.flatMap(({ type, profileId }) =>
    type === 'CUSTOMER' && profileId !== null && !known.has(profileId) ? [profileId] : [],
  )
}
