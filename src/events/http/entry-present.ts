import Type, { type Static } from 'typebox'
import { DateTime, Nullable, Words, wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { type Entry, entryLevels, entrySources, entryTypes, sourceOf } from '../domain/entry.ts'

export const EntrySchema = Type.Object({
  id: Type.String(),
  type: Words(entryTypes),
  level: Words(entryLevels),
  source: Words(entrySources),
  timestamp: DateTime,
  requestId: Nullable(Type.String({ description: 'The request that caused it; null for what happened by itself.' })),
  correlationId: Nullable(
    Type.String({ description: 'The request that caused it, else the one that created the conversation.' }),
  ),
  message: Type.String(),
  count: Type.Integer({ description: 'How often it happened, where a diagnostic stands for several.' }),
  data: Type.Object({
    id: Type.Optional(Type.String()),
    conversationId: Type.Optional(Nullable(Type.String())),
    status: Type.Optional(Nullable(Type.String())),
    participantType: Type.Optional(Nullable(Type.String())),
    author: Type.Optional(Type.Object({ participantId: Nullable(Type.String()) })),
    resourceSid: Type.Optional(Nullable(Type.String())),
    errorCode: Type.Optional(Nullable(Type.Integer())),
    errorReason: Type.Optional(Type.Object({ status: Type.Integer(), message: Type.String() })),
    channel: Type.Optional(Nullable(Type.String())),
    details: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({ type: 'object', properties: {}, additionalProperties: true }),
    ),
  }),
})
export type WireEntry = Static<typeof EntrySchema>

export function presentEntry(entry: Entry, correlationId: string | null): WireEntry {
  return {
    id: wireId('event', entry.id),
    type: entry.type,
    level: entry.level,
    source: sourceOf(entry.type),
    timestamp: wireDate(entry.at),
    requestId: entry.requestId || null,
    correlationId,
    message: entry.message,
    count: entry.count,
    data: presentData(entry),
  }
}

/** The fields by which the published debugger finds events of each kind. */
function presentData(entry: Entry): WireEntry['data'] {
  const id = entry.resource ?? ''
  const conversationId = entry.conversationId === null ? null : wireId('conversation', entry.conversationId)
  const details = Object.keys(entry.details).length === 0 ? {} : { details: entry.details }
  if (entry.type.startsWith('conversation')) return { id, status: entry.status, ...details }
  if (entry.type.startsWith('participant')) return { id, conversationId, participantType: entry.participantType }
  if (entry.type.startsWith('communication')) return { id, conversationId, author: { participantId: entry.author } }
  if (entry.type === 'rule.executed') return { id, conversationId }
  return {
    resourceSid: entry.resource,
    conversationId,
    errorCode: entry.errorCode,
    ...(entry.errorReason ? { errorReason: entry.errorReason } : {}),
    status: entry.errorReason ? String(entry.errorReason.status) : entry.status,
    channel: entry.channel,
    ...details,
  }
}
