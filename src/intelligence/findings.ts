import type { Diagnostic } from '../events/report.ts'
import { wireId } from '../kernel/ids.ts'
import type { Operator, OutputFormat } from './domain/operator.ts'
import type { ParameterValues } from './domain/parameters.ts'
import type { Spoken } from './domain/reading.ts'
import type { Answer, ModelUsage } from './engine.ts'
import type { ExecutionRow } from './execution-rows.ts'
import type { Material } from './material.ts'
import type { ResultRow } from './result-rows.ts'

/** What is kept of a result beside its keys. Ids without prefix, times in epoch milliseconds. */
export interface ResultBody {
  outputFormat: OutputFormat
  configurationVersion: number
  operator: { displayName: string; version: number; parameters: ParameterValues }
  referenceIds: string[]
  execution: {
    trigger: { on: string; at: number }
    first: string
    last: string
    channels: string[]
    participants: { id: string; profileId: string | null; type: string }[]
    memory: { profileId: string; storeId: string } | null
  }
  metadata: {
    model: string
    latencyMs: number
    inputCharacters: number
    outputCharacters: number
    inputTruncated: boolean
    /** Null: no model was asked. */
    usage: ModelUsage | null
  }
  result: Record<string, unknown>
}

/** An operator's answer as a row. */
export function resultRow(found: {
  id: string
  execution: ExecutionRow
  configurationVersion: number
  operator: Operator
  parameters: ParameterValues
  answer: Answer
  material: Material
  transcript: readonly Spoken[]
  remembered: { profileId: string; storeId: string } | null
  now: number
}): ResultRow {
  const { id, execution, operator, parameters, answer, material, transcript, remembered, now } = found
  const { participants } = material.view
  const body: ResultBody = {
    outputFormat: operator.outputFormat,
    configurationVersion: found.configurationVersion,
    operator: { displayName: operator.displayName, version: operator.version, parameters },
    referenceIds: referencesOf(material),
    execution: {
      trigger: { on: execution.trigger_name, at: execution.triggered_at },
      first: transcript[0]?.id ?? '',
      last: transcript.at(-1)?.id ?? '',
      channels: [...new Set(material.transcript.map(({ channel }) => channel))],
      participants: participants.map(({ id, profileId, type }) => ({ id, profileId, type })),
      memory: answer.usedMemory ? remembered : null,
    },
    metadata: {
      model: answer.resolvedModel,
      latencyMs: answer.latencyMs,
      inputCharacters: answer.inputCharacters,
      outputCharacters: answer.outputCharacters,
      inputTruncated: material.truncated,
      usage: answer.usage,
    },
    result: answer.result,
  }
  return {
    account: execution.account,
    id,
    conversation_id: execution.conversation_id,
    configuration_id: execution.configuration_id,
    rule_id: execution.rule_id,
    execution_id: execution.id,
    operator_id: operator.id,
    hidden: execution.configuration_id === '' ? 1 : 0,
    body: JSON.stringify(body),
    created_at: now,
  }
}

const maxReferences = 20
const maxReferenceLength = 97

/** Calls and messages that were read, by the SIDs that they are known by outside. */
function referencesOf({ communications }: Material): string[] {
  const ids = communications.flatMap(({ channelId }) => channelId ?? []).filter((id) => id.length <= maxReferenceLength)
  return [...new Set(ids)].slice(-maxReferences)
}

/** What the debugger is told of an execution. Codes as the vendor has them; docs/errors.md explains them. */
export function executionDiagnostic(
  execution: ExecutionRow,
  told: { level: Diagnostic['level']; code: number; message: string; details?: Record<string, unknown> },
  now: number,
): Diagnostic {
  const { conversation_id: conversationId, configuration_id: configurationId, rule_id: ruleId } = execution
  const isRule = configurationId !== ''
  return {
    level: told.level,
    code: told.code,
    message: told.message,
    resource: isRule ? wireId('intelligenceConfiguration', configurationId) : wireId('conversation', conversationId),
    conversationId,
    requestId: execution.request_id,
    details: {
      trigger: execution.trigger_name,
      ...(isRule ? { ruleId: wireId('intelligenceRule', ruleId) } : {}),
      ...told.details,
    },
    at: now,
  }
}
