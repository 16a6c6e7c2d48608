import { Failure } from '../kernel/failure.ts'
import type { Tx } from '../store/store.ts'
import { identifierConfig } from './domain/identity-settings.ts'
import { comparesByLikeness } from './domain/likeness.ts'
import type { MemoryStore } from './domain/memory-store.ts'
import { identifierKey } from './domain/resolution.ts'
import type { TraitGroup } from './domain/trait-groups.ts'
import { checkTraits, type TraitsInput } from './domain/traits.ts'
import { holdersAmong } from './identifier-rows.ts'
import { requirePromoted } from './identifiers.ts'
import { tellNewcomers, tellRefusal } from './identity-events.ts'
import { saveNewcomers } from './person-saving.ts'
import { profilesLocked } from './profile-rows.ts'
import { MergeRefused, newcomerOf, type ProfileWrite, type WrittenIdentifier, writeProfile } from './profile-writing.ts'
import { sharedKeys } from './unmergeable.ts'

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
 * Those whom nobody knows are made together in a few statements; the others are written one by one, as only they can merge.
 * An item that may not be is refused by itself. The caller holds the store.
 */
export async function writeProfiles(tx: Tx, account: number, batch: ProfileBatch): Promise<BatchOutcome[]> {
  const { store, source, requestId, now } = batch
  const judged = batch.items.map((item) => judge(batch, item))
  const accepted = judged.filter((one): one is Accepted => !(one instanceof Failure))
  const strangers = await strangersAmong(tx, account, store, accepted)
  const writeOf = ({ traits, identifiers, newProfileId }: Accepted) => {
    return { store, traits, identifiers, newProfileId, changeId: newProfileId, source, requestId, now }
  }
  const after = [...strangers].map((item) => newcomerOf(writeOf(item)))
  if (after.length > 0) {
    await saveNewcomers(tx, { account, store, now, persons: after })
    await tellNewcomers(tx, { account, storeId: store.id, source, requestId, now }, after)
  }
  const outcomes: BatchOutcome[] = []
  for (const one of judged) {
    if (one instanceof Failure) outcomes.push({ refusal: one })
    else if (strangers.has(one)) outcomes.push({ profileId: one.newProfileId, created: true })
    else outcomes.push(await written(tx, account, writeOf(one)))
  }
  return outcomes
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

/** Items of whose identifiers nobody holds any, neither in the store nor in another item. */
async function strangersAmong(
  tx: Tx,
  account: number,
  store: MemoryStore,
  items: readonly Accepted[],
): Promise<ReadonlySet<Accepted>> {
  const uses = new Map<string, number>()
  for (const { identifiers } of items) {
    for (const key of new Set(identifiers.map(identifierKey))) uses.set(key, (uses.get(key) ?? 0) + 1)
  }
  const all = items.flatMap(({ identifiers }) => identifiers)
  if (all.length === 0) return new Set()
  const rows = await tx.all(holdersAmong, {
    account,
    storeIds: [store.id],
    idTypes: [...new Set(all.map(({ idType }) => idType))],
    values: [...new Set(all.map(({ value }) => value))],
  })
  // All at once and in the order in which everybody does, as the items come in any.
  const known = [...new Set(rows.map((row) => row.profile_id))]
  if (tx.dialect === 'postgres' && known.length > 0) {
    await tx.all(profilesLocked, { account, storeId: store.id, ids: known })
  }
  const held = new Set(rows.map((row) => identifierKey({ idType: row.id_type, value: row.value })))
  const shared = await sharedKeys(tx, account, store, all)
  const isAlone = ({ identifiers }: Accepted) =>
    new Set(identifiers.map(({ idType }) => idType)).size === identifiers.length &&
    identifiers.every((one) => {
      const config = identifierConfig(store.identitySettings, one.idType)
      const key = identifierKey(one)
      return (
        config !== undefined && !comparesByLikeness(config) && uses.get(key) === 1 && !held.has(key) && !shared.has(key)
      )
    })
  return new Set(items.filter(isAlone))
}
