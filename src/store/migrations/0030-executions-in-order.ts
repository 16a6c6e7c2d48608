import type { Migration } from '../migration.ts'

/** Executions that wait are read page by page in the order in which they fall due. */
export const executionsInOrder: Migration = {
  name: '0030-executions-in-order',
  statements: () => [
    'drop index rule_execution_due',
    'create index rule_execution_order on rule_execution (account, due_at, id) where due_at is not null',
  ],
}
