import Type, { type Static, type TSchema } from 'typebox'
import { DateTime, Meta, NullableDateTime, pageQuery, Shaped } from '../../http/schemas.ts'
import type { Limits } from '../../kernel/limits.ts'
import { ListQuery, type ProfilePath } from './schemas.ts'

const Instant = Type.String({ format: 'date-time', maxLength: 40 })
const Source = Shaped('^[a-zA-Z0-9 _./-]+$', 'may hold only letters, digits, spaces, "_", ".", "/" and "-"', {
  minLength: 1,
  maxLength: 100,
})
const ConversationId = Shaped(
  '^conv_conversation_[0-7][0-9a-z]{25}$',
  'must be the id of a conversation, such as conv_conversation_01…',
)

/** What requests about observations, summaries and recall may hold, within the limits of the operator. */
export function memorySchemas(limits: Limits) {
  const Content = Type.String({ minLength: 1, maxLength: limits.memoryLength })
  const batch = { minItems: 1, maxItems: limits.memoriesPerRequest }
  const observationItem = {
    content: Content,
    occurredAt: Instant,
    source: Source,
    conversationIds: Type.Optional(Type.Array(ConversationId, { maxItems: 10 })),
  }
  const ObservationItem = Type.Object(observationItem)
  const SummaryItem = Type.Object({
    content: Content,
    conversationId: ConversationId,
    occurredAt: Instant,
    source: Type.Optional(Source),
  })
  const limit = (most: number) =>
    Type.Optional(Type.Integer({ minimum: 0, maximum: limits.recallResults, default: most }))
  return {
    ObservationItem,
    /** Either `observations`, or one observation by itself, as the published agent SDK sends it. */
    ObservationCreation: Type.Object(
      { observations: Type.Optional(Type.Array(ObservationItem, batch)), ...optional(observationItem) },
      {
        additionalProperties: false,
        description:
          'Either `observations`, or the fields of one observation by itself, which the answer then repeats.',
      },
    ),
    ObservationPatch: Type.Partial(ObservationItem),
    SummaryItem,
    SummaryCreation: Type.Object({ summaries: Type.Array(SummaryItem, batch) }),
    SummaryPatch: Type.Partial(SummaryItem),
    RecallBody: Type.Object({
      conversationId: Type.Optional(ConversationId),
      query: Type.Optional(Type.String({ maxLength: limits.recallQueryLength })),
      beginDate: Type.Optional(Instant),
      endDate: Type.Optional(Instant),
      observationsLimit: limit(20),
      summariesLimit: limit(5),
      communicationsLimit: limit(0),
      relevanceThreshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: 0 })),
    }),
  }
}

type Schemas = ReturnType<typeof memorySchemas>
export type ObservationItem = Static<Schemas['ObservationItem']>
export type ObservationCreation = Static<Schemas['ObservationCreation']>
export type ObservationPatch = Static<Schemas['ObservationPatch']>
export type SummaryItem = Static<Schemas['SummaryItem']>
export type SummaryCreation = Static<Schemas['SummaryCreation']>
export type SummaryPatch = Static<Schemas['SummaryPatch']>
export type RecallBody = Static<Schemas['RecallBody']>

export const ObservationQuery = Type.Object({
  ...ListQuery.properties,
  source: Type.Optional(Source),
  createdAfter: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'That instant too.' })),
  createdBefore: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 40, description: 'Not that instant itself.' }),
  ),
  conversationId: Type.Optional(ConversationId),
})
export type ObservationQuery = Static<typeof ObservationQuery>
export const PageQuery = Type.Object(pageQuery)
export type PageQuery = Static<typeof PageQuery>

const observationAnswer = {
  id: Type.String(),
  content: Type.String(),
  source: Type.String(),
  conversationIds: Type.Array(Type.String()),
  occurredAt: DateTime,
  createdAt: DateTime,
  updatedAt: DateTime,
}
export const ObservationAnswer = Type.Object(observationAnswer)
/** The official client shows a date that is left out as the present time. */
const noDates = { occurredAt: NullableDateTime, createdAt: NullableDateTime, updatedAt: NullableDateTime }
export const MemoryAccepted = Type.Object({ message: Type.String(), ...noDates })
export const ObservationsAccepted = Type.Object({ message: Type.String(), ...optional(observationAnswer), ...noDates })
export const ObservationList = Type.Object({ observations: Type.Array(ObservationAnswer), meta: Meta })
export const RevisionList = Type.Object({ revisions: Type.Array(ObservationAnswer), meta: Meta })

export const SummaryQuery = Type.Object({ ...pageQuery, conversationId: Type.Optional(ConversationId) })
export type SummaryQuery = Static<typeof SummaryQuery>
const summaryAnswer = {
  id: Type.String(),
  content: Type.String(),
  conversationId: Type.String(),
  occurredAt: DateTime,
  source: Type.Optional(Type.String()),
  createdAt: DateTime,
  updatedAt: DateTime,
}
export const SummaryAnswer = Type.Object(summaryAnswer)
export const SummaryList = Type.Object({ summaries: Type.Array(SummaryAnswer), meta: Meta })

const score = { score: Type.Optional(Type.Number({ description: 'Left out in the order of time.' })) }
const party = {
  id: Type.String(),
  name: Type.String(),
  type: Type.Optional(Type.String()),
  profileId: Type.Optional(Type.String()),
  address: Type.String(),
  channel: Type.String(),
}
export const RecallAnswer = Type.Object({
  observations: Type.Array(Type.Object({ ...observationAnswer, ...score })),
  summaries: Type.Array(Type.Object({ ...summaryAnswer, ...score })),
  communications: Type.Array(
    Type.Object({
      id: Type.String(),
      channelId: Type.Optional(Type.String()),
      content: Type.Object({ text: Type.String() }),
      createdAt: DateTime,
      updatedAt: DateTime,
      author: Type.Object(party),
      recipients: Type.Array(Type.Object({ ...party, deliveryStatus: Type.Optional(Type.String()) })),
    }),
  ),
  meta: Type.Object({ queryTime: Type.Integer({ description: 'Milliseconds.' }) }),
})

export interface ObservationPath extends ProfilePath {
  observationId: string
}
export interface SummaryPath extends ProfilePath {
  summaryId: string
}

function optional<T extends Record<string, TSchema>>(properties: T) {
  return Type.Partial(Type.Object(properties)).properties
}
