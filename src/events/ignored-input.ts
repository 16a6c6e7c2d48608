import { wireId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { type Diagnostic, type DiagnosticLevel, reportDiagnostics } from './report.ts'

/** Input that was not taken, or not as one might expect. */
export interface Ignored {
  account: number
  level: DiagnosticLevel
  code: number
  message: string
  channel: string | null
  requestId: string
  /** In the form in which addresses are compared. They are kept as hashes only, and until then in memory. */
  from?: string
  to?: readonly string[]
  /** Without prefix. */
  conversationId?: string
}

interface Bucket extends Ignored {
  /** Business time of the first. */
  since: number
  count: number
  addresses: Map<string, { side: 'from' | 'to'; key: string; count: number }>
  conversationIds: Set<string>
}

const intervalMs = 60_000
/** Addresses, and conversations, that one diagnostic names at most; those that come first. */
const maxNamed = 20
/** Kinds of ignored input that are counted at a time; further ones wait for the next minute unseen. */
const maxBuckets = 1_000

/** Hashes one address of one account so that nobody without the server's secret key can guess it back. */
export type HashAddress = (account: number, key: string) => string

/**
 * Counts what is ignored and reports it once a minute: one diagnostic for each account, channel and reason, and node. Only
 * memory is touched where it happens; what a killed process had counted and not yet reported is lost.
 */
export class IgnoredInput implements Work {
  readonly name = 'ignored-input'
  readonly #store: Store
  readonly #hash: HashAddress
  readonly #log: Log
  #buckets = new Map<string, Bucket>()

  constructor({ store, hash, log }: { store: Store; hash: HashAddress; log: Log }) {
    this.#store = store
    this.#hash = hash
    this.#log = log
  }

  /** `now` is business time. */
  count(ignored: Ignored, now: number): void {
    const { account, channel, code, message } = ignored
    const name = `${account} ${channel} ${code} ${message}`
    let bucket = this.#buckets.get(name)
    if (!bucket) {
      if (this.#buckets.size >= maxBuckets) return
      bucket = { ...ignored, since: now, count: 0, addresses: new Map(), conversationIds: new Set() }
      this.#buckets.set(name, bucket)
    }
    bucket.count += 1
    if (ignored.from !== undefined) countAddress(bucket, 'from', ignored.from)
    for (const to of ignored.to ?? []) countAddress(bucket, 'to', to)
    if (ignored.conversationId !== undefined && bucket.conversationIds.size < maxNamed) {
      bucket.conversationIds.add(ignored.conversationId)
    }
  }

  async tick(now: number): Promise<number> {
    return this.#report(({ since }) => since + intervalMs <= now, now)
  }

  async nextDueAt(): Promise<number | null> {
    const [oldest] = this.#buckets.values()
    return oldest ? oldest.since + intervalMs : null
  }

  /** Reports what has been counted so far, before the process ends. */
  async flush(now: number): Promise<void> {
    try {
      await this.#report(() => true, now)
    } catch (error) {
      this.#log.warn({ err: error }, 'what was ignored in the last minute could not be reported')
    }
  }

  /** What could not be reported is kept and reported later. */
  async #report(isDue: (bucket: Bucket) => boolean, now: number): Promise<number> {
    const due = [...this.#buckets].filter(([, bucket]) => isDue(bucket))
    for (const [account, buckets] of Map.groupBy(due, ([, bucket]) => bucket.account)) {
      const reports = buckets.map(([, bucket]) => this.#diagnosticOf(bucket, now))
      for (const [name] of buckets) this.#buckets.delete(name)
      try {
        await this.#store.transact((tx) => reportDiagnostics(tx, account, reports))
      } catch (error) {
        for (const [name, bucket] of buckets) if (!this.#buckets.has(name)) this.#buckets.set(name, bucket)
        throw error
      }
    }
    return due.length
  }

  #diagnosticOf(bucket: Bucket, now: number): Diagnostic {
    const { account, level, code, message, channel, count, since, requestId } = bucket
    const conversations = [...bucket.conversationIds]
    const [only] = conversations
    const addresses = [...bucket.addresses.values()].map(({ side, key, count }) => ({
      side,
      hash: this.#hash(account, key),
      count,
    }))
    return {
      level,
      code,
      message,
      ...(only !== undefined && conversations.length === 1
        ? { conversationId: only, resource: wireId('conversation', only) }
        : {}),
      ...(channel === null ? {} : { channel }),
      requestId,
      count,
      details: {
        since: new Date(since).toISOString(),
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(conversations.length > 1 ? { conversationIds: conversations.map((id) => wireId('conversation', id)) } : {}),
      },
      at: now,
    }
  }
}

function countAddress({ addresses }: Bucket, side: 'from' | 'to', key: string): void {
  const name = `${side} ${key}`
  const known = addresses.get(name)
  if (known) known.count += 1
  else if (addresses.size < maxNamed) addresses.set(name, { side, key, count: 1 })
}
