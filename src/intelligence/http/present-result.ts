import Type, { type Static } from 'typebox'
import { DateTime, Meta, Nullable, Words, wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { ResultBody } from '../findings.ts'
import type { ResultRow } from '../result-rows.ts'

const JsonObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Memory = Type.Unsafe<{ profileId: string; memoryStoreId: string } | null>({
  type: ['object', 'null'],
  properties: { profileId: { type: 'string' }, memoryStoreId: { type: 'string' } },
})

const ExecutionDetails = Type.Object({
  trigger: Type.Object({ on: Type.String(), timestamp: DateTime }),
  communications: Type.Object({ first: Type.String(), last: Type.String() }),
  channels: Type.Array(Type.String()),
  participants: Type.Array(Type.Object({ id: Type.String(), profileId: Nullable(Type.String()), type: Type.String() })),
  resolvedContext: Type.Object({ memory: Memory, knowledge: Type.Null() }),
})
const Metadata = Type.Object({
  system: Type.Object({
    resolvedModel: Type.String({ description: 'The name of a model, or of the engine that needs none.' }),
    latencyMs: Type.Integer(),
    inputCharacters: Type.Integer(),
    outputCharacters: Type.Integer(),
    inputTruncated: Type.Boolean(),
  }),
  skein: Type.Object({
    requests: Type.Integer({ description: 'To a model; 0 when none was needed.' }),
    inputTokens: Type.Integer(),
    outputTokens: Type.Integer(),
  }),
})

export const ResultAnswer = Type.Object({
  id: Type.String(),
  accountId: Type.String(),
  outputFormat: Words(['TEXT', 'JSON', 'CLASSIFICATION', 'EXTRACTION']),
  intelligenceConfiguration: Type.Object({ id: Type.String(), ruleId: Type.String(), version: Type.Integer() }),
  conversationId: Type.String(),
  operator: Type.Object({ id: Type.String(), version: Type.Integer(), parameters: JsonObject }),
  dateCreated: DateTime,
  referenceIds: Type.Array(Type.String()),
  executionDetails: ExecutionDetails,
  metadata: Metadata,
  result: JsonObject,
})
export const ResultList = Type.Object({ items: Type.Array(ResultAnswer), meta: Meta })

export function presentResult(accountId: string, row: ResultRow): Static<typeof ResultAnswer> {
  const body = JSON.parse(row.body) as ResultBody
  const { version, parameters } = body.operator
  return {
    id: wireId('operatorResult', row.id),
    accountId,
    outputFormat: body.outputFormat,
    intelligenceConfiguration: {
      id: wireId('intelligenceConfiguration', row.configuration_id),
      ruleId: wireId('intelligenceRule', row.rule_id),
      version: body.configurationVersion,
    },
    conversationId: wireId('conversation', row.conversation_id),
    operator: { id: wireId('operator', row.operator_id), version, parameters },
    dateCreated: wireDate(row.created_at),
    ...presentFinding(body),
  }
}

/** What the API and the webhook tell alike. */
export function presentFinding({ referenceIds, execution, metadata, result }: ResultBody) {
  const { memory } = execution
  const { model: resolvedModel, usage, ...measured } = metadata
  const { requests = 0, inputTokens = 0, outputTokens = 0 } = usage ?? {}
  return {
    referenceIds,
    executionDetails: {
      trigger: { on: execution.trigger.on, timestamp: wireDate(execution.trigger.at) },
      communications: {
        first: wireId('communication', execution.first),
        last: wireId('communication', execution.last),
      },
      channels: execution.channels,
      participants: execution.participants.map(({ id, profileId, type }) => ({
        id: wireId('participant', id),
        profileId: profileId === null ? null : wireId('profile', profileId),
        type,
      })),
      resolvedContext: {
        memory: memory && {
          profileId: wireId('profile', memory.profileId),
          memoryStoreId: wireId('memoryStore', memory.storeId),
        },
        knowledge: null,
      },
    },
    metadata: { system: { resolvedModel, ...measured }, skein: { requests, inputTokens, outputTokens } },
    result,
  }
}
