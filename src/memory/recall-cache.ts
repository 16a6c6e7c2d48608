import type { Reader } from '../store/store.ts'
import { decodeVector, type Vector } from './domain/vectors.ts'
import { observationsOf } from './observation-rows.ts'
import { type SearchedText, searchedText } from './ranking/full-text.ts'
import type { ObservationRow, OfProfile, ProfileRow, SummaryRow } from './rows.ts'
import { summariesOf } from './summary-rows.ts'
import { vectorsOf } from './vector-rows.ts'

/** So many numbers of vectors take the room of one more memory. */
const numbersPerMemory = 512

/** One memory as recall ranks it. */
export interface Memory<R> {
  id: string
  occurredAt: number
  text: SearchedText
  /** By the model in use; memories that it has not come to have none. */
  vector?: Vector
  row: R
}

export interface RecallCacheOptions {
  /** How many memories are kept; those with vectors count for more. */
  capacity?: number
  /** Of the embedding in use. */
  model?: string | undefined
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
  /** How many memories are kept in all, as they count. */
  readonly #capacity: number
  /** Whose vectors are read; undefined when there is no embedding. */
  readonly #model: string | undefined
  readonly #kept = new Map<string, ProfileMemories>()
  #size = 0

  constructor(read: Reader, { capacity = 20_000, model }: RecallCacheOptions = {}) {
    this.#read = read
    this.#capacity = capacity
    this.#model = model
  }

  /** How many memories are kept, as they count. */
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

  async #load(place: OfProfile, version: string): Promise<ProfileMemories> {
    const [observations, summaries] = await Promise.all([
      this.#read.all(observationsOf, place),
      this.#read.all(summariesOf, place),
    ])
    const vectors = await this.#vectorsOf(place)
    const made = <R extends MemoryRow>(row: R) => memoryOf(row, this.#model, vectors)
    return { version, observations: observations.map(made), summaries: summaries.map(made) }
  }

  async #vectorsOf(place: OfProfile): Promise<ReadonlyMap<string, string>> {
    if (this.#model === undefined) return new Map()
    const rows = await Promise.all(vectorsOf.map((statement) => this.#read.all(statement, place)))
    return new Map(rows.flat().map(({ memory_id: id, vector }) => [id, vector]))
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

interface MemoryRow {
  id: string
  occurred_at: number
  content: string
  embedded_with: string
}

function memoryOf<R extends MemoryRow>(
  row: R,
  model: string | undefined,
  vectors: ReadonlyMap<string, string>,
): Memory<R> {
  const vector = row.embedded_with === model ? vectors.get(row.id) : undefined
  const memory = { id: row.id, occurredAt: row.occurred_at, text: searchedText(row.content), row }
  return vector === undefined ? memory : { ...memory, vector: decodeVector(vector) }
}

function countOf({ observations, summaries }: ProfileMemories): number {
  const numbers = [...observations, ...summaries].reduce((sum, { vector }) => sum + (vector?.length ?? 0), 0)
  return observations.length + summaries.length + Math.ceil(numbers / numbersPerMemory)
}
