import { allAccounts } from '../accounts/rows.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { Reader, Store } from '../store/store.ts'
import {
  beginningOf,
  type Counts,
  type OpenConversations,
  type Period,
  periods,
  seriesOf,
  startOfSpan,
  sumOf,
  type Tally,
} from './domain/series.ts'
import { addTally, forgetTallies, lastLook, openOf, talliesSince, tallyOf, tallyRow } from './tally-rows.ts'

const minuteMs = 60_000
const spans = [1, 60] as const
const intervalMs = 10_000
/** A step more than the longest series made of them. */
const keptMs: Record<(typeof spans)[number], number> = { 1: 25 * 60 * minuteMs, 60: 31 * 24 * 60 * minuteMs }

/** Counts what is open in an account now; bounded, and read from an index. */
export type ReadOpen = (read: Reader, account: number) => Promise<OpenConversations>

/**
 * Counts what happens, for charts. Where it happens only memory is touched; a few statements every ten seconds carry it to
 * the database, where nodes add theirs together. What a killed process had counted since then is lost.
 */
export class Tallies implements Work {
  readonly name = 'tallies'
  readonly #store: Store
  readonly #readOpen: ReadOpen
  readonly #log: Log
  /** By account, then by the minute of business time. */
  #pending = new Map<number, Map<number, Counts>>()
  /** What was open when it was last written down; what has not changed is not written again. */
  readonly #seen = new Map<number, string>()
  #lastFlushAt = 0
  #lastLookAt = Number.NEGATIVE_INFINITY

  constructor({ store, readOpen, log }: { store: Store; readOpen: ReadOpen; log: Log }) {
    this.#store = store
    this.#readOpen = readOpen
    this.#log = log
  }

  /** `now` is business time. */
  count(account: number, now: number, happened: Partial<Counts>): void {
    const minutes = this.#pending.get(account) ?? new Map<number, Counts>()
    const minute = startOfSpan(now, minuteMs)
    minutes.set(minute, sumOf([minutes.get(minute) ?? {}, happened]))
    this.#pending.set(account, minutes)
  }

  async tick(now: number): Promise<number> {
    const minute = startOfSpan(now, minuteMs)
    if (minute !== this.#lastLookAt) {
      this.#lastLookAt = minute
      for (const { account } of await this.#store.read.all(allAccounts, {})) await this.#look(account, now)
    } else if (Date.now() - this.#lastFlushAt >= intervalMs) {
      for (const account of [...this.#pending.keys()]) await this.#save(account, minute, null)
    } else return 0
    this.#lastFlushAt = Date.now()
    return 0
  }

  /** Never a reason to wake up, nor for a virtual clock to stop: it is done on the way. */
  async nextDueAt(): Promise<number | null> {
    return null
  }

  /** Writes down what has been counted so far, before the process ends. */
  async flush(now: number): Promise<void> {
    try {
      for (const account of [...this.#pending.keys()]) await this.#save(account, startOfSpan(now, minuteMs), null)
    } catch (error) {
      this.#log.warn({ err: error }, 'what was counted for charts in the last seconds could not be written down')
    }
  }

  /** Everything up to now, with what is open at this moment. */
  async seriesOf(account: number, period: Period, now: number): Promise<{ open: OpenConversations; steps: Tally[] }> {
    await this.#save(account, startOfSpan(now, minuteMs), null)
    const { read } = this.#store
    const { span } = periods[period]
    const place = { account, span, at: beginningOf(period, now) }
    const [open, rows, earlier] = await Promise.all([
      this.#readOpen(read, account),
      read.all(talliesSince, place),
      read.get(lastLook, place),
    ])
    const steps = seriesOf(rows.map(tallyOf), { period, now, before: earlier ? openOf(earlier) : null })
    return { open, steps: steps.map((step, at) => (at === steps.length - 1 ? { ...step, open } : step)) }
  }

  /** Once a minute: what is open, if that has changed, and what is too old. */
  async #look(account: number, now: number): Promise<void> {
    const open = await this.#readOpen(this.#store.read, account)
    const spelled = JSON.stringify(open)
    const isNew = this.#seen.get(account) !== spelled
    await this.#save(account, startOfSpan(now, minuteMs), isNew ? open : null)
    this.#seen.set(account, spelled)
  }

  /** What could not be written down is kept for the next time. */
  async #save(account: number, minute: number, open: OpenConversations | null): Promise<void> {
    const taken = this.#pending.get(account) ?? new Map<number, Counts>()
    this.#pending.delete(account)
    if (open && !taken.has(minute)) taken.set(minute, sumOf([]))
    if (taken.size === 0) return
    const rows = [...taken].flatMap(([at, counts]) =>
      spans.map((span) => {
        const place = { account, span, at: startOfSpan(at, span * minuteMs) }
        return tallyRow(place, counts, at === minute ? open : null)
      }),
    )
    try {
      await this.#store.transact(async (tx) => {
        for (const row of rows.toSorted((a, b) => a.span - b.span || a.at - b.at)) await tx.run(addTally, row)
        for (const span of spans) await tx.run(forgetTallies, { account, span, at: minute - keptMs[span] })
      })
    } catch (error) {
      for (const [at, counts] of taken) this.count(account, at, counts)
      throw error
    }
  }
}
