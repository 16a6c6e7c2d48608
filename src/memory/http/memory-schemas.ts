import Type, { type Static, type TSchema } from 'typebox'
import { DateTime, Meta, NullableDateTime, pageQuery } from '../../http/schemas.ts'
import { ListQuery, type ProfilePath } from './schemas.ts'

/** How many observations or summaries one request adds. */
const maxBatch = 10

const Instant = Type.String({ format: 'date-time', maxLength: 40 })
const Content = Type.String({ minLength: 1, maxLength: 4096 })
const Source = Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-zA-Z0-9 _./-]+$' })
const ConversationId = Type.String({ pattern: '^conv_conversation_[0-7][0-9a-z]{25}$' })

const observationItem = {
  content: Content,
  occurredAt: Instant,
  source: Source,
  conversationIds: Type.Optional(Type.Array(ConversationId, { maxItems: 10 })),
}
const ObservationItem = Type.Object(observationItem)
export type ObservationItem = Static<typeof ObservationItem>

/** Either `observations`, or one observation by itself, as the published agent SDK sends it. */
export const ObservationCreation = Type.Object(
  {
    observations: Type.Optional(Type.Array(ObservationItem, { minItems: 1, maxItems: maxBatch })),
    ...optional(observationItem),
  },
  {
    additionalProperties: false,
    description: 'Either `observations`, or the fields of one observation by itself, which the answer then repeats.',
  },
)
export type ObservationCreation = Static<typeof ObservationCreation>
export const ObservationPatch = Type.Partial(ObservationItem)
export type ObservationPatch = Static<typeof ObservationPatch>

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

const SummaryItem = Type.Object({
  content: Content,
  conversationId: ConversationId,
  occurredAt: Instant,
  source: Type.Optional(Source),
})
export type SummaryItem = Static<typeof SummaryItem>
export const SummaryCreation = Type.Object({
  summaries: Type.Array(SummaryItem, { minItems: 1, maxItems: maxBatch }),
})
export type SummaryCreation = Static<typeof SummaryCreation>
export const SummaryPatch = Type.Partial(SummaryItem)
export type SummaryPatch = Static<typeof SummaryPatch>
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

export interface ObservationPath extends ProfilePath {
  observationId: string
}
export interface SummaryPath extends ProfilePath {
  summaryId: string
}

function optional<T extends Record<string, TSchema>>(properties: T) {
  return Type.Partial(Type.Object(properties)).properties
}
