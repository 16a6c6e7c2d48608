import type { Migration } from '../migration.ts'

/** Long-running operations of every API. `state`: 0 pending, 1 completed, 2 failed. */
export const operations: Migration = {
  name: '0002-operations',
  statements: (d) => [
    `create table operation (
      account integer not null,
      id text not null,
      api text not null,
      kind text not null,
      subject text not null,
      state integer not null,
      input text not null,
      related text not null,
      result text,
      error text,
      request_id text not null,
      created_at ${d.big} not null,
      completed_at ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create index operation_pending on operation (account, id) where state = 0`,
    `create index operation_subject on operation (account, subject) where state = 0`,
    `create index operation_age on operation (account, completed_at) where completed_at is not null`,
  ],
}
