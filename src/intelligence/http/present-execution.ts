import { wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { ParameterValues } from '../domain/parameters.ts'
import type { IntelligenceConfiguration, Rule } from '../domain/rules.ts'
import type { ResultBody } from '../findings.ts'
import type { ResultRow } from '../result-rows.ts'
import { presentFinding } from './present-result.ts'

/** What the webhooks of a rule are sent. */
export function presentRuleExecution(
  accountId: string,
  { configuration, rule }: { configuration: IntelligenceConfiguration; rule: Rule },
  conversationId: string,
  results: readonly ResultRow[],
): object {
  const { id, displayName, version } = configuration
  return {
    accountId,
    conversationId: wireId('conversation', conversationId),
    intelligenceConfiguration: {
      id: wireId('intelligenceConfiguration', id),
      displayName,
      version,
      ruleId: wireId('intelligenceRule', rule.id),
    },
    operatorResults: results.map(presentOperatorResult),
  }
}

function presentOperatorResult(row: ResultRow): object {
  const body = JSON.parse(row.body) as ResultBody
  return {
    id: wireId('operatorResult', row.id),
    operator: {
      id: wireId('operator', row.operator_id),
      ...body.operator,
      parameters: spelledOut(body.operator.parameters),
    },
    outputFormat: body.outputFormat,
    dateCreated: wireDate(row.created_at),
    ...presentFinding(body),
  }
}

/** Published receivers of this webhook take no values but strings. */
function spelledOut(parameters: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
