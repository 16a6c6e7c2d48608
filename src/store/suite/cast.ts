import type { DialectName } from '../statement.ts'
import { statements } from '../statement.ts'
import { type RowOf, table } from '../table.ts'

/** A library: books on shelves. */
export const book = table('book', { account: 'int', id: 'text', title: 'text?', pages: 'big?', shelf: 'text?' })
const shelf = table('shelf', { id: 'text', room: 'text' })
export type BookRow = RowOf<typeof book>

interface Tables {
  book: BookRow
  shelf: RowOf<typeof shelf>
}

const columns = `account integer not null, id text not null, title text, pages BIG, shelf text references shelf (id)
  deferrable initially deferred, primary key (account, id)`

export const schema: Record<DialectName, string[]> = {
  sqlite: [
    'create table shelf (id text not null primary key, room text not null) strict',
    `create table book (${columns.replace('BIG', 'integer')}) strict`,
    'create unique index book_title on book (account, title)',
  ],
  postgres: [
    'create table shelf (id text collate "C" not null primary key, room text collate "C" not null)',
    `create table book (${columns.replace('BIG', 'bigint').replaceAll('text', 'text collate "C"')})`,
    'create unique index book_title on book (account, title)',
  ],
}

const statement = statements<Tables>()

export const allBooks = statement<object>()((db) => db.selectFrom('book').selectAll().orderBy('account').orderBy('id'))
export const bookById = statement<{ id: string }>()((db, p) =>
  db.selectFrom('book').selectAll().where('account', '=', 1).where('id', '=', p.id),
)
export const lockBook = statement<{ id: string }>()((db, p, dialect) =>
  dialect.lock(db.selectFrom('book').selectAll().where('account', '=', 1).where('id', '=', p.id)),
)
export const freeBooks = statement<{ limit: number }>()((db, p, dialect) =>
  dialect.lockFree(db.selectFrom('book').selectAll().where('account', '=', 1).orderBy('id').limit(p.limit)),
)
export const booksByIds = statement<{ ids: readonly string[] }>()((db, p, dialect) =>
  db.selectFrom('book').selectAll().where(dialect.among('id', p.ids)).orderBy('id'),
)
export const booksByPages = statement<{ pages: readonly number[] }>()((db, p, dialect) =>
  db.selectFrom('book').selectAll().where(dialect.amongNumbers('pages', p.pages)).orderBy('pages'),
)
export const booksByTitle = statement<object>()((db) => db.selectFrom('book').selectAll().orderBy('title'))
export const figures = statement<{ title: string }>()((db, p) =>
  db
    .selectFrom('book')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.sum<number>('pages').as('sum'),
      e.exists(e.selectFrom('book as other').select('id').where('title', '=', p.title)).as('found'),
    ]),
)
export const addPages = statement<{ id: string; more: number }>()((db, p) =>
  db
    .updateTable('book')
    .set((e) => ({ pages: e('pages', '+', p.more) }))
    .where('account', '=', 1)
    .where('id', '=', p.id),
)
export const addReturning = statement<{ id: string }>()((db, p) =>
  db.insertInto('book').values({ account: 1, id: p.id, title: null, pages: 0, shelf: null }).returning('id'),
)
export const removeBook = statement<{ id: string }>()((db, p) =>
  db.deleteFrom('book').where('account', '=', 1).where('id', '=', p.id),
)
export const removeAllBooks = statement<object>()((db) => db.deleteFrom('book').where('account', '=', 1), {
  mayTakeLong: true,
})

/** A book with everything that a test does not care about. */
export function aBook(id: string, fields: Partial<BookRow> = {}): BookRow {
  return { account: 1, id, title: null, pages: 0, shelf: null, ...fields }
}
