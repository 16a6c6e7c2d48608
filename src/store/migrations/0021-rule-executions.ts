import type { Migration } from '../migration.ts'

/**
 * How far the rules of each conversation have read, what they are to execute, and what operators found.
 * rule_execution.cause_id: the event, or what stands for a request, that it goes back to. due_at: null when it has ended.
 */
export const ruleExecutions: Migration = {
  name: '0021-rule-executions',
  statements: (d) => [
    `create table rule_progress (
      account integer not null,
      conversation_id text not null,
      state text not null,
      primary key (account, conversation_id)
    ) ${d.table}`,

    `create table rule_execution (
      account integer not null,
      id text not null,
      conversation_id text not null,
      configuration_id text not null,
      rule_id text not null,
      place text not null,
      cause_id text not null,
      trigger_name text not null,
      triggered_at ${d.big} not null,
      since_id text not null,
      until_id text not null,
      input text,
      request_id text not null,
      tries integer not null,
      due_at ${d.big},
      lease text,
      leased_until ${d.big},
      outcome text,
      detail text,
      ended_at ${d.big},
      primary key (account, id)
    ) ${d.table}`,
    `create unique index rule_execution_place on rule_execution (account, conversation_id, rule_id, place)`,
    `create index rule_execution_due on rule_execution (account, due_at) where due_at is not null`,

    `create table operator_result (
      account integer not null,
      id text not null,
      conversation_id text not null,
      configuration_id text not null,
      rule_id text not null,
      execution_id text not null,
      operator_id text not null,
      hidden integer not null,
      body text not null,
      created_at ${d.big} not null,
      primary key (account, id)
    ) ${d.table}`,
    `create index operator_result_conversation on operator_result (account, conversation_id, id)`,
    `create index operator_result_configuration on operator_result (account, configuration_id, id)`,
    `create index operator_result_operator on operator_result (account, operator_id, id)`,

    `create table model_usage (
      account integer not null,
      day text not null,
      requests ${d.big} not null,
      tokens ${d.big} not null,
      primary key (account, day)
    ) ${d.table}`,
  ],
}
