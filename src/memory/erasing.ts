import { forgetReportsAbout, reportMemoryEvents } from '../events/report.ts'
import { newId, wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { deleteStoreDataMappings } from './data-mapping-rows.ts'
import { erasureTable } from './erasure-rows.ts'
import { deleteIdentifiersOf } from './identifier-rows.ts'
import { deleteStoreImports, deleteStoreProblems, deleteStoreTexts } from './imports/rows.ts'
import { eraseMemories, eraseStoreMemories } from './memories.ts'
import { deleteLayers, deleteMerges, deleteStoreLayers, deleteStoreMerges } from './merge-rows.ts'
import { mergesAmong } from './persons.ts'
import { deleteAliasesTo, deleteProfiles } from './profile-rows.ts'
import type { OfStore } from './rows.ts'
import { deleteStoreAliases, deleteStoreIdentifiers, deleteStoreProfiles } from './store-rows.ts'
import { deleteStoreTraitGroups } from './trait-group-rows.ts'
import { deleteStoreShared } from './unmergeable-rows.ts'

/** A person about to be erased: own id, and every id that stands for them. */
export interface ErasedPerson extends OfStore {
  profileId: string
  ids: string[]
}

export type Counts = Record<string, number>

/**
 * How one kind of data goes when a profile or a store is erased; both answer how much that was, by its name. Every table that
 * holds anything about customers belongs to one of these.
 */
export interface Erasable {
  /** Left out by what belongs to a store as a whole. */
  ofPerson?: (tx: Tx, person: ErasedPerson) => Promise<Counts>
  ofStore: (tx: Tx, place: OfStore) => Promise<Counts>
}

/** In the order in which they go; a profile's own row is the last of it. */
const erasables: readonly Erasable[] = [
  {
    ofPerson: async (tx, person) => ({ ...(await eraseMemories(tx, person)) }),
    ofStore: async (tx, place) => ({ ...(await eraseStoreMemories(tx, place)) }),
  },
  {
    ofPerson: async (tx, person) => ({ identifiers: await tx.run(deleteIdentifiersOf, person) }),
    ofStore: async (tx, place) => ({ identifiers: await tx.run(deleteStoreIdentifiers, place) }),
  },
  {
    ofPerson: async (tx, person) => ({ layers: await tx.run(deleteLayers, person) }),
    ofStore: async (tx, place) => ({ layers: await tx.run(deleteStoreLayers, place) }),
  },
  {
    ofPerson: async (tx, person) => {
      const ids = (await mergesAmong(tx, person, person.ids)).map(({ id }) => id)
      return { merges: ids.length === 0 ? 0 : await tx.run(deleteMerges, { ...person, ids }) }
    },
    ofStore: async (tx, place) => ({ merges: await tx.run(deleteStoreMerges, place) }),
  },
  { ofStore: async (tx, place) => ({ dataMappings: await tx.run(deleteStoreDataMappings, place) }) },
  { ofStore: async (tx, place) => ({ traitGroups: await tx.run(deleteStoreTraitGroups, place) }) },
  {
    ofStore: async (tx, place) => {
      await tx.run(deleteStoreTexts, place)
      await tx.run(deleteStoreProblems, place)
      return { imports: await tx.run(deleteStoreImports, place) }
    },
  },
  { ofStore: async (tx, place) => ({ sharedIdentifiers: await tx.run(deleteStoreShared, place) }) },
  {
    ofPerson: async (tx, person) => ({
      retiredIds: await tx.run(deleteAliasesTo, { ...person, id: person.profileId }),
    }),
    ofStore: async (tx, place) => ({ retiredIds: await tx.run(deleteStoreAliases, place) }),
  },
  {
    ofPerson: async (tx, person) => ({
      profiles: await tx.run(deleteProfiles, { ...person, ids: [person.profileId] }),
    }),
    ofStore: async (tx, place) => ({ profiles: await tx.run(deleteStoreProfiles, place) }),
  },
]

interface Cause {
  requestId: string
  now: number
}

/** Erases a locked profile with all that is known under any of its ids, and leaves a receipt. */
export async function erasePerson(tx: Tx, person: ErasedPerson, cause: Cause): Promise<void> {
  const counts: Counts = {}
  for (const { ofPerson } of erasables) Object.assign(counts, await ofPerson?.(tx, person))
  const told = await forgetReportsAbout(
    tx,
    person.account,
    person.ids.map((id) => wireId('profile', id)),
  )
  const subject = wireId('profile', person.profileId)
  await leaveReceipt(tx, person, 'PROFILE', subject, { ...counts, events: told }, cause)
}

/** Erases all that a locked store holds, and leaves a receipt. The store's own row is left to the caller. */
export async function eraseStore(tx: Tx, place: OfStore, cause: Cause): Promise<void> {
  const counts: Counts = {}
  for (const { ofStore } of erasables) Object.assign(counts, await ofStore(tx, place))
  await leaveReceipt(tx, place, 'STORE', wireId('memoryStore', place.storeId), counts, cause)
}

async function leaveReceipt(
  tx: Tx,
  { account, storeId }: OfStore,
  kind: 'PROFILE' | 'STORE',
  subject: string,
  counts: Counts,
  { requestId, now }: Cause,
): Promise<void> {
  const id = newId()
  const row = { account, id, kind, store_id: storeId, subject, request_id: requestId, erased_at: now }
  await tx.insert(erasureTable, [{ ...row, counts: JSON.stringify(counts) }])
  await reportMemoryEvents(tx, account, [
    {
      type: kind === 'PROFILE' ? 'PROFILE_ERASED' : 'STORE_ERASED',
      level: 'info',
      message: kind === 'PROFILE' ? 'A profile was erased.' : 'A memory store was erased.',
      resource: subject,
      requestId,
      at: now,
      details: { erasureId: wireId('erasure', id) },
    },
  ])
}
