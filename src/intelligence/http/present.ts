import type { Static } from 'typebox'
import { wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Operator } from '../domain/operator.ts'
import type { IntelligenceConfiguration, Rule } from '../domain/rules.ts'
import type { ConfigurationAnswer, OperatorAnswer, VersionAnswer } from './schemas.ts'

/** The prompt and the examples of the vendor's operators are not shown. */
export function presentOperator(operator: Operator): Static<typeof OperatorAnswer> {
  return {
    id: wireId('operator', operator.id),
    displayName: operator.displayName,
    description: operator.description,
    version: operator.version,
    author: operator.author,
    ...(operator.author === 'SELF' ? { prompt: operator.prompt, trainingExamples: operator.trainingExamples } : {}),
    outputFormat: operator.outputFormat,
    ...(operator.outputSchema === null ? {} : { outputSchema: operator.outputSchema }),
    context: { memory: { enabled: operator.memoryEnabled }, knowledge: { enabled: operator.knowledgeEnabled } },
    parameters: { ...operator.parameters },
  }
}

/** Versions of one's own are never taken out of service. */
export function presentVersion(operator: Operator): Static<typeof VersionAnswer> {
  return { ...presentOperator(operator), status: 'ACTIVE', dateCreated: wireDate(operator.createdAt) }
}

export function presentVersionItem({ version, createdAt }: Operator) {
  return {
    version,
    status: 'ACTIVE' as const,
    dateCreated: wireDate(createdAt),
    dateDeprecated: null,
    retirementDate: null,
    dateRetired: null,
  }
}

export function presentConfiguration(
  accountId: string,
  configuration: IntelligenceConfiguration,
): Static<typeof ConfigurationAnswer> {
  return {
    accountId,
    id: wireId('intelligenceConfiguration', configuration.id),
    displayName: configuration.displayName,
    description: configuration.description,
    version: configuration.version,
    rules: configuration.rules.map(presentRule),
    dateCreated: wireDate(configuration.createdAt),
    dateUpdated: wireDate(configuration.updatedAt),
  }
}

function presentRule({ id, operators, trigger, actions, context }: Rule) {
  return {
    id: wireId('intelligenceRule', id),
    operators: operators.map((link) => ({ ...link, id: wireId('operator', link.id) })),
    triggers:
      trigger === null
        ? []
        : [{ on: trigger.on, ...(trigger.on === 'COMMUNICATION' ? { parameters: { count: trigger.count } } : {}) }],
    actions,
    ...(context === null ? {} : { context: presentContext(context) }),
  }
}

function presentContext({ memoryEnabled, knowledgeBases }: NonNullable<Rule['context']>) {
  return {
    memory: memoryEnabled === null ? null : { enabled: memoryEnabled },
    knowledge: knowledgeBases === null ? null : { bases: knowledgeBases },
  }
}
