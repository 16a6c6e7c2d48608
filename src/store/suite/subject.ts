import type { TestContext } from 'node:test'
import { pino } from 'pino'
import type { Statement } from '../statement.ts'
import type { Store } from '../store.ts'
import { schema } from './cast.ts'

/** A kind of store that the suites run on. */
export interface Subject {
  readonly name: string
  /** An empty database, opened; `use` does the rest. */
  open(t: TestContext): Promise<Store>
}

export const quiet = pino({ level: 'silent' })

/** An opened store with the tables of the suites in it, closed after the test. */
export async function use(subject: Subject, t: TestContext): Promise<Store> {
  const store = await subject.open(t)
  t.after(() => store.close())
  await store.transact(async (tx) => {
    for (const text of schema[store.dialect]) await tx.run(raw(text), {})
  })
  return store
}

let count = 0

/** A statement given as SQL, for what the rooms never write: schemas and provoked errors. */
export function raw<R = Record<string, unknown>>(sql: string): Statement<object, R> {
  count += 1
  return { name: `raw${count}`, build: () => ({ compile: () => ({ sql, parameters: [] }) }) }
}

/** Plain objects, since the rows of SQLite have no prototype. */
export function plain<R extends object>(rows: readonly R[]): R[] {
  return rows.map((row) => ({ ...row }))
}
