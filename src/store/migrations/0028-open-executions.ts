import type { Migration } from '../migration.ts'

/** Whether an execution is the first of its rule in its conversation is asked of those alone that have not ended. */
export const openExecutions: Migration = {
  name: '0028-open-executions',
  statements: () => [
    'create index rule_execution_open on rule_execution (account, conversation_id, rule_id, id) where due_at is not null',
  ],
}
