import { sql } from 'kysely'
import { statements } from '../../store/statement.ts'
import { type RowOf, table } from '../../store/table.ts'
import type { OfStore } from '../rows.ts'

export const importTable = table('profile_import', {
  account: 'int',
  store_id: 'text',
  id: 'text',
  state: 'int',
  filename: 'text',
  file_size: 'big',
  column_mappings: 'text',
  upload_id: 'text?',
  upload_until: 'big',
  layout: 'text?',
  position: 'big',
  rows_read: 'big',
  rows_written: 'big',
  profiles_made: 'big',
  errors: 'big',
  warnings: 'big',
  failure: 'text?',
  worker: 'text?',
  worker_until: 'big',
  request_id: 'text',
  created_at: 'big',
  updated_at: 'big',
  completed_at: 'big?',
})
export const textTable = table('import_text', {
  account: 'int',
  store_id: 'text',
  import_id: 'text',
  upload_id: 'text',
  start: 'big',
  size: 'big',
  content: 'text',
})
export const problemTable = table('import_problem', {
  account: 'int',
  store_id: 'text',
  import_id: 'text',
  n: 'big',
  row_number: 'big',
  kind: 'int',
  column_name: 'text?',
  reason: 'text',
})
export type ImportRow = RowOf<typeof importTable>
export type TextRow = RowOf<typeof textTable>
export type ProblemRow = RowOf<typeof problemTable>

/** In the order of an import's life. */
export const states = { waiting: 0, uploaded: 1, working: 2, completed: 3, failed: 4 } as const

/** Written into the statement, since a partial index serves only a condition that it can read. */
const ended = sql.lit(states.completed)
const statement = statements<{ profile_import: ImportRow; import_text: TextRow; import_problem: ProblemRow }>()
type OfImport = OfStore & { id: string }

export const importById = statement<OfImport>()((db, p) =>
  db
    .selectFrom('profile_import')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
export const importLocked = statement<OfImport>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('profile_import')
      .selectAll()
      .where('account', '=', p.account)
      .where('store_id', '=', p.storeId)
      .where('id', '=', p.id),
  ),
)
export const importsAfter = statement<OfImport & { limit: number }>()((db, p) =>
  db
    .selectFrom('profile_import')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.id)
    .orderBy('id')
    .limit(p.limit),
)
export const importsBefore = statement<OfImport & { limit: number }>()((db, p) =>
  db
    .selectFrom('profile_import')
    .select('id')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
/** Without the account: one look tells the loop what there is to do, and where. The oldest first. */
export const openImports = statement<object>()((db) =>
  db.selectFrom('profile_import').selectAll().where('state', '<', ended).orderBy('id').limit(1000),
)
export const endedBefore = statement<{ before: number; limit: number }>()((db, p) =>
  db
    .selectFrom('profile_import')
    .select(['account', 'store_id', 'id'])
    .where('completed_at', 'is not', null)
    .where('completed_at', '<', p.before)
    .limit(p.limit),
)
export const deleteImport = statement<OfImport>()((db, p) =>
  db
    .deleteFrom('profile_import')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id),
)
/** The texts of a file that reach beyond a position, in order. */
export const textsFrom = statement<OfImport & { uploadId: string; position: number; limit: number }>()((db, p) =>
  db
    .selectFrom('import_text')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id)
    .where('upload_id', '=', p.uploadId)
    .where((eb) => eb(eb('start', '+', eb.ref('size')), '>', p.position))
    .orderBy('start')
    .limit(p.limit),
)
export const deleteTextsBefore = statement<OfImport & { uploadId: string; position: number }>()((db, p) =>
  db
    .deleteFrom('import_text')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id)
    .where('upload_id', '=', p.uploadId)
    // Says the same in a way that an index can use, or all the rest of a file would be read each time.
    .where('start', '<=', p.position)
    .where((eb) => eb(eb('start', '+', eb.ref('size')), '<=', p.position)),
)
export const deleteTexts = statement<OfImport>()((db, p) =>
  db
    .deleteFrom('import_text')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id),
)
export const deleteUpload = statement<OfImport & { uploadId: string }>()((db, p) =>
  db
    .deleteFrom('import_text')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id)
    .where('upload_id', '=', p.uploadId),
)
export const deleteProblems = statement<OfImport>()((db, p) =>
  db
    .deleteFrom('import_problem')
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id),
)
type ProblemSpan = OfImport & { n: number; limit: number }
export const problemsAfter = statement<ProblemSpan>()((db, p) =>
  db
    .selectFrom('import_problem')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id)
    .where('n', '>', p.n)
    .orderBy('n')
    .limit(p.limit),
)
export const problemsBefore = statement<ProblemSpan>()((db, p) =>
  db
    .selectFrom('import_problem')
    .selectAll()
    .where('account', '=', p.account)
    .where('store_id', '=', p.storeId)
    .where('import_id', '=', p.id)
    .where('n', '<', p.n)
    .orderBy('n', 'desc')
    .limit(p.limit),
)
export const deleteStoreImports = statement<OfStore>()(
  (db, p) => db.deleteFrom('profile_import').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const deleteStoreTexts = statement<OfStore>()(
  (db, p) => db.deleteFrom('import_text').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
export const deleteStoreProblems = statement<OfStore>()(
  (db, p) => db.deleteFrom('import_problem').where('account', '=', p.account).where('store_id', '=', p.storeId),
  { mayTakeLong: true },
)
