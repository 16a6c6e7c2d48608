import { assert } from '../kernel/assert.ts'

/** SQLite takes 32,766 values in one statement, and an insert takes 64 rows at once. */
const maxColumns = 500

/** Column types that both databases share. `big` holds epoch milliseconds and counters; `?` admits null. JSON is stored as text. */
export type ColumnType = 'int' | 'big' | 'text' | 'int?' | 'big?' | 'text?'

export interface Table<C extends Record<string, ColumnType> = Record<string, ColumnType>> {
  readonly name: string
  readonly columns: C
  readonly columnNames: readonly string[]
}

type ValueOf<T extends ColumnType> = T extends 'text'
  ? string
  : T extends 'text?'
    ? string | null
    : T extends 'int' | 'big'
      ? number
      : number | null

/** One row of a table, spelled as its columns are. */
export type RowOf<T> = T extends Table<infer C> ? { [K in keyof C]: ValueOf<C[K]> } : never

/** Describes a table once: for bulk statements, for row types and for `skein copy`. The schema itself is made by migrations. */
export function table<const C extends Record<string, ColumnType>>(name: string, columns: C): Table<C> {
  const columnNames = Object.keys(columns)
  assert(columnNames.length > 0 && columnNames.length <= maxColumns, `the table ${name} has 1 to ${maxColumns} columns`)
  return { name, columns, columnNames }
}

/** What is made of a table for a kind of statement is made once: a table that has the same name and other columns is another. */
export class TableTexts<V> {
  readonly #byTable = new WeakMap<Table, Map<string, V>>()

  remember(table: Table, key: string, write: () => V): V {
    let texts = this.#byTable.get(table)
    if (!texts) {
      texts = new Map()
      this.#byTable.set(table, texts)
    }
    let text = texts.get(key)
    if (text === undefined) {
      text = write()
      texts.set(key, text)
    }
    return text
  }
}
