import { Failure } from '../kernel/failure.ts'
import type { Tx } from '../store/store.ts'
import { sortOut } from './batch-sorting.ts'
import { changedLinks, type Person } from './domain/person.ts'
import type { TraitGroup } from './domain/trait-groups.ts'
import { checkTraits, type TraitsInput } from './domain/traits.ts'
import { requirePromoted } from './identifiers.ts'
import { tellChangedLinks, tellNewcomers, tellRefusal } from './identity-events.ts'
import type { MemoryStore } from './memory-store.ts'
import { saveNewcomers, savePersons } from './person-saving.ts'
import {
  acquaintanceAfter,
  MergeRefused,
  newcomerOf,
  type ProfileWrite,
  type WrittenIdentifier,
  writeProfile,
} from './profile-writing.ts'

export interface ProfileBatch {
  store: MemoryStore
  /** Those that the traits of the items are judged by. */
  groups: readonly TraitGroup[]
  items: readonly BatchItem[]
  /** What brings them: `bulk`, `import`. */
  source: string
  requestId: string
  now: number
}

export interface BatchItem {
  traits: TraitsInput
  /** Id of the profile to make when nobody matches; orders what it adds. */
  newProfileId: string
}

/** What became of one item: the profile that has its traits now, or why nothing was written. */
export type BatchOutcome = { profileId: string; created: boolean } | { refusal: Failure }

type Accepted = BatchItem & { identifiers: WrittenIdentifier[] }

/**
 * Writes many profiles as if one after the other: each item to the profile that its identifiers belong to, or to a new one.
 * Those whom nobody knows are made together in a few statements, and so are those changed who are known and can not merge by it;
 * the others are written one by one. An item that may not be is refused by itself. The caller holds the store.
 */
export async function writeProfiles(tx: Tx, account: number, batch: ProfileBatch): Promise<BatchOutcome[]> {
  const { store, source, requestId, now } = batch
  const judged = batch.items.map((item) => judge(batch, item))
  const accepted = judged.filter((one): one is Accepted => !(one instanceof Failure))
  const { strangers, acquaintances } = await sortOut(tx, account, store, accepted)
  const writeOf = ({ traits, identifiers, newProfileId }: Accepted) => {
    return { store, traits, identifiers, newProfileId, changeId: newProfileId, source, requestId, now }
  }
  const change = { account, store, source, requestId, now }
  await makeNewcomers(
    tx,
    change,
    [...strangers].map((item) => newcomerOf(writeOf(item))),
  )
  await changeAcquaintances(
    tx,
    change,
    [...acquaintances].map(([item, { person, foundBy }]) => ({
      before: person,
      after: acquaintanceAfter(writeOf(item), person, foundBy),
    })),
  )
  const outcomes: BatchOutcome[] = []
  for (const one of judged) {
    const known = one instanceof Failure ? undefined : acquaintances.get(one)
    if (one instanceof Failure) outcomes.push({ refusal: one })
    else if (strangers.has(one)) outcomes.push({ profileId: one.newProfileId, created: true })
    else if (known) outcomes.push({ profileId: known.person.id, created: false })
    else outcomes.push(await written(tx, account, writeOf(one)))
  }
  return outcomes
}

type BatchChange = Pick<ProfileBatch, 'store' | 'source' | 'requestId' | 'now'> & { account: number }

async function makeNewcomers(tx: Tx, change: BatchChange, persons: readonly Person[]): Promise<void> {
  if (persons.length === 0) return
  await saveNewcomers(tx, { ...change, persons })
  await tellNewcomers(tx, { ...change, storeId: change.store.id }, persons)
}

async function changeAcquaintances(
  tx: Tx,
  change: BatchChange,
  persons: readonly { before: Person; after: Person }[],
): Promise<void> {
  if (persons.length === 0) return
  const before = persons.map((one) => one.before)
  await savePersons(tx, { ...change, before, after: persons.map(({ after }) => after), shared: new Set() })
  const changes = persons.map((one) => ({
    profileId: one.after.id,
    ...changedLinks([one.before], one.before, one.after),
  }))
  await tellChangedLinks(tx, { ...change, storeId: change.store.id }, changes)
}

/** The item with its identifiers, or why it may not be. */
function judge({ store, groups }: ProfileBatch, item: BatchItem): Accepted | Failure {
  try {
    checkTraits(groups, item.traits, { mayRemove: false })
    const identifiers = requirePromoted(store.identitySettings, groups, item.traits)
    if (identifiers.length > 0) return { ...item, identifiers }
    return new Failure('invalid', 'traits must hold at least one that is promoted to an identifier', {
      code: 520046,
      field: 'traits',
    })
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

/** A refusal comes before anything of the write is saved, so the transaction can go on without it. */
async function written(tx: Tx, account: number, write: ProfileWrite): Promise<BatchOutcome> {
  try {
    return await writeProfile(tx, account, write)
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'unavailable') throw error
    const { requestId, now } = write
    if (error instanceof MergeRefused) {
      await tellRefusal(tx, { account, storeId: error.storeId, requestId, now }, error)
    }
    return { refusal: error }
  }
}
