import { Failure } from '../kernel/failure.ts'
import { newId, wireId } from '../kernel/ids.ts'
import { LostRace, type Reader, type Tx } from '../store/store.ts'
import {
  changedLinks,
  makePerson,
  mergePersons,
  type Person,
  type PersonWrite,
  writeToPerson,
} from './domain/person.ts'
import { type Identifier, identifierKey } from './domain/resolution.ts'
import type { TraitsInput } from './domain/traits.ts'
import { tellLinks, tellMerges, tellUnlinks } from './identity-events.ts'
import { findSamePerson, type SamePerson } from './matching.ts'
import type { MemoryStore } from './memory-store.ts'
import { type PlannedMerge, recordMerges, separationAmong } from './merging.ts'
import { savePersons } from './person-saving.ts'
import { lockPersons, readPersons } from './persons.ts'
import { sharedKeys } from './unmergeable.ts'

/** An identifier in its normal form, and a detail of where it comes from: `trait:Contact.phone`, or a wire id. */
export type WrittenIdentifier = Identifier & { detail?: string }

export interface ProfileWrite {
  store: MemoryStore
  /** Canonical id of the profile that the caller names; undefined when identity alone decides. */
  target?: string
  /** The id by which the caller named it, which a merge may have retired: what is written belongs to that. */
  targetNamed?: string
  /** Id of the profile to make when nobody matches. */
  newProfileId: string
  /** Orders what this write adds among everything else; an id made for it. */
  changeId: string
  traits?: TraitsInput
  identifiers?: readonly WrittenIdentifier[]
  /** Normalised identifiers of the target that go. */
  removed?: readonly Identifier[]
  /** Identifier types of which every value of the target goes. */
  removedTypes?: readonly string[]
  /** What brings it: `api`, `participant`, `traffic`, `bulk`, `import`. */
  source: string
  requestId: string
  now: number
}

export interface WrittenProfile {
  /** Canonical id of the profile that holds what was written. */
  profileId: string
  created: boolean
}

/** What a write comes to, before anything is saved. */
export interface PlannedWrite {
  /** Whom it finds; none when somebody is new. */
  before: Person[]
  after: Person
  merges: PlannedMerge[]
  /** Identifiers that it gives to the person. */
  linked: Identifier[]
  /** Types of those that it takes away, or pushes over a limit. */
  unlinked: string[]
  /** Keys of those that are on the list of values that never merge. */
  shared: ReadonlySet<string>
}

/** Two profiles that a write would make one, though they are to stay apart. Nothing is saved. */
export class MergeRefused extends Failure {
  readonly storeId: string
  /** Own ids of the two. */
  readonly profileIds: readonly [string, string]
  /** The merge whose undoing keeps them apart. */
  readonly mergeId: string

  constructor(storeId: string, profileIds: readonly [string, string], mergeId: string) {
    const [one, other] = profileIds.map((id) => wireId('profile', id))
    super(
      'conflict',
      `This would make ${one} and ${other} one, whose merge was undone. Merge them on request, or not.`,
      {
        conflictingResourceId: other ?? '',
        params: { profileIds: [one, other], mergeId: wireId('merge', mergeId) },
      },
    )
    this.storeId = storeId
    this.profileIds = profileIds
    this.mergeId = mergeId
  }
}

/**
 * Applies traits and identifiers to the profile they belong to, which is made if there is none and merged out of several
 * if the identifiers say that they are one person. The caller holds the store. Throws `MergeRefused` for two who are to stay apart.
 */
export async function writeProfile(tx: Tx, account: number, write: ProfileWrite): Promise<WrittenProfile> {
  const { store, now, changeId, source, requestId } = write
  const shared = await sharedKeys(tx, account, store, write.identifiers ?? [])
  const found = await findPersons(tx, account, write, shared)
  const place = { account, storeId: store.id }
  const persons = await lockPersons(tx, place, store.identitySettings, found.ids)
  if (found.ids.length > 0 && tx.dialect === 'postgres') {
    // What was found before the locks were got is looked up again under them where writers run side by side.
    const again = await findPersons(tx, account, write, shared)
    if (again.ids.join() !== found.ids.join()) throw new LostRace()
  }
  const plan = await planFor(tx, account, write, found, persons, shared)
  const { before, after, merges, linked, unlinked } = plan
  await savePersons(tx, { account, store, now, before, after: [after], shared })
  const change = { account, storeId: store.id, changeId, source, requestId, now }
  await recordMerges(tx, change, merges)
  await tellMerges(tx, change, merges)
  await tellLinks(tx, change, after.id, linked, shared)
  await tellUnlinks(tx, change, after.id, unlinked)
  return { profileId: after.id, created: before.length === 0 }
}

