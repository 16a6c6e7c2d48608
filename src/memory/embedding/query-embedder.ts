import type { Log } from '../../kernel/log.ts'
import type { Vector } from '../domain/vectors.ts'
import type { EmbeddingEndpoint } from './endpoint.ts'

/** Recall answers conversations that are under way: better by words alone than late. */
const timeouts = { connectMs: 1_000, readMs: 1_500, totalMs: 1_500 }
/** How long recalls go without the service after it failed one, so that they do not all wait for it. */
const pauseMs = 5_000

export interface QueryEmbedderOptions {
  endpoint: EmbeddingEndpoint
  log: Log
  wallNow?: () => number
}

/** The vector of what a recall asks, or undefined when it can not be had soon. */
export class QueryEmbedder {
  readonly #options: QueryEmbedderOptions
  readonly #wallNow: () => number
  #pausedUntil = 0

  constructor(options: QueryEmbedderOptions) {
    this.#options = options
    this.#wallNow = options.wallNow ?? Date.now
  }

  async vectorOf(query: string): Promise<Vector | undefined> {
    if (this.#wallNow() < this.#pausedUntil) return undefined
    const outcome = await this.#options.endpoint.embed([query], timeouts)
    if ('vectors' in outcome) return outcome.vectors[0]
    // A query that the service does not take says nothing about the next one.
    if (!outcome.refused) this.#pausedUntil = this.#wallNow() + pauseMs
    this.#options.log.warn({ trouble: outcome.trouble }, 'a recall is ranked by words alone: its query has no vector')
    return undefined
  }
}
