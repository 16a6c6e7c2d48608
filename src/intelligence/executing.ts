import type { Diagnostic } from '../events/report.ts'
import { newId, wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { Attempt } from './attempt.ts'
import type { Operator } from './domain/operator.ts'
import { effectiveValues, missingOf, type ParameterValues } from './domain/parameters.ts'
import type { IntelligenceConfiguration, OperatorLink, Rule } from './domain/rules.ts'
import type { Engine, ModelUsage, Outcome, Recall } from './engine.ts'
import type { ExecutionRow } from './execution-rows.ts'
import { executionDiagnostic, resultRow } from './findings.ts'
import { type Material, readMaterial, readObservations, readTraits, rememberedCustomer } from './material.ts'
import { findOperator } from './operators.ts'
import type { RememberedFinding } from './remembering.ts'
import type { ResultRow } from './result-rows.ts'
import type { SharedReading } from './shared-reading.ts'

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
  usage: ModelUsage
  /** Operators are to be tried again: nothing has ended, and this is kept until then. */
  pending?: { delayMs: number; held: string | null } | undefined
  /** Whom the results are sent to. */
  rule?: { configuration: IntelligenceConfiguration; rule: Rule }
  /** What memory is to keep. */
  remembered?: RememberedFinding
}

export interface ExecutionContext {
  read: Reader
  reading: SharedReading
  engine: Engine
  maxCharacters: number
  now: number
}

/** Parameters of one run alone, by operator, without prefix. */
export type ParameterOverrides = Record<string, ParameterValues>

/** Runs the operators of a rule side by side; one that fails does not hold up the others. */
export async function executeRule(context: ExecutionContext, execution: ExecutionRow): Promise<Executed> {
  const { reading, now } = context
  const configuration = await reading.configuration(execution.configuration_id)
  const rule = configuration?.rules.find(({ id }) => id === execution.rule_id)
  if (!configuration || !rule) return skipped(execution, 'The rule is there no more.')
  const material = await readMaterial(reading, {
    conversationId: execution.conversation_id,
    since: execution.since_id,
    until: execution.until_id,
    maxCharacters: context.maxCharacters,
    filter: rule.filter,
  })
  if (!material) return skipped(execution, 'The conversation is there no more.')
  if (material.transcript.length === 0) return skipped(execution, 'Nothing was said in the conversation.')
  const overrides: ParameterOverrides = execution.input === null ? {} : JSON.parse(execution.input)
  const attempt = new Attempt(execution, configuration.version)
  const ran = await Promise.all(
    rule.operators.map((link, at) =>
      attempt.run(String(at), () => runLink(context, { execution, configuration, rule, link, material, overrides })),
    ),
  )
  const { usage, pending } = attempt
  if (pending) return { ...skipped(execution, 'Operators are to be tried again.'), usage, pending }
  const runs = ran.flatMap((run) => run ?? [])
  const results = runs.flatMap(({ result }) => result ?? [])
  const failures = runs.filter(({ failure }) => failure !== undefined)
  const outcome = failures.length === 0 ? 'SUCCEEDED' : results.length > 0 ? 'PARTLY' : 'FAILED'
  const diagnostics = runs.flatMap((run) => run.diagnostics)
  if (failures.length > 0) {
    const which = outcome === 'FAILED' ? 'None of the operators' : 'Not all operators'
    const told = { level: 'error' as const, code: 95305, message: `${which} of the rule succeeded.` }
    diagnostics.push(executionDiagnostic(execution, told, now))
  }
  const detail = failures[0]?.failure ?? null
  return { execution, outcome, detail, results, diagnostics, usage, rule: { configuration, rule } }
}

interface LinkOfRule {
  execution: ExecutionRow
  configuration: IntelligenceConfiguration
  rule: Rule
  link: OperatorLink
  material: Material
  overrides: ParameterOverrides
}

async function runLink(context: ExecutionContext, linked: LinkOfRule): ReturnType<Parameters<Attempt['run']>[1]> {
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
          ...(remembered ? { recall: recallOf(context, execution, remembered, told) } : {}),
        })
      : { failure: problem ?? '' }
  if ('failure' in outcome || !operator) {
    const { failure } = 'failure' in outcome ? outcome : { failure: '' }
    const details = { operatorId: wireId('operator', link.id) }
    const diagnostic = executionDiagnostic(
      execution,
      { level: 'error', code: 95306, message: `An operator failed. ${failure}`, details },
      context.now,
    )
    return { ...outcome, run: { failure, diagnostics: [...told, diagnostic] } }
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
  return { run: { result, diagnostics: told }, usage: answer.usage }
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
function recallOf(
  { read, now }: ExecutionContext,
  execution: ExecutionRow,
  { profileId, storeId }: { profileId: string; storeId: string },
  told: Diagnostic[],
): Recall {
  const place = { account: execution.account, storeId, profileId }
  const orNothing = async (code: number, what: string, reading: Promise<string[]>) => {
    try {
      return await reading
    } catch {
      const message = `The ${what} of the customer could not be read; the operator ran without them.`
      told.push(executionDiagnostic(execution, { level: 'warning', code, message }, now))
      return []
    }
  }
  return {
    observations: () => orNothing(95407, 'observations', readObservations(read, place)),
    traits: () => orNothing(95408, 'traits', readTraits(read, place)),
  }
}

export function skipped(execution: ExecutionRow, detail: string): Executed {
  return {
    execution,
    outcome: 'SKIPPED',
    detail,
    results: [],
    diagnostics: [],
    usage: { requests: 0, inputTokens: 0, outputTokens: 0 },
  }
}