/** What a write would do; nothing is locked or saved. */
export async function planWrite(read: Reader, account: number, write: ProfileWrite): Promise<PlannedWrite> {
  const shared = await sharedKeys(read, account, write.store, write.identifiers ?? [])
  const found = await findPersons(read, account, write, shared)
  const place = { account, storeId: write.store.id }
  const persons = await readPersons(read, place, write.store.identitySettings, found.ids)
  return planFor(read, account, write, found, persons, shared)
}

/** A write that adds no identifier belongs to the profile it names and can merge nothing. */
async function findPersons(
  read: Reader,
  account: number,
  write: ProfileWrite,
  shared: ReadonlySet<string>,
): Promise<SamePerson> {
  const { store, target, targetNamed, identifiers = [] } = write
  if (target !== undefined && identifiers.length === 0) return { ids: [target], foundBy: undefined, bonds: [] }
  return findSamePerson(read, account, store, { target, targetNamed, identifiers, shared })
}

async function planFor(
  read: Reader,
  account: number,
  write: ProfileWrite,
  found: SamePerson,
  before: Person[],
  shared: ReadonlySet<string>,
): Promise<PlannedWrite> {
  const settings = write.store.identitySettings
  const storeId = write.store.id
  if (!isNamedHere(before, write) || !isThereToRemove(before, write)) throw new LostRace()
  const separation = before.length > 1 ? await separationAmong(read, { account, storeId }, before) : undefined
  if (separation) throw new MergeRefused(storeId, separation.profileIds, separation.mergeId)
  const merges: PlannedMerge[] = []
  const persons = new Set(before)
  for (const { leftId, rightId, by } of found.bonds) {
    const [left, right] = [personWith(persons, leftId), personWith(persons, rightId)]
    if (left === right) continue
    const id = newId()
    const merged = mergePersons(settings, left, right, id)
    persons.delete(left)
    persons.delete(right)
    persons.add(merged)
    merges.push({ id, leftId, rightId, left, right, merged, cause: 'IDENTIFIER', evidence: by })
  }
  // Whoever was found and is bound to nobody any more must not be taken for part of the first.
  if (persons.size > 1) throw new LostRace()
  const [known] = persons
  const attributedTo = write.targetNamed ?? write.target ?? found.foundBy ?? write.newProfileId
  const after = known ? writeToPerson(settings, known, personWriteOf(write, attributedTo)) : newcomerOf(write)
  return { before, after, merges, ...changedLinks(before, known, after), shared }
}

/** Whether the id that the caller named still belongs to the profile that it was read to stand for: an unmerge may have restored it since. */
function isNamedHere(persons: readonly Person[], { target, targetNamed }: ProfileWrite): boolean {
  if (target === undefined || targetNamed === undefined) return true
  const named = persons.find(({ id }) => id === target)
  return named?.layers.some(({ id }) => id === targetNamed) ?? false
}

/** Whether what goes is still there: somebody may have taken it since the caller found it. */
function isThereToRemove(persons: readonly Person[], { target, removed = [] }: ProfileWrite): boolean {
  const held = persons.find(({ id }) => id === target)?.view.identifiers ?? []
  const keys = new Set(held.map(identifierKey))
  return removed.every((one) => keys.has(identifierKey(one)))
}

/** The person whom a write makes that finds nobody. */
export function newcomerOf(write: ProfileWrite): Person {
  return makePerson(write.store.identitySettings, write.newProfileId, personWriteOf(write, write.newProfileId))
}

/** A person after a write that adds to them alone; `foundBy` is the id that their strongest identifier was added to. */
export function acquaintanceAfter(write: ProfileWrite, person: Person, foundBy: string): Person {
  return writeToPerson(write.store.identitySettings, person, personWriteOf(write, foundBy))
}

function personWriteOf(write: ProfileWrite, attributedTo: string): PersonWrite {
  return {
    attributedTo,
    traits: write.traits ?? {},
    identifiers: (write.identifiers ?? []).map((one) => ({ ...one, detail: one.detail ?? null })),
    removed: write.removed ?? [],
    removedTypes: write.removedTypes ?? [],
    changeId: write.changeId,
    source: write.source,
    requestId: write.requestId,
    now: write.now,
  }
}

function personWith(persons: ReadonlySet<Person>, id: string): Person {
  for (const person of persons) if (person.layers.some((layer) => layer.id === id)) return person
  // Somebody else divided or merged them between two reads.
  throw new LostRace()
}
