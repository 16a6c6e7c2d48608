import type { Reader, Tx } from '../store/store.ts'
import {
  deleteObservationsOf,
  deleteRevisionsOf,
  deleteStoreObservations,
  deleteStoreRevisions,
  moveObservations,
  observationCount,
  restoreObservations,
} from './observation-rows.ts'
import { markMemories } from './profile-rows.ts'
import type { OfProfile, OfStore } from './rows.ts'
import {
  deleteStoreSummaries,
  deleteSummariesOf,
  moveSummaries,
  restoreSummaries,
  summaryCount,
} from './summary-rows.ts'
import { deleteStoreVectors, deleteVectorsOf } from './vector-rows.ts'

/** How much is remembered. */
export interface Memories {
  observations: number
  summaries: number
}

/**
 * Gives what is remembered of some profiles to the one that takes their place; ids, times and origins stay. The caller has
 * locked all of them. `version` is an id made for this change.
 */
export async function moveMemories(
  tx: Tx,
  { account, storeId, from, to, version }: OfStore & { from: string[]; to: string; version: string },
): Promise<Memories> {
  const observations = await tx.run(moveObservations, { account, storeId, from, to })
  const summaries = await tx.run(moveSummaries, { account, storeId, from, to })
  if (observations + summaries > 0) await tx.run(markMemories, { account, storeId, profileId: to, version })
  return { observations, summaries }
}

/**
 * Takes from one profile what was written to the profiles `origins`, and gives it to another, whose row is there already:
 * what a merge did, undone. What came to `from` by its own id since stays.
 */
export async function restoreMemories(
  tx: Tx,
  restoring: OfStore & { from: string; origins: string[]; to: string; version: string },
): Promise<Memories> {
  const { account, storeId, from, origins, to, version } = restoring
  const observations = await tx.run(restoreObservations, { account, storeId, from, origins, to })
  const summaries = await tx.run(restoreSummaries, { account, storeId, from, origins, to })
  if (observations + summaries > 0) {
    for (const profileId of [from, to]) await tx.run(markMemories, { account, storeId, profileId, version })
  }
  return { observations, summaries }
}

/** What is remembered of some profiles together. */
export async function countMemories(
  read: Reader,
  place: OfStore & { profileIds: readonly string[] },
): Promise<Memories> {
  const { account, storeId } = place
  const profileIds = [...place.profileIds]
  return {
    observations: (await read.get(observationCount, { account, storeId, profileIds }))?.n ?? 0,
    summaries: (await read.get(summaryCount, { account, storeId, profileIds }))?.n ?? 0,
  }
}

/** Removes all that is remembered of a profile, former wordings and vectors included, and tells how much that was. */
export async function eraseMemories(tx: Tx, { account, storeId, profileId }: OfProfile): Promise<Memories> {
  const place = { account, storeId, profileId }
  await tx.run(deleteRevisionsOf, place)
  for (const statement of deleteVectorsOf) await tx.run(statement, place)
  return {
    observations: await tx.run(deleteObservationsOf, place),
    summaries: await tx.run(deleteSummariesOf, place),
  }
}

/** The same for all profiles of a store. */
export async function eraseStoreMemories(tx: Tx, { account, storeId }: OfStore): Promise<Memories> {
  const place = { account, storeId }
  await tx.run(deleteStoreRevisions, place)
  for (const statement of deleteStoreVectors) await tx.run(statement, place)
  return {
    observations: await tx.run(deleteStoreObservations, place),
    summaries: await tx.run(deleteStoreSummaries, place),
  }
}
