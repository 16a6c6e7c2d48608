import type { Reader } from '../store/store.ts'
import { observationsOf } from './observation-rows.ts'
import { type SearchedText, searchedText } from './ranking/full-text.ts'
import type { ObservationRow, ProfileRow, SummaryRow } from './rows.ts'
import { summariesOf } from './summary-rows.ts'

/** One memory as recall ranks it. */
export interface Memory<R> {
  id: string
  occurredAt: number
  text: SearchedText
  row: R
}

/** All that is remembered of one profile. */
export interface ProfileMemories {
  version: string
  observations: Memory<ObservationRow>[]
  summaries: Memory<SummaryRow>[]
}

/**
 * Keeps the memories of the profiles that were recalled last, ready to be ranked. A profile names the version of its memories,
 * which every change replaces, on whichever node; so what is kept is never older than what the profile's row says.
 */
export class RecallCache {
  readonly #read: Reader
  /** How many memories are kept in all. */
  readonly #capacity: number
  readonly #kept = new Map<string, ProfileMemories>()
  #size = 0

  constructor(read: Reader, capacity = 20_000) {
    this.#read = read
    this.#capacity = capacity
  }

  /** How many memories are kept. */
  get size(): number {
    return this.#size
  }

  async memoriesOf(profile: ProfileRow): Promise<ProfileMemories> {
    const { account, store_id: storeId, id: profileId, memory_version: version } = profile
    if (version === '') return { version, observations: [], summaries: [] }
    const key = `${account} ${profileId}`
    const kept = this.#kept.get(key)
    if (kept) this.#forget(key, kept)
    const memories = kept?.version === version ? kept : await this.#load({ account, storeId, profileId }, version)
    this.#keep(key, memories)
    return memories
  }

  async #load(
    place: { account: number; storeId: string; profileId: string },
    version: string,
  ): Promise<ProfileMemories> {
    const [observations, summaries] = await Promise.all([
      this.#read.all(observationsOf, place),
      this.#read.all(summariesOf, place),
    ])
    return { version, observations: observations.map(memoryOf), summaries: summaries.map(memoryOf) }
  }

  /** The last one used stands last; the first ones make room. */
  #keep(key: string, memories: ProfileMemories): void {
    const before = this.#kept.get(key)
    if (before) this.#forget(key, before)
    this.#kept.set(key, memories)
    this.#size += countOf(memories)
    for (const [oldest, some] of this.#kept) {
      if (this.#size <= this.#capacity) return
      this.#forget(oldest, some)
    }
  }

  #forget(key: string, memories: ProfileMemories): void {
    this.#kept.delete(key)
    this.#size -= countOf(memories)
  }
}

function memoryOf<R extends { id: string; occurred_at: number; content: string }>(row: R): Memory<R> {
  return { id: row.id, occurredAt: row.occurred_at, text: searchedText(row.content), row }
}

function countOf({ observations, summaries }: ProfileMemories): number {
  return observations.length + summaries.length
}
