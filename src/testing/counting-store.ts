import type { Statement } from '../store/statement.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import type { RowOf, Table } from '../store/table.ts'

/** What was asked of a store, with what was written to it. */
export interface StoreCounts {
  /** Statements that read, and those that wrote at least one row or may have. */
  reads: number
  writes: number
  /** Rows handed over to be inserted or updated. */
  rows: number
  commits: number
}

/** A store that counts what it passes on: the cost of a command that no clock is needed for. */
export interface CountingStore {
  store: Store
  /** What has happened since it was last asked. */
  take(): StoreCounts
}

export function countingStore(store: Store): CountingStore {
  let counts = noCounts()
  let commitsBefore = store.statistics.commits
  const count = (difference: Partial<StoreCounts>) => {
    counts.reads += difference.reads ?? 0
    counts.writes += difference.writes ?? 0
    counts.rows += difference.rows ?? 0
  }
  const counted =
    <T>(fn: (tx: Tx) => Promise<T>) =>
    (tx: Tx) =>
      fn(new CountingTx(tx, count))
  const counting: Store = {
    dialect: store.dialect,
    read: new CountingReader(store.read, count),
    transact: (fn) => store.transact(counted(fn)),
    intake: (fn) => store.intake(counted(fn)),
    scrub: () => store.scrub(),
    ping: () => store.ping(),
    close: () => store.close(),
    get statistics() {
      return store.statistics
    },
  }
  return {
    store: counting,
    take: () => {
      const { commits } = store.statistics
      const taken = { ...counts, commits: commits - commitsBefore }
      counts = noCounts()
      commitsBefore = commits
      return taken
    },
  }
}

type Count = (difference: Partial<StoreCounts>) => void

class CountingReader implements Reader {
  readonly dialect: Reader['dialect']
  readonly #inner: Reader
  readonly #count: Count

  constructor(inner: Reader, count: Count) {
    this.dialect = inner.dialect
    this.#inner = inner
    this.#count = count
  }

  all<P, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    this.#count({ reads: 1 })
    return this.#inner.all(statement, parameters)
  }

  get<P, R>(statement: Statement<P, R>, parameters: P): Promise<R | undefined> {
    this.#count({ reads: 1 })
    return this.#inner.get(statement, parameters)
  }
}

class CountingTx extends CountingReader implements Tx {
  readonly #tx: Tx
  readonly #countWrite: Count

  constructor(tx: Tx, count: Count) {
    super(tx, count)
    this.#tx = tx
    this.#countWrite = count
  }

  run<P, R>(statement: Statement<P, R>, parameters: P): Promise<number> {
    this.#countWrite({ writes: 1 })
    return this.#tx.run(statement, parameters)
  }

  insert<T extends Table>(table: T, rows: readonly RowOf<T>[], onConflict?: 'nothing'): Promise<number> {
    this.#countWrite({ writes: Math.min(rows.length, 1), rows: rows.length })
    return this.#tx.insert(table, rows, onConflict)
  }

  update<T extends Table, S extends keyof RowOf<T>, B extends keyof RowOf<T>>(
    table: T,
    by: readonly B[],
    set: readonly S[],
    rows: readonly Pick<RowOf<T>, S | B>[],
  ): Promise<number> {
    this.#countWrite({ writes: Math.min(rows.length, 1), rows: rows.length })
    return this.#tx.update(table, by, set, rows)
  }
}

function noCounts(): StoreCounts {
  return { reads: 0, writes: 0, rows: 0, commits: 0 }
}
