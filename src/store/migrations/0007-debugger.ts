import type { Migration } from '../migration.ts'

/** What the debugger lists and streams across conversations. */
export const debuggerEvents: Migration = {
  name: '0007-debugger',
  statements: (d) => [
    // tx: the writing transaction where several write at once, since ids are made before the commit; 0 elsewhere.
    `alter table event add column tx ${d.big} not null default 0`,
    `create index event_diagnostic on event (account, id) where type = 'DIAGNOSTIC'`,

    // type: CONVERSATION_DELETED is told here too, as the conversation's own history is gone by then.
    `alter table diagnostic add column tx ${d.big} not null default 0`,
    `alter table diagnostic add column type text not null default 'DIAGNOSTIC'`,
    `alter table diagnostic add column conversation_id text`,
    `create index diagnostic_conversation on diagnostic (account, conversation_id, id) where conversation_id is not null`,
    `create index diagnostic_resource on diagnostic (account, resource, id) where resource is not null`,
    ...(d.name === 'postgres' ? ['event', 'diagnostic'].flatMap(followTransactions) : []),
  ],
}

function followTransactions(table: string): string[] {
  return [
    `alter table ${table} alter column tx set default pg_current_xact_id()::text::bigint`,
    `create index ${table}_tx on ${table} (account, tx, id)`,
  ]
}
