import type { Migration } from '../migration.ts'

/** held: what an execution has until now while it waits to try operators again; null when there is nothing of that kind. */
export const retriedOperators: Migration = {
  name: '0025-retried-operators',
  statements: () => ['alter table rule_execution add column held text'],
}
