import { type MemoryEventType, reportMemoryEvents } from '../events/report.ts'
import { wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { Person } from './domain/person.ts'
import { type Identifier, identifierKey } from './domain/resolution.ts'
import { type IdentityChange, type PlannedMerge, sidesOf } from './merging.ts'

type About = Pick<IdentityChange, 'account' | 'storeId' | 'requestId' | 'now'>

/** Tells what identifiers a profile was given, and by what; of each its type, and never the value. */
export async function tellLinks(
  tx: Tx,
  change: About & Pick<IdentityChange, 'source'>,
  profileId: string,
  linked: readonly Identifier[],
  shared: ReadonlySet<string>,
): Promise<void> {
  await reportMemoryEvents(tx, change.account, linkEvents(change, profileId, linked, shared))
}

/** What a write gave to a profile, and the types of what it took away from it. */
export interface ChangedLinks {
  profileId: string
  linked: readonly Identifier[]
  unlinked: readonly string[]
}

/** Tells of a batch what each profile was given or lost, all together; nobody's value is on the list of those that never merge. */
export async function tellChangedLinks(
  tx: Tx,
  change: About & Pick<IdentityChange, 'source'>,
  changes: readonly ChangedLinks[],
): Promise<void> {
  const events = changes.flatMap(({ profileId, linked, unlinked }) => [
    ...linkEvents(change, profileId, linked, new Set()),
    ...unlinkEvents(change, profileId, unlinked),
  ])
  await reportMemoryEvents(tx, change.account, events)
}

/** Tells of profiles that a batch made, together: how many, and how many identifiers they have. */
export async function tellNewcomers(
  tx: Tx,
  { account, storeId, source, requestId, now }: About & Pick<IdentityChange, 'source'>,
  persons: readonly Person[],
): Promise<void> {
  const linked = persons.flatMap(({ view }) => view.identifiers.map(({ idType }) => idType))
  const idTypes = Object.fromEntries([...Map.groupBy(linked, (one) => one)].map(([one, all]) => [one, all.length]))
  await reportMemoryEvents(tx, account, [
    {
      type: 'IDENTIFIER_LINKED',
      level: 'info',
      message: `${persons.length} new profiles were given ${linked.length} identifiers.`,
      resource: wireId('memoryStore', storeId),
      count: linked.length,
      details: { profiles: persons.length, idTypes, source },
      requestId,
      at: now,
    },
  ])
}

/** Tells what identifiers a profile has no longer. */
export async function tellUnlinks(
  tx: Tx,
  change: About & Pick<IdentityChange, 'source'>,
  profileId: string,
  idTypes: readonly string[],
): Promise<void> {
  await reportMemoryEvents(tx, change.account, unlinkEvents(change, profileId, idTypes))
}

/** Tells which profiles were made one, and by what. */
export async function tellMerges(tx: Tx, change: About, merges: readonly PlannedMerge[]): Promise<void> {
  for (const merge of merges) {
    const { survivor, retired } = sidesOf(merge)
    await tell(tx, change, 'PROFILE_MERGED', {
      profileId: survivor.id,
      message: 'Two profiles were made one.',
      details: {
        mergeId: wireId('merge', merge.id),
        retiredProfileId: wireId('profile', retired.id),
        cause: merge.cause,
        idTypes: merge.evidence.map(({ idType }) => idType),
      },
    })
  }
}

export async function tellUnmerge(
  tx: Tx,
  change: About,
  { mergeId, profileId, restoredId }: { mergeId: string; profileId: string; restoredId: string },
): Promise<void> {
  await tell(tx, change, 'PROFILE_UNMERGED', {
    profileId,
    message: 'A merge was undone.',
    details: { mergeId: wireId('merge', mergeId), restoredProfileId: wireId('profile', restoredId) },
  })
}

/** Tells that a write was refused, as it would have made two profiles one that are to stay apart. */
export async function tellRefusal(
  tx: Tx,
  change: About,
  { profileIds, mergeId }: { profileIds: readonly [string, string]; mergeId: string },
): Promise<void> {
  const [profileId, other] = profileIds
  await tell(tx, change, 'MERGE_REFUSED', {
    level: 'warning',
    code: 530911,
    profileId,
    message: 'A write would have made two profiles one whose merge was undone; it was refused.',
    details: { otherProfileId: wireId('profile', other), mergeId: wireId('merge', mergeId) },
  })
}

function linkEvents(
  change: About & Pick<IdentityChange, 'source'>,
  profileId: string,
  linked: readonly Identifier[],
  shared: ReadonlySet<string>,
): MemoryEvent[] {
  if (linked.length === 0) return []
  const idTypes = linked.map(({ idType }) => idType)
  const neverMerging = linked.filter((one) => shared.has(identifierKey(one))).map(({ idType }) => idType)
  const told = {
    profileId,
    message: `The profile was given ${counted(linked.length, 'identifier')}.`,
    count: linked.length,
    details: { idTypes, source: change.source, ...(neverMerging.length > 0 ? { neverMerging } : {}) },
  }
  return [eventOf(change, 'IDENTIFIER_LINKED', told)]
}

function unlinkEvents(
  change: About & Pick<IdentityChange, 'source'>,
  profileId: string,
  idTypes: readonly string[],
): MemoryEvent[] {
  if (idTypes.length === 0) return []
  const told = {
    profileId,
    message: `The profile lost ${counted(idTypes.length, 'identifier')}.`,
    count: idTypes.length,
    details: { idTypes, source: change.source },
  }
  return [eventOf(change, 'IDENTIFIER_UNLINKED', told)]
}

type MemoryEvent = Parameters<typeof reportMemoryEvents>[2][number]

interface Told {
  profileId: string
  message: string
  details: Record<string, unknown>
  level?: 'info' | 'warning'
  code?: number
  count?: number
}

async function tell(tx: Tx, change: About, type: MemoryEventType, told: Told): Promise<void> {
  await reportMemoryEvents(tx, change.account, [eventOf(change, type, told)])
}

function eventOf({ storeId, requestId, now }: About, type: MemoryEventType, told: Told): MemoryEvent {
  const { profileId, details, level = 'info', ...rest } = told
  return {
    ...rest,
    type,
    level,
    resource: wireId('profile', profileId),
    requestId,
    at: now,
    details: { memoryStoreId: wireId('memoryStore', storeId), ...details },
  }
}

function counted(count: number, noun: string): string {
  return count === 1 ? `an ${noun}` : `${count} ${noun}s`
}
