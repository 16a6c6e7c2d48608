import Type, { type Static } from 'typebox'
import { DateTime, Meta, Nullable, NullableDateTime, pageQuery, Shaped, Words } from '../../http/schemas.ts'
import { outputFormats } from '../domain/operator.ts'
import { triggerNames } from '../domain/rules.ts'

export const maxPageSize = 1000
export const list = 'items'

export const ListQuery = Type.Object(pageQuery)
export type ListQuery = Static<typeof ListQuery>

const displayName = Type.String({ minLength: 1, maxLength: 128 })
const description = Nullable(Type.String({ maxLength: 4096 }))
const Switch = Nullable(Type.Object({ enabled: Type.Optional(Type.Boolean()) }))
const JsonObject = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const nullableObject = Type.Unsafe<Record<string, unknown> | null>({
  type: ['object', 'null'],
  additionalProperties: true,
})

const Example = Type.Object({ input: Type.String({ maxLength: 10_000 }), output: Type.String({ maxLength: 10_000 }) })

export const OperatorRequest = Type.Object({
  displayName,
  description: Type.Optional(description),
  prompt: Type.String({ minLength: 1, maxLength: 50_000 }),
  outputFormat: Type.Optional(Words(outputFormats, { description: 'TEXT if left out.' })),
  outputSchema: Type.Optional(nullableObject),
  trainingExamples: Type.Optional(
    Type.Unsafe<Static<typeof Example>[] | null>({ type: ['array', 'null'], items: Example, maxItems: 50 }),
  ),
  context: Type.Optional(
    Type.Unsafe<{ memory?: Static<typeof Switch>; knowledge?: Static<typeof Switch> } | null>({
      type: ['object', 'null'],
      properties: { memory: Switch, knowledge: Switch },
    }),
  ),
  parameters: Type.Optional(nullableObject),
})
export type OperatorRequest = Static<typeof OperatorRequest>

const Enabled = Type.Object({ enabled: Type.Boolean() })
const operatorAnswer = {
  id: Type.String(),
  displayName: Type.String(),
  description: Nullable(Type.String()),
  version: Type.Integer(),
  author: Words(['SELF', 'TWILIO']),
  prompt: Type.Optional(Type.String({ description: 'Of own operators only.' })),
  outputFormat: Words(outputFormats),
  outputSchema: Type.Optional(JsonObject),
  trainingExamples: Type.Optional(Type.Array(Example)),
  context: Type.Object({ memory: Enabled, knowledge: Enabled }),
  parameters: JsonObject,
}
export const OperatorAnswer = Type.Object(operatorAnswer)
export const OperatorList = Type.Object({ items: Type.Array(OperatorAnswer), meta: Meta })

const versionStatus = Words(['PREVIEW', 'ACTIVE', 'DEPRECATED', 'RETIRED'])
export const VersionAnswer = Type.Object({ ...operatorAnswer, status: versionStatus, dateCreated: DateTime })
export const VersionList = Type.Object({
  items: Type.Array(
    Type.Object({
      version: Type.Integer(),
      status: versionStatus,
      dateCreated: DateTime,
      dateDeprecated: NullableDateTime,
      retirementDate: NullableDateTime,
      dateRetired: NullableDateTime,
    }),
  ),
  meta: Meta,
})

const id = Type.String({ minLength: 1, maxLength: 128 })
const RuleRequest = Type.Object({
  id: Type.Optional(Nullable(id)),
  operators: Type.Array(
    Type.Object({
      id,
      version: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))),
      parameters: Type.Optional(nullableObject),
    }),
    { minItems: 1, maxItems: 5 },
  ),
  triggers: Type.Optional(
    Type.Array(
      Type.Object({
        on: Words(triggerNames),
        parameters: Type.Optional(
          Type.Unsafe<{ count?: number | null } | null>({
            type: ['object', 'null'],
            properties: { count: Nullable(Type.Integer({ minimum: 1, maximum: 20, default: 1 })) },
          }),
        ),
      }),
      { maxItems: 1 },
    ),
  ),
  actions: Type.Array(
    Type.Object({
      type: Words(['WEBHOOK']),
      method: Words(['POST']),
      url: Type.String({ minLength: 1, maxLength: 2048 }),
    }),
    { maxItems: 2 },
  ),
  context: Type.Optional(
    Type.Unsafe<{ memory?: Static<typeof Switch>; knowledge?: { bases: string[] } | null } | null>({
      type: ['object', 'null'],
      properties: {
        memory: Switch,
        knowledge: {
          type: ['object', 'null'],
          required: ['bases'],
          properties: {
            bases: {
              type: 'array',
              minItems: 1,
              maxItems: 20,
              items: Shaped(
                '^know_knowledgebase_[0-7][0-9a-z]{25}$',
                'must be the id of a knowledge base, such as know_knowledgebase_01…',
              ),
            },
          },
        },
      },
    }),
  ),
})
export type RuleRequest = Static<typeof RuleRequest>
export const ConfigurationRequest = Type.Object({
  displayName,
  description: Type.Optional(description),
  rules: Type.Array(RuleRequest, { maxItems: 5 }),
})
export type ConfigurationRequest = Static<typeof ConfigurationRequest>

const RuleAnswer = Type.Object({
  id: Type.String(),
  operators: Type.Array(
    Type.Object({ id: Type.String(), version: Nullable(Type.Integer()), parameters: nullableObject }),
  ),
  triggers: Type.Array(
    Type.Object({ on: Words(triggerNames), parameters: Type.Optional(Type.Object({ count: Type.Integer() })) }),
  ),
  actions: Type.Array(Type.Object({ type: Words(['WEBHOOK']), method: Words(['POST']), url: Type.String() })),
  context: Type.Optional(
    Type.Object({
      memory: Type.Unsafe<{ enabled: boolean } | null>({
        type: ['object', 'null'],
        properties: { enabled: { type: 'boolean' } },
      }),
      knowledge: Type.Unsafe<{ bases: string[] } | null>({
        type: ['object', 'null'],
        properties: { bases: { type: 'array', items: { type: 'string' } } },
      }),
    }),
  ),
})
export const ConfigurationAnswer = Type.Object({
  accountId: Type.String(),
  id: Type.String(),
  displayName: Type.String(),
  description: Nullable(Type.String()),
  version: Type.Integer(),
  rules: Type.Array(RuleAnswer),
  dateCreated: DateTime,
  dateUpdated: DateTime,
})
export const ConfigurationList = Type.Object({ items: Type.Array(ConfigurationAnswer), meta: Meta })

export interface OfOne {
  Params: { id: string }
}
