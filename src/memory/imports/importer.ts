import { setImmediate } from 'node:timers/promises'
import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { Work } from '../../kernel/work.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { ImportLayout } from '../domain/import-layout.ts'
import { writeBatch } from './batch.ts'
import type { BrokenRow, CsvRow } from './csv.ts'
import { readLayout, readRows } from './reading.ts'
import {
  deleteImport,
  deleteProblems,
  deleteTexts,
  endedBefore,
  type ImportRow,
  importLocked,
  importTable,
  openImports,
  states,
} from './rows.ts'
import { tellEnded } from './telling.ts'

/** Rows of one transaction: few enough that requests get their turn in between. */
const rowsPerBatch = 100
/** How long a node that is not heard of keeps its import, in wall time. */
const leaseMs = 5_000
const sweepMs = 60 * 60 * 1000

export interface ImporterOptions {
  store: Store
  log: Log
  /** How long an import and its problems are kept after it ended. */
  keptMs: number
  maxProblems: number
  /** Wall time: uploads and leases live by it. */
  wallNow?: () => number
}

/** An import at work in this process, with rows that have been read and not been written. */
interface Session {
  row: ImportRow
  layout: ImportLayout
  rows: (CsvRow | BrokenRow)[]
  /** Where the file ends, once that is known. */
  end: number | undefined
}

/** Takes the rows of uploaded files into their stores, one import after the other; each is one node's at a time. */
export class Importer implements Work {
  readonly name = 'imports'
  readonly #options: ImporterOptions
  readonly #worker = newId()
  readonly #wallNow: () => number
  #session: Session | undefined
  #round: Promise<unknown> = Promise.resolve()
  #sweptAt: number | undefined

  constructor(options: ImporterOptions) {
    this.#options = options
    this.#wallNow = options.wallNow ?? Date.now
  }

  /** One batch of one import. */
  async tick(now: number): Promise<number> {
    const round = this.#round.then(() => this.#step(now))
    this.#round = round.catch(() => {})
    const done = await round
    if (done > 0) await setImmediate()
    return done
  }

