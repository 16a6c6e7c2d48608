import type { Tx } from '../store/store.ts'
import type { RowOf, Table } from '../store/table.ts'

interface Gathered {
  rows: unknown[]
  inserted: Promise<number>
}

const gathered = new WeakMap<Tx, Map<Table, Gathered>>()

/**
 * Inserts rows of a table together with what others insert into it at the same moment, as the sources of traffic that share a
 * transaction do: one statement for all of them. Answers how many rows that were in all.
 */
export function insertTogether<T extends Table>(tx: Tx, table: T, rows: readonly RowOf<T>[]): Promise<number> {
  if (rows.length === 0) return Promise.resolve(0)
  const tables = gathered.get(tx) ?? new Map<Table, Gathered>()
  gathered.set(tx, tables)
  const others = tables.get(table)
  if (others) {
    others.rows.push(...rows)
    return others.inserted
  }
  const all = [...rows]
  const inserted = Promise.resolve().then(() => {
    tables.delete(table)
    return tx.insert(table, all)
  })
  tables.set(table, { rows: all, inserted })
  return inserted
}
