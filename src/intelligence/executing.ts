import type { AccountCache } from '../conversations/account-cache.ts'
import type { Diagnostic } from '../events/report.ts'
import { newId, wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { configurationOf } from './configurations.ts'
import type { Operator } from './domain/operator.ts'
import { effectiveValues, missingOf, type ParameterValues } from './domain/parameters.ts'
import type { IntelligenceConfiguration, OperatorLink, Rule } from './domain/rules.ts'
import type { Engine, Outcome } from './engine.ts'
import type { ExecutionRow } from './execution-rows.ts'
import { executionDiagnostic, resultRow } from './findings.ts'
import { type Material, readKnown, readMaterial, rememberedCustomer } from './material.ts'
import { findOperator } from './operators.ts'
import type { RememberedFinding } from './remembering.ts'
import type { ResultRow } from './result-rows.ts'
import { configurationById } from './rows.ts'

export const outcomes = ['SUCCEEDED', 'PARTLY', 'FAILED', 'SKIPPED'] as const
export type ExecutionOutcome = (typeof outcomes)[number]

/** What came of an execution; nothing of it is saved yet. */
export interface Executed {
  execution: ExecutionRow
  outcome: ExecutionOutcome
  /** Why nothing was to be done, or what failed. Holds no text of anybody. */
  detail: string | null
  results: ResultRow[]
  diagnostics: Diagnostic[]
  usage: { requests: number; tokens: number }
  /** Whom the results are sent to. */
  rule?: { configuration: IntelligenceConfiguration; rule: Rule }
  /** What memory is to keep. */
  remembered?: RememberedFinding
}

export interface ExecutionContext {
  read: Reader
  cache: AccountCache
  engine: Engine
  maxCharacters: number
  now: number
}

/** Parameters of one run alone, by operator, without prefix. */
export type ParameterOverrides = Record<string, ParameterValues>

/** Runs the operators of a rule side by side; one that fails does not hold up the others. */
export async function executeRule(context: ExecutionContext, execution: ExecutionRow): Promise<Executed> {
  const { read, now } = context
  const { account } = execution
  const row = await read.get(configurationById, { account, id: execution.configuration_id })
  const configuration = row && configurationOf(row)
  const rule = configuration?.rules.find(({ id }) => id === execution.rule_id)
  if (!configuration || !rule) return skipped(execution, 'The rule is there no more.')
  const material = await readMaterial(context, {
    account,
    conversationId: execution.conversation_id,
    since: execution.since_id,
    until: execution.until_id,
    maxCharacters: context.maxCharacters,
  })
  if (!material) return skipped(execution, 'The conversation is there no more.')
  if (material.transcript.length === 0) return skipped(execution, 'Nothing was said in the conversation.')
  const overrides: ParameterOverrides = execution.input === null ? {} : JSON.parse(execution.input)
  const runs = await Promise.all(
    rule.operators.map((link) => runLink(context, { execution, configuration, rule, link, material, overrides })),
  )
  const results = runs.flatMap(({ result }) => result ?? [])
  const failures = runs.filter(({ failure }) => failure !== undefined)
  const outcome = failures.length === 0 ? 'SUCCEEDED' : results.length > 0 ? 'PARTLY' : 'FAILED'
  const diagnostics = runs.flatMap((run) => run.diagnostics)
  if (failures.length > 0) {
    const which = outcome === 'FAILED' ? 'None of the operators' : 'Not all operators'
    const told = { level: 'error' as const, code: 95305, message: `${which} of the rule succeeded.` }
    diagnostics.push(executionDiagnostic(execution, told, now))
  }
  return {
    execution,
    outcome,
    detail: failures[0]?.failure ?? null,
    results,
    diagnostics,
    usage: {
      requests: runs.reduce((sum, { requests }) => sum + requests, 0),
      tokens: runs.reduce((sum, { tokens }) => sum + tokens, 0),
    },
    rule: { configuration, rule },
  }
}

interface Run {
  result?: ResultRow
  failure?: string
  diagnostics: Diagnostic[]
  requests: number
  tokens: number
}

interface LinkOfRule {
  execution: ExecutionRow
  configuration: IntelligenceConfiguration
  rule: Rule
  link: OperatorLink
  material: Material
  overrides: ParameterOverrides
}

async function runLink(context: ExecutionContext, linked: LinkOfRule): Promise<Run> {
  const { execution, configuration, rule, link, material, overrides } = linked
  const told: Diagnostic[] = []
  const operator = await findOperator(context.read, execution.account, link.id, link.version)
  const parameters = { ...link.parameters, ...overrides[link.id] }
  const problem = operator ? missingParameter(operator, parameters) : 'The operator, or its version, is there no more.'
  const remembered = rule.context?.memoryEnabled && operator?.memoryEnabled ? memoryOf(material) : null
  const outcome: Outcome =
    operator && problem === undefined
      ? await context.engine.run({
          account: execution.account,
          operator,
          values: effectiveValues(operator.parameters, parameters),
          transcript: material.transcript,
          ...(remembered ? { recall: () => recall(context, execution, remembered, told) } : {}),
        })
      : { failure: problem ?? '' }
  if ('failure' in outcome || !operator) {
    const failure = 'failure' in outcome ? outcome.failure : ''
    const details = { operatorId: wireId('operator', link.id) }
    const diagnostic = executionDiagnostic(
      execution,
      { level: 'error', code: 95306, message: `An operator failed. ${failure}`, details },
      context.now,
    )
    const { tokens = 0, requests = 0 } = 'failure' in outcome ? outcome : {}
    return { failure, diagnostics: [...told, diagnostic], requests, tokens }
  }
  const { answer } = outcome
  const result = resultRow({
    id: newId(),
    execution,
    configurationVersion: configuration.version,
    operator,
    parameters,
    answer,
    material,
    transcript: material.transcript,
    remembered,
    now: context.now,
  })
  return { result, diagnostics: told, requests: answer.requests, tokens: answer.tokens ?? 0 }
}

function missingParameter(operator: Operator, parameters: ParameterValues): string | undefined {
  const missing = missingOf(operator.parameters, parameters)
  return missing === undefined ? undefined : `It needs the parameter "${missing}".`
}

function memoryOf({ view }: Material): { profileId: string; storeId: string } | null {
  const customer = rememberedCustomer(view)
  return customer ? { ...customer, storeId: view.snapshot.body.memoryStoreId } : null
}

/** Memory that does not answer is a warning; the operator runs without it. */
async function recall(
  { read, now }: ExecutionContext,
  execution: ExecutionRow,
  { profileId, storeId }: { profileId: string; storeId: string },
  told: Diagnostic[],
) {
  try {
    return await readKnown(read, { account: execution.account, storeId, profileId })
  } catch {
    for (const [code, what] of [
      [95407, 'observations'],
      [95408, 'traits'],
    ] as const) {
      const message = `The ${what} of the customer could not be read; the operator ran without them.`
      told.push(executionDiagnostic(execution, { level: 'warning', code, message }, now))
    }
    return { traits: [], observations: [] }
  }
}

export function skipped(execution: ExecutionRow, detail: string): Executed {
  return {
    execution,
    outcome: 'SKIPPED',
    detail,
    results: [],
    diagnostics: [],
    usage: { requests: 0, tokens: 0 },
  }
}
