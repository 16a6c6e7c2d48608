import { newId } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { Work } from '../../kernel/work.ts'
import { Lease } from '../../operations/leases.ts'
import type { Store } from '../../store/store.ts'
import type { EmbeddingEndpoint, EmbeddingOutcome } from './endpoint.ts'
import { type PendingMemory, pendingMemories } from './pending.ts'
import { saveVectors } from './saving.ts'

const timeouts = { connectMs: 5_000, readMs: 30_000, totalMs: 60_000 }
/** Texts of one request, which every service takes. */
const maxBatch = 32
const leastPauseMs = 1_000
const longestPauseMs = 5 * 60_000
/** How long a memory that could not be embedded or kept, though others could, waits for another try. */
/** Longer than a request and what follows it may take; so long a node that died holds up the others. */
const leaseMs = 90_000
const leftOutMs = 60 * 60_000
const maxLeftOut = 200

export interface EmbedderOptions {
  store: Store
  endpoint: EmbeddingEndpoint
  log: Log
  /** Wall time: the service lives by it. */
  wallNow?: () => number
}

/**
 * Embeds what has no vector of the model yet. What is to do is in the rows of the memories themselves, so nothing is lost
 * when a process ends, and another model begins with everything anew. One node at a time asks the service.
 */
export class Embedder implements Work {
  readonly name = 'embeddings'
  readonly #options: EmbedderOptions
  readonly #wallNow: () => number
  /** Ids of memories, with the wall time of their next try. */
  readonly #leftOut = new Map<string, number>()
  readonly #lease: Lease
  #batch = maxBatch
  #failures = 0
  #pausedUntil = 0

  constructor(options: EmbedderOptions) {
    this.#options = options
    this.#wallNow = options.wallNow ?? Date.now
    this.#lease = new Lease(options.store, { name: 'embeddings', holder: newId(), leaseMs, wallNow: this.#wallNow })
  }

  /** One request to the service. */
  async tick(now: number): Promise<number> {
    if ((await this.#pending(1)).length === 0 || !(await this.#lease.take())) return 0
    try {
      // Looked up again under the lease: what another node has embedded meanwhile is not there any more.
      return await this.#embed(await this.#pending(this.#batch), now)
    } finally {
      await this.#lease.release()
    }
  }

  async #embed(memories: PendingMemory[], now: number): Promise<number> {
    if (memories.length === 0) return 0
    const { endpoint, store } = this.#options
    const outcome = await endpoint.embed(
      memories.map(({ content }) => content),
      timeouts,
    )
    if (!('vectors' in outcome)) return this.#fail(memories, outcome)
    this.#failures = 0
    this.#batch = Math.min(maxBatch, this.#batch * 2)
    const embedded = outcome.vectors.flatMap((vector, at) => {
      const memory = memories[at]
      return memory ? [{ ...memory, vector }] : []
    })
    for (const id of await saveVectors(store, embedded, { model: endpoint.space, now })) this.#leaveOut(id)
    return memories.length
  }

  /** What waits is due at once; nothing is while the service is left alone, or asked by another node. */
  async nextDueAt(): Promise<number | null> {
    const [first] = await this.#pending(1)
    return first && !(await this.#lease.isElsewhere()) ? first.updatedAt : null
  }

  async #pending(limit: number): Promise<PendingMemory[]> {
    const wall = this.#wallNow()
    if (wall < this.#pausedUntil) return []
    for (const [id, until] of this.#leftOut) if (until <= wall) this.#leftOut.delete(id)
    const { store, endpoint } = this.#options
    return pendingMemories(store.read, { model: endpoint.space, limit, leftOut: new Set(this.#leftOut.keys()) })
  }

  /** Texts that are refused together are tried in smaller numbers, down to the one that is refused alone. */
  #fail(memories: readonly PendingMemory[], outcome: Exclude<EmbeddingOutcome, { vectors: unknown }>): number {
    const { trouble, refused, retryAfterSeconds = 0 } = outcome
    if (refused && memories.length > 1) {
      this.#batch = Math.ceil(memories.length / 2)
      return memories.length
    }
    const [first] = memories
    if (refused && first) this.#leaveOut(first.id)
    const pauseMs = Math.min(longestPauseMs, Math.max(leastPauseMs * 2 ** this.#failures, retryAfterSeconds * 1000))
    this.#failures += 1
    this.#pausedUntil = this.#wallNow() + pauseMs
    this.#options.log.warn({ trouble, pauseMs }, 'memories could not be embedded; they will be tried again')
    return 0
  }

  #leaveOut(id: string): void {
    this.#leftOut.set(id, this.#wallNow() + leftOutMs)
    const [oldest] = this.#leftOut.keys()
    if (this.#leftOut.size > maxLeftOut && oldest !== undefined) this.#leftOut.delete(oldest)
  }
}
