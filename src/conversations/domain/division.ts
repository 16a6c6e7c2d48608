import { isBusiness, profileKey } from './grouping-keys.ts'
import type { GroupingType, Participant } from './model.ts'

/** One of the two customers that an undone merge leaves: own id, and every id that stands for them. */
export interface DividedSide {
  id: string
  ids: readonly string[]
}

export interface Division {
  sides: readonly [DividedSide, DividedSide]
  /** When they were made one. What was done in that very millisecond counts as done since. */
  mergedAt: number
}

export interface DividedConversation {
  groupingType: GroupingType
  participants: readonly Participant[]
  /** The keys that it holds. */
  held: readonly string[]
  /** The side whose an address is, by its channel and the address as it is stored; undefined when it is nobody's of the two. */
  sideOf: (channel: string, address: string) => DividedSide | undefined
}

export type DivisionDecision =
  | { outcome: 'CLOSE' }
  | {
      outcome: 'KEEP'
      setProfiles: { participantId: string; profileId: string }[]
      takeKeys: string[]
      dropKeys: string[]
    }

/**
 * What becomes of an open conversation when the merge of two of its possible customers is undone. It belongs to the one whose
 * its customer's address is. One that carried both since they were made one is neither's, and has to close.
 */
export function divideConversation(division: Division, conversation: DividedConversation): DivisionDecision {
  const { groupingType, participants, held } = conversation
  const customers = participants
    .filter(({ type, profileId }) => !isBusiness(type) && profileId !== null)
    .flatMap((participant) => {
      const owned = ownership(division, conversation, participant)
      return owned === undefined ? [] : [{ participant, ...owned }]
    })
  if (groupingType === 'GROUP_BY_PROFILE' && carriedBoth(division, customers)) return { outcome: 'CLOSE' }
  const profiles = new Map(customers.map(({ participant, side }) => [participant.id, idWithin(side, participant)]))
  const setProfiles = customers.flatMap(({ participant: { id, profileId } }) => {
    const own = profiles.get(id) as string
    return own === profileId ? [] : [{ participantId: id, profileId: own }]
  })
  if (groupingType !== 'GROUP_BY_PROFILE') return { outcome: 'KEEP', setProfiles, takeKeys: [], dropKeys: [] }
  const ids = participants.flatMap(({ id, type, profileId }) =>
    type === 'CUSTOMER' && profileId !== null ? [profiles.get(id) ?? profileId] : [],
  )
  const sides = new Set(customers.map(({ side }) => side))
  const [single, together] = [singleKeys(division, held, sides), groupKeys(held, ids)]
  return {
    outcome: 'KEEP',
    setProfiles,
    takeKeys: [...single.takeKeys, ...together.takeKeys],
    dropKeys: [...single.dropKeys, ...together.dropKeys],
  }
}

interface Customer {
  participant: Participant
  side: DividedSide
  /** Whether addresses of both belong to it. */
  isMixed: boolean
}

/** Whose a participant is; undefined when it is neither of the two. One that nothing was done to since keeps the id it has. */
function ownership(
  { sides, mergedAt }: Division,
  { sideOf }: DividedConversation,
  participant: Participant,
): Omit<Customer, 'participant'> | undefined {
  const named = sides.find(({ ids }) => ids.includes(participant.profileId as string))
  if (named === undefined) return undefined
  if (participant.updatedAt < mergedAt) return { side: named, isMixed: false }
  const owners = new Set(participant.addresses.flatMap(({ channel, address }) => sideOf(channel, address) ?? []))
  const [owner = named] = owners
  return { side: owners.size > 1 ? named : owner, isMixed: owners.size > 1 }
}

/** Both together, as one participant or as two of whom something was done to one since. */
function carriedBoth({ mergedAt }: Division, customers: readonly Customer[]): boolean {
  if (customers.some(({ isMixed }) => isMixed)) return true
  const present = new Set(customers.map(({ side }) => side))
  return present.size > 1 && customers.some(({ participant }) => participant.updatedAt >= mergedAt)
}

/** The id that a participant has where it is one of the side's, else the side's own. */
function idWithin(side: DividedSide, { profileId }: Participant): string {
  return side.ids.includes(profileId as string) ? (profileId as string) : side.id
}

/** Keys of a single profile: those of the other side go, and where nothing is left of the right one its own is taken. */
function singleKeys({ sides }: Division, held: readonly string[], present: ReadonlySet<DividedSide>) {
  const keysOf = (side: DividedSide) => side.ids.map((id) => profileKey([id]))
  const right = new Set([...present].flatMap(keysOf))
  const wrong = sides.flatMap(keysOf).filter((key) => !right.has(key))
  const dropKeys = held.filter((key) => wrong.includes(key))
  if (dropKeys.length === 0) return { takeKeys: [], dropKeys }
  const missing = [...present].filter((side) => !keysOf(side).some((key) => held.includes(key)))
  return { takeKeys: missing.map((side) => profileKey([side.id])), dropKeys }
}

/** A thread of several customers has the key of who they are now. */
function groupKeys(held: readonly string[], profileIds: readonly string[]) {
  const together = held.filter((key) => key.startsWith('P|'))
  const own = profileKey([...new Set(profileIds)])
  if (together.length === 0 || (together.length === 1 && together[0] === own)) return { takeKeys: [], dropKeys: [] }
  return { takeKeys: held.includes(own) ? [] : [own], dropKeys: together.filter((key) => key !== own) }
}
