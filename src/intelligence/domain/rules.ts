import { Failure, invalid } from '../../kernel/failure.ts'
import type { RuleFilter } from './filter.ts'
import type { Operator } from './operator.ts'
import { checkValues, type ParameterValues } from './parameters.ts'

export const triggerNames = ['COMMUNICATION', 'CONVERSATION_END', 'CONVERSATION_INACTIVE'] as const
export type TriggerName = (typeof triggerNames)[number]

export interface Trigger {
  on: TriggerName
  /** Of COMMUNICATION: how many must have come since the rule last ran. */
  count: number
}

export interface OperatorLink {
  /** Without prefix. */
  id: string
  /** Null: the latest when it is executed. */
  version: number | null
  parameters: ParameterValues | null
}

export interface WebhookAction {
  type: 'WEBHOOK'
  method: 'POST'
  url: string
}

export interface Rule {
  /** Without prefix. */
  id: string
  operators: OperatorLink[]
  trigger: Trigger | null
  actions: WebhookAction[]
  /** Null: the request gave no context. */
  context: { memoryEnabled: boolean | null; knowledgeBases: string[] | null } | null
  /** Left out: everything counts and is read, as published. */
  filter?: RuleFilter
}

/** Versioned container of rules. */
export interface IntelligenceConfiguration {
  id: string
  displayName: string
  description: string | null
  version: number
  rules: Rule[]
  createdAt: number
  updatedAt: number
}

/** Finds an operator's version, or its latest for null. */
export type FindOperator = (id: string, version: number | null) => Operator | undefined

/** Throws a refusal when a rule names what is not there, or gives values that its operator does not take. `wireOperatorId` spells ids for people. */
export function checkRules(rules: readonly Rule[], find: FindOperator, wireOperatorId: (id: string) => string): void {
  for (const [at, rule] of rules.entries()) {
    for (const [place, link] of rule.operators.entries()) {
      const field = `rules[${at}].operators[${place}]`
      const latest = find(link.id, null)
      if (!latest)
        throw new Failure('invalid', `Operator ${wireOperatorId(link.id)} does not exist.`, {
          code: 70001,
          field: `${field}.id`,
        })
      const operator = link.version === null ? latest : find(link.id, link.version)
      if (!operator)
        throw invalid(`${field}.version`, `Operator ${wireOperatorId(link.id)} has no version ${link.version}.`)
      checkValues(operator.parameters, link.parameters ?? {}, { field: `${field}.parameters` })
    }
  }
}
