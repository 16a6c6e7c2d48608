import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const targetTable = table('target', {
  account: 'int',
  id: 'text',
  owner_kind: 'text',
  owner_id: 'text',
  url: 'text',
  method: 'text',
  state: 'text',
  disabled_reason: 'text?',
  disabled_at: 'big?',
  failing_since: 'big?',
  failures: 'big',
  last_success_at: 'big?',
  last_failure_at: 'big?',
  created_at: 'big',
  removed_at: 'big?',
})
export type TargetRow = RowOf<typeof targetTable>

const statement = statements<{ target: TargetRow }>()

export const targetById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('target').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const targetsById = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.selectFrom('target').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)),
)
export const lockTarget = statement<{ account: number; id: string }>()((db, p, d) =>
  d.lock(db.selectFrom('target').selectAll().where('account', '=', p.account).where('id', '=', p.id)),
)
/** Sorted, as everybody locks them; before lanes. */
export const lockTargets = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  d.lock(
    db.selectFrom('target').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)).orderBy('id'),
  ),
)
/** Those in force, in no order: sorting by id would make SQLite read them all by it. */
export const targetsOfOwner = statement<{ account: number; ownerId: string }>()((db, p) =>
  db
    .selectFrom('target')
    .selectAll()
    .where('account', '=', p.account)
    .where('owner_id', '=', p.ownerId)
    .where('removed_at', 'is', null),
)
export const targetsOfConfigurations = statement<{ account: number; ownerIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('target')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('owner_id', p.ownerIds))
    .where('removed_at', 'is', null),
)
/** For an owner that is gone, with all that was ever sent on its behalf. */
export const forgetTargetsOf = statement<{ account: number; ownerId: string }>()((db, p) =>
  db
    .deleteFrom('target')
    .where('account', '=', p.account)
    .where('owner_id', '=', p.ownerId)
    .where('removed_at', 'is', null),
)
/** Behind every digit, with which the ids of targets begin, and before every letter. */
export const behindTargets = ':'

/** The next target after the given follower that has work waiting; one look into an index. */
export const nextFollower = statements<{ lane: { account: number; follower: string; due_at: number | null } }>()<{
  account: number
  after: string
}>()((db, p) =>
  db
    .selectFrom('lane')
    .select('follower')
    .where('account', '=', p.account)
    .where('follower', '>', p.after)
    .where('follower', '<', behindTargets)
    .where('due_at', 'is not', null)
    .orderBy('follower')
    .limit(1),
)
