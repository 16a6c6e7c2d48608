import type { FastifyReply } from 'fastify'
import { instantOf } from '../../http/instant.ts'
import { pathId } from '../../http/path-id.ts'
import { wireDate } from '../../http/schemas.ts'
import { type Failure, invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { MemoryChange } from '../memory-changing.ts'
import type { NewObservation, NewSummary } from '../memory-writing.ts'
import { requireProfile } from '../profiles.ts'
import type { ProfileRow } from '../rows.ts'
import { requireActiveStore } from '../stores.ts'
import { nameCanonical } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import type {
  ObservationCreation,
  ObservationItem,
  ObservationPatch,
  SummaryItem,
  SummaryPatch,
} from './memory-schemas.ts'
import { storeIdOf } from './path.ts'
import { type ProfileRequest, profileChange } from './profile-change.ts'

/** The code of what a schema could not tell. */
const invalidCode = 520046

/** What every command that changes what is remembered is given of a request. */
export async function memoryChange(context: MemoryContext, request: ProfileRequest): Promise<MemoryChange> {
  const { account, storeId, profileId, changeId, now } = await profileChange(context, request)
  return { account, storeId, profileId, changeId, now }
}

/** The profile that a read is answered from, in an ACTIVE store; the answer names it when a merge has retired the id. */
export async function profileOf(
  { store: { read } }: MemoryContext,
  request: ProfileRequest,
  reply: FastifyReply,
): Promise<ProfileRow> {
  const { account } = request.principal
  const { id: storeId } = await requireActiveStore(read, account, storeIdOf(request.params.storeId))
  const namedId = pathId('profile', request.params.profileId, 'profile')
  const profile = await requireProfile(read, account, storeId, namedId)
  nameCanonical(reply, namedId, profile.id)
  return profile
}

/** The observations of a batch, or the one that a body is by itself, for which the present will do. Throws `invalid`. */
export function newObservations(body: ObservationCreation, now: number): NewObservation[] {
  const { observations, content, source, occurredAt = wireDate(now), ...rest } = body
  if (observations !== undefined) {
    const surplus = Object.keys(body).find((key) => key !== 'observations')
    if (surplus !== undefined) throw refused(surplus, 'is not allowed beside observations')
    return observations.map((item, at) => newObservation(item, `observations[${at}].`))
  }
  if (content === undefined) throw refused(source === undefined ? 'observations' : 'content', 'is required')
  if (source === undefined) throw refused('source', 'is required')
  return [newObservation({ ...rest, content, source, occurredAt }, '')]
}

function newObservation(item: ObservationItem, field: string): NewObservation {
  return {
    id: newId(),
    content: item.content,
    source: item.source,
    conversationIds: (item.conversationIds ?? []).map(withoutPrefix),
    occurredAt: instantOf(`${field}occurredAt`, item.occurredAt, invalidCode),
  }
}

export function newSummary(item: SummaryItem, field: string): NewSummary {
  return {
    id: newId(),
    content: item.content,
    source: item.source ?? null,
    conversationId: withoutPrefix(item.conversationId),
    occurredAt: instantOf(`${field}occurredAt`, item.occurredAt, invalidCode),
  }
}

/** Throws `invalid` when nothing is to be changed. */
export function observationPatch(body: ObservationPatch): Partial<Omit<NewObservation, 'id'>> {
  const { content, source, conversationIds, occurredAt } = body
  return somethingOf({
    ...(content === undefined ? {} : { content }),
    ...(source === undefined ? {} : { source }),
    ...(conversationIds === undefined ? {} : { conversationIds: conversationIds.map(withoutPrefix) }),
    ...(occurredAt === undefined ? {} : { occurredAt: instantOf('occurredAt', occurredAt, invalidCode) }),
  })
}

/** Throws `invalid` when nothing is to be changed. */
export function summaryPatch(body: SummaryPatch): Partial<Omit<NewSummary, 'id'>> {
  const { content, source, conversationId, occurredAt } = body
  return somethingOf({
    ...(content === undefined ? {} : { content }),
    ...(source === undefined ? {} : { source }),
    ...(conversationId === undefined ? {} : { conversationId: withoutPrefix(conversationId) }),
    ...(occurredAt === undefined ? {} : { occurredAt: instantOf('occurredAt', occurredAt, invalidCode) }),
  })
}

/** The id of a conversation as the schemas have admitted it, without prefix. */
export function withoutPrefix(conversationId: string): string {
  return conversationId.slice(conversationId.lastIndexOf('_') + 1)
}

function somethingOf<T extends object>(patch: T): T {
  if (Object.keys(patch).length > 0) return patch
  throw refused('body', 'must hold something to change')
}

function refused(field: string, problem: string): Failure {
  return invalid(field, `${field} ${problem}`, invalidCode)
}
