import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { LostRace, type Store, type Tx } from '../../store/store.ts'
import { identifierConfig } from '../domain/identity-settings.ts'
import { dividePerson, type Person, personOf } from '../domain/person.ts'
import { identifierKey } from '../domain/resolution.ts'
import type { DividedConversations, IdentityEffects, Side } from '../effects.ts'
import { tellUnmerge } from '../identity-events.ts'
import { type Memories, restoreMemories } from '../memories.ts'
import type { MemoryStore } from '../memory-store.ts'
import { type MergeRow, mergeById, mergeLocked, mergeTable } from '../merge-rows.ts'
import { savePersons } from '../person-saving.ts'
import { lockPersons, mergesAmong } from '../persons.ts'
import { requireProfile } from '../profiles.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { sharedKeys } from '../unmergeable.ts'
import { holdersOfValue } from '../unmergeable-rows.ts'

export interface UndoMerge {
  account: number
  storeId: string
  mergeId: string
  /** Whether the two are never again made one but on request. */
  keepApart: boolean
  /** An id made for this change. */
  changeId: string
  requestId: string
  now: number
}

export interface UndoneMerge {
  /** As the ledger has it now. */
  merge: MergeRow
  /** Own ids: of the profile that there was, and of the one that is there again. */
  profileId: string
  restoredId: string
  memories: Memories
  conversations: DividedConversations
  /** Values that somebody else has been given since, and keeps. */
  notRestored: { idType: string; value: string }[]
}

/**
 * Makes two persons of one again, wherever in a chain of merges this one stands: each has what was written to its own ids,
 * before and since. Open conversations go to the customer whose they are. Throws a conflict when it was undone already.
 */
export function undoMerge(store: Store, input: UndoMerge, effects: IdentityEffects): Promise<UndoneMerge> {
  const { account, storeId, mergeId, now, requestId, changeId } = input
  const place = { account, storeId }
  return store.transact(async (tx) => {
    const memoryStore = await requireActiveStore(tx, account, storeId, storeHeld)
    const glanced = await requireMergeInForce(tx, input)
    const { id: profileId } = await requireProfile(tx, account, storeId, glanced.left_id)
    const [person] = (await lockPersons(tx, place, memoryStore.identitySettings, [profileId])) as [Person]
    const merge = await requireMergeInForce(tx, input, mergeLocked)
    if (!holds(person, merge.left_id) || !holds(person, merge.right_id)) throw new LostRace()
    const merges = await mergesAmong(
      tx,
      place,
      person.layers.map(({ id }) => id),
    )
    const links = merges
      .filter((row) => row.undone_at === null)
      .map((row) => ({ id: row.id, leftId: row.left_id, rightId: row.right_id }))
    const link = { id: merge.id, leftId: merge.left_id, rightId: merge.right_id }
    const divided = dividePerson(memoryStore.identitySettings, person, links, link)
    const { after, shared, notRestored } = await leaveToOthers(tx, account, memoryStore, person, divided)
    await savePersons(tx, { account, store: memoryStore, now, before: [person], after, shared })
    const restored = after.find(({ id }) => id !== profileId) as Person
    const memories = await restoreMemories(tx, {
      ...place,
      from: profileId,
      origins: restored.layers.map(({ id }) => id),
      to: restored.id,
      version: changeId,
    })
    const ended = { ...merge, undone_at: now, undone_by: requestId, apart: input.keepApart ? 1 : 0 }
    await tx.update(mergeTable, ['account', 'store_id', 'id'], ['undone_at', 'undone_by', 'apart'], [ended])
    const conversations = await effects.divide(tx, account, {
      storeId,
      mergeId,
      mergedAt: merge.merged_at,
      sides: after.map(sideOf) as [Side, Side],
      requestId,
      now,
    })
    await tellUnmerge(tx, { account, storeId, requestId, now }, { mergeId, profileId, restoredId: restored.id })
    return { merge: ended, profileId, restoredId: restored.id, memories, conversations, notRestored }
  })
}

async function requireMergeInForce(
  tx: Tx,
  { account, storeId, mergeId }: UndoMerge,
  find: typeof mergeById = mergeById,
): Promise<MergeRow> {
  const merge = await tx.get(find, { account, storeId, id: mergeId })
  if (!merge) throw notFound(`There is no merge ${wireId('merge', mergeId)} in this memory store.`)
  if (merge.undone_at === null) return merge
  throw new Failure('conflict', `Merge ${wireId('merge', mergeId)} was undone already.`)
}

function holds({ layers }: Person, id: string): boolean {
  return layers.some((layer) => layer.id === id)
}

function sideOf({ id, layers }: Person): Side {
  return { id, ids: layers.map((layer) => layer.id) }
}

/** A value that went out of sight and that somebody else has been given since stays with them. */
async function leaveToOthers(
  tx: Tx,
  account: number,
  store: MemoryStore,
  before: Person,
  divided: readonly Person[],
): Promise<{ after: Person[]; shared: Set<string>; notRestored: UndoneMerge['notRestored'] }> {
  const seen = new Set(before.view.identifiers.map(identifierKey))
  const fresh = divided.flatMap(({ view }) => view.identifiers.filter((one) => !seen.has(identifierKey(one))))
  const shared = await sharedKeys(
    tx,
    account,
    store,
    divided.flatMap(({ view }) => view.identifiers),
  )
  const taken = new Map<string, UndoneMerge['notRestored'][number]>()
  for (const { idType, value } of fresh) {
    const isUnique = identifierConfig(store.identitySettings, idType)?.enforceUnique ?? false
    if (!isUnique || shared.has(identifierKey({ idType, value }))) continue
    const held = await tx.all(holdersOfValue, { account, storeId: store.id, idType, value })
    if (held.length > 0) taken.set(identifierKey({ idType, value }), { idType, value })
  }
  if (taken.size === 0) return { after: [...divided], shared, notRestored: [] }
  const after = divided.map(({ layers }) =>
    personOf(
      store.identitySettings,
      layers.map((layer) => ({
        ...layer,
        identifiers: layer.identifiers.filter((one) => !taken.has(identifierKey(one))),
      })),
    ),
  )
  return { after, shared, notRestored: [...taken.values()] }
}
