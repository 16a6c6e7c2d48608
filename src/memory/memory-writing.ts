import { Failure } from '../kernel/failure.ts'
import type { Tx } from '../store/store.ts'
import { type OverflowPolicy, roomFor } from './domain/room.ts'
import { deleteObservations, deleteRevisions, observationCount, stalestObservations } from './observation-rows.ts'
import { type ObservationRow, type OfProfile, observationTable, revisionTable, summaryTable } from './rows.ts'
import { deleteSummaries, stalestSummaries, summaryCount } from './summary-rows.ts'
import { deleteVectors } from './vector-rows.ts'

export interface NewObservation {
  id: string
  content: string
  source: string
  /** Without prefix. */
  conversationIds: readonly string[]
  occurredAt: number
}

export interface NewSummary {
  id: string
  content: string
  source: string | null
  /** Without prefix. */
  conversationId: string
  occurredAt: number
}

export interface MemoryAddition {
  /** The profile that the caller named, which a merge may have retired. */
  originId: string
  /** How many of the kind a profile holds. */
  maximum: number
  policy: OverflowPolicy
  now: number
}

/** Adds observations to a profile that the caller has locked. Throws when it is full and the policy refuses. */
export async function addObservations(
  tx: Tx,
  place: OfProfile,
  observations: readonly NewObservation[],
  addition: MemoryAddition,
): Promise<void> {
  const present = await tx.get(observationCount, { ...place, profileIds: [place.profileId] })
  const limit = spaceNeeded('observations', present?.n ?? 0, observations.length, addition)
  if (limit > 0) {
    const stale = await tx.all(stalestObservations, { ...place, limit })
    await removeObservations(
      tx,
      place,
      stale.map(({ id }) => id),
    )
  }
  const rows = observations.slice(-addition.maximum).map((observation) => ({
    account: place.account,
    store_id: place.storeId,
    profile_id: place.profileId,
    id: observation.id,
    origin_id: addition.originId,
    content: observation.content,
    source: observation.source,
    conversation_ids: JSON.stringify(observation.conversationIds),
    occurred_at: observation.occurredAt,
    created_at: addition.now,
    updated_at: addition.now,
    revision: 1,
    embedded_with: '',
  }))
  await tx.insert(observationTable, rows)
}

/** Changes an observation of a locked profile and keeps what it said before as a revision. What `patch` leaves out stays. */
export async function reviseObservation(
  tx: Tx,
  place: OfProfile,
  before: ObservationRow,
  patch: Partial<Omit<NewObservation, 'id'>>,
  now: number,
): Promise<void> {
  const { account, id, revision: n, source, occurred_at, updated_at, conversation_ids } = before
  const former = { account, observation_id: id, n, source, occurred_at, updated_at, conversation_ids }
  await tx.insert(revisionTable, [{ ...former, content: before.content }])
  const content = patch.content ?? before.content
  const row = {
    account,
    store_id: place.storeId,
    profile_id: place.profileId,
    id,
    content,
    source: patch.source ?? source,
    conversation_ids: patch.conversationIds ? JSON.stringify(patch.conversationIds) : conversation_ids,
    occurred_at: patch.occurredAt ?? occurred_at,
    updated_at: now,
    revision: n + 1,
    embedded_with: content === before.content ? before.embedded_with : '',
  }
  await tx.update(observationTable, observationKey, changedColumns, [row])
}

const observationKey = ['account', 'store_id', 'profile_id', 'id'] as const
const changedColumns = [
  'content',
  'source',
  'conversation_ids',
  'occurred_at',
  'updated_at',
  'revision',
  'embedded_with',
] as const

/** Removes observations of a profile with their former wordings, and answers how many there were. */
export async function removeObservations(tx: Tx, place: OfProfile, ids: string[]): Promise<number> {
  await tx.run(deleteRevisions, { account: place.account, observationIds: ids })
  await tx.run(deleteVectors, { account: place.account, ids })
  return tx.run(deleteObservations, { ...place, ids })
}

/** Adds summaries of conversations to a profile that the caller has locked. Throws when it is full and the policy refuses. */
export async function addSummaries(
  tx: Tx,
  place: OfProfile,
  summaries: readonly NewSummary[],
  addition: MemoryAddition,
): Promise<void> {
  const present = await tx.get(summaryCount, { ...place, profileIds: [place.profileId] })
  const limit = spaceNeeded('summaries', present?.n ?? 0, summaries.length, addition)
  if (limit > 0) {
    const stale = await tx.all(stalestSummaries, { ...place, limit })
    await removeSummaries(
      tx,
      place,
      stale.map(({ id }) => id),
    )
  }
  const rows = summaries.slice(-addition.maximum).map((summary) => ({
    account: place.account,
    store_id: place.storeId,
    profile_id: place.profileId,
    id: summary.id,
    origin_id: addition.originId,
    content: summary.content,
    source: summary.source,
    conversation_id: summary.conversationId,
    occurred_at: summary.occurredAt,
    created_at: addition.now,
    updated_at: addition.now,
    embedded_with: '',
  }))
  await tx.insert(summaryTable, rows)
}

/** Removes summaries of a profile, and answers how many there were. */
export async function removeSummaries(tx: Tx, place: OfProfile, ids: string[]): Promise<number> {
  await tx.run(deleteVectors, { account: place.account, ids })
  return tx.run(deleteSummaries, { ...place, ids })
}

function spaceNeeded(kind: string, present: number, added: number, { maximum, policy }: MemoryAddition): number {
  const room = roomFor({ present, added, maximum, policy })
  if (room !== 'refused') return room
  throw new Failure('limit', `This profile has ${present} of at most ${maximum} ${kind}; ${added} more do not fit.`, {
    code: 520046,
    field: kind,
    params: { limit: maximum },
  })
}
