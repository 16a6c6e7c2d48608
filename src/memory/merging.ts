import type { Reader, Tx } from '../store/store.ts'
import type { Person } from './domain/person.ts'
import { type Identifier, identifierKey } from './domain/resolution.ts'
import { type Memories, moveMemories } from './memories.ts'
import { type MergeRow, mergeTable } from './merge-rows.ts'
import { mergesAmong } from './persons.ts'
import type { OfStore } from './rows.ts'

export type MergeCause = 'IDENTIFIER' | 'OPERATOR'

/** Two persons about to become one. */
export interface PlannedMerge {
  id: string
  /** The ids that it says are one person: where the evidence is. */
  leftId: string
  rightId: string
  left: Person
  right: Person
  merged: Person
  cause: MergeCause
  /** The identifiers that say so; none when the operator does. */
  evidence: readonly Identifier[]
}

/** What a merge gave to the profile that stayed. */
export interface Moved extends Memories {
  identifiers: number
  /** Values that went out of sight, as the two together had more than a limit. */
  hidden: number
  /** Traits of the one that was retired which are newer, or that the other did not have. */
  traits: number
}

export interface IdentityChange {
  account: number
  storeId: string
  changeId: string
  source: string
  requestId: string
  now: number
}

/** Gives the retired profiles' memories to those that stay, and writes down who was made one with whom and why; answers that. */
export async function recordMerges(
  tx: Tx,
  change: IdentityChange,
  merges: readonly PlannedMerge[],
): Promise<MergeRow[]> {
  const { account, storeId, changeId, source, requestId, now } = change
  const rows: MergeRow[] = []
  for (const merge of merges) {
    const { survivor, retired } = sidesOf(merge)
    const place = { account, storeId, from: [retired.id], to: survivor.id, version: changeId }
    const moved = movedBy(merge, await moveMemories(tx, place))
    rows.push({
      account,
      store_id: storeId,
      id: merge.id,
      left_id: merge.leftId,
      right_id: merge.rightId,
      surviving_id: survivor.id,
      retired_id: retired.id,
      cause: merge.cause,
      evidence: JSON.stringify(merge.evidence.map(({ idType, value }) => ({ idType, value }))),
      moved: JSON.stringify(moved),
      source,
      request_id: requestId,
      merged_at: now,
      undone_at: null,
      undone_by: null,
      apart: 0,
    })
  }
  await tx.insert(mergeTable, rows)
  return rows
}

/** Which of the two keeps its id, and which is retired. */
export function sidesOf({ left, right, merged }: PlannedMerge): { survivor: Person; retired: Person } {
  return left.id === merged.id ? { survivor: left, retired: right } : { survivor: right, retired: left }
}

/** What a merge moves, given what is remembered of the one that is retired. */
export function movedBy(merge: PlannedMerge, memories: Memories): Moved {
  const { survivor, retired } = sidesOf(merge)
  const before = new Set([...survivor.view.identifiers, ...retired.view.identifiers].map(identifierKey))
  const after = new Set(merge.merged.view.identifiers.map(identifierKey))
  const had = new Set(survivor.view.identifiers.map(identifierKey))
  return {
    identifiers: [...after].filter((key) => !had.has(key)).length,
    hidden: [...before].filter((key) => !after.has(key)).length,
    traits: wonTraits(merge).length,
    ...memories,
  }
}

/** The traits, as `group.name`, that the person has from the one that is retired. */
export function wonTraits(merge: PlannedMerge): string[] {
  const { survivor, retired } = sidesOf(merge)
  return Object.entries(merge.merged.view.traits).flatMap(([group, traits]) =>
    Object.entries(traits).flatMap(([name, trait]) => {
      const own = JSON.stringify(survivor.view.traits[group]?.[name])
      const theirs = JSON.stringify(retired.view.traits[group]?.[name])
      const now = JSON.stringify(trait)
      return now === theirs && now !== own ? [`${group}.${name}`] : []
    }),
  )
}

/** The undone merge that keeps two of these persons apart, if there is one. */
export async function separationAmong(
  read: Reader,
  place: OfStore,
  persons: readonly Person[],
): Promise<{ mergeId: string; profileIds: [string, string] } | undefined> {
  const owners = new Map(persons.flatMap(({ id, layers }) => layers.map((layer) => [layer.id, id] as const)))
  for (const row of await mergesAmong(read, place, [...owners.keys()])) {
    const [left, right] = [owners.get(row.left_id), owners.get(row.right_id)]
    if (row.apart === 1 && left !== undefined && right !== undefined && left !== right) {
      return { mergeId: row.id, profileIds: [left, right] }
    }
  }
  return undefined
}