  /** When the oldest import got its file: it is due at once. Those that wait for one are nobody's concern. */
  async nextDueAt(): Promise<number | null> {
    const open = await this.#options.store.read.all(openImports, {})
    return open.find((row) => row.state > states.waiting && this.#isFree(row))?.updated_at ?? null
  }

  async #step(now: number): Promise<number> {
    const session = this.#session ?? (await this.#claim(now))
    if (!session) {
      await this.#sweep(now)
      return 0
    }
    // Whatever happens, the next round begins from what has been committed.
    this.#session = undefined
    try {
      this.#session = await this.#advance(session, now)
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'unavailable') throw error
      await this.#end(session.row, now, { failure: error.message })
    }
    return 1
  }

  #isFree({ worker, worker_until }: ImportRow): boolean {
    // A SQLite file is one process's, so whoever worked on it before is gone.
    return worker === this.#worker || this.#options.store.dialect === 'sqlite' || worker_until < this.#wallNow()
  }

  async #claim(now: number): Promise<Session | undefined> {
    const { store } = this.#options
    for (const candidate of await store.read.all(openImports, {})) {
      if (candidate.state === states.waiting || !this.#isFree(candidate)) continue
      const row = await store.transact((tx) => this.#take(tx, candidate))
      if (!row) continue
      const known: ImportLayout | null = row.layout === null ? null : JSON.parse(row.layout)
      if (known) return { row, layout: known, rows: [], end: undefined }
      const found = await readLayout(store.read, row)
      if ('failure' in found) {
        await this.#end(row, now, found)
        continue
      }
      const begun = { ...row, layout: JSON.stringify(found.layout), position: found.position, updated_at: now }
      if (await store.transact((tx) => this.#saveLayout(tx, begun))) {
        return { row: begun, layout: found.layout, rows: [], end: undefined }
      }
    }
    return undefined
  }

  async #take(tx: Tx, { account, store_id: storeId, id }: ImportRow): Promise<ImportRow | undefined> {
    const row = await tx.get(importLocked, { account, storeId, id })
    if (!row || row.state === states.waiting || row.state >= states.completed || !this.#isFree(row)) return undefined
    const taken = { ...row, state: states.working, worker: this.#worker, worker_until: this.#wallNow() + leaseMs }
    await tx.update(importTable, key, ['state', 'worker', 'worker_until'], [taken])
    return taken
  }

  /** False when another node took the import over meanwhile, which may be far into the file. */
  async #saveLayout(tx: Tx, begun: ImportRow): Promise<boolean> {
    const { account, store_id: storeId, id } = begun
    const row = await tx.get(importLocked, { account, storeId, id })
    if (row?.worker !== this.#worker || row.layout !== null) return false
    await tx.update(importTable, key, ['layout', 'position', 'updated_at'], [begun])
    return true
  }

  /** Undefined when the import has come to its end, or is no longer ours. */
  async #advance(session: Session, now: number): Promise<Session | undefined> {
    const { store, maxProblems } = this.#options
    const { row, layout } = session
    if (session.rows.length === 0 && session.end === undefined) {
      const { rows, end } = await readRows(store.read, row, row.position, layout.delimiter)
      session = { ...session, rows, end }
    }
    const { batch, rest, position } = cut(session)
    if (batch.length === 0) {
      await this.#end(row, now, {})
      return undefined
    }
    const workerUntil = this.#wallNow() + leaseMs
    const after = await store.transact((tx) =>
      writeBatch(tx, { row, layout, rows: batch, position, worker: this.#worker, workerUntil, maxProblems, now }),
    )
    return after && { ...session, row: after, rows: rest }
  }

  /** Leaves alone what has gone on since it was seen: its file has come, or another node took it over. */
  async #end(row: ImportRow, now: number, { failure = null }: { failure?: string | null }): Promise<void> {
    const { account, store_id: storeId, id } = row
    await this.#options.store.transact(async (tx) => {
      const present = await tx.get(importLocked, { account, storeId, id })
      if (!present || !isAsSeen(row, present)) return
      const state = failure === null ? states.completed : states.failed
      const ended = { ...present, state, failure, worker: null, updated_at: now, completed_at: now }
      await tx.update(importTable, key, ['state', 'failure', 'worker', 'updated_at', 'completed_at'], [ended])
      await tx.run(deleteTexts, { account, storeId, id })
      await tellEnded(tx, ended, now)
    })
  }

  /** Once an hour: gives up imports whose file never came, and forgets those that ended long ago. */
  async #sweep(now: number): Promise<void> {
    if (this.#sweptAt !== undefined && now - this.#sweptAt < sweepMs) return
    this.#sweptAt = now
    const { store, keptMs } = this.#options
    for (const row of await store.read.all(openImports, {})) {
      if (row.state === states.waiting && row.upload_until < this.#wallNow()) {
        await this.#end(row, now, { failure: 'The file was not uploaded in time.' })
      }
    }
    for (const { account, store_id: storeId, id } of await store.read.all(endedBefore, {
      before: now - keptMs,
      limit: 1000,
    })) {
      await store.transact(async (tx) => {
        await tx.run(deleteProblems, { account, storeId, id })
        await tx.run(deleteImport, { account, storeId, id })
      })
    }
  }
}

const key = ['account', 'store_id', 'id'] as const

function isAsSeen(seen: ImportRow, { state, layout, position }: ImportRow): boolean {
  return state === seen.state && layout === seen.layout && position === seen.position
}

/** The rows of one batch. It ends with a row whose end is known, so that what is broken is told once. */
function cut({ row, rows, end }: Session): { batch: Session['rows']; rest: Session['rows']; position: number } {
  if (rows.length <= rowsPerBatch && end !== undefined) return { batch: rows, rest: [], position: end }
  let last = rows.length - 1
  if (rows.length > rowsPerBatch) {
    const after = rows.findIndex((one, at) => at >= rowsPerBatch - 1 && 'end' in one)
    if (after !== -1) last = after
  }
  const at = rows[last]
  if (at && 'end' in at) return { batch: rows.slice(0, last + 1), rest: rows.slice(last + 1), position: at.end }
  return { batch: rows, rest: [], position: end ?? row.position }
}
