import Type, { type Static } from 'typebox'
import { Nullable, StringMap, Words } from '../../http/schemas.ts'
import { states } from '../commands/conversations.ts'
import type { ClassicConversationRow } from '../conversation-rows.ts'
import { bindingType } from '../domain/party.ts'
import type { ClassicMessageRow } from '../message-rows.ts'
import type { ClassicParticipantRow } from '../participant-rows.ts'
import type { RoleRow, ServiceRow } from '../service-rows.ts'

const common = {
  account_sid: Type.String(),
  sid: Type.String(),
  date_created: Type.String(),
  date_updated: Type.String(),
  url: Type.String(),
}
const ofService = { ...common, chat_service_sid: Type.String() }

export const ServiceSchema = Type.Object({ ...common, friendly_name: Type.String(), links: StringMap })

export const RoleSchema = Type.Object({
  ...ofService,
  friendly_name: Type.String(),
  type: Words(['conversation', 'service']),
  permissions: Type.Array(Type.String()),
})

export const ConversationSchema = Type.Object({
  ...ofService,
  messaging_service_sid: Nullable(Type.String()),
  friendly_name: Nullable(Type.String()),
  unique_name: Nullable(Type.String()),
  attributes: Type.String(),
  state: Words(states),
  timers: Type.Object({}),
  bindings: Type.Null(),
  links: StringMap,
})

export const ParticipantSchema = Type.Object({
  ...ofService,
  conversation_sid: Type.String(),
  identity: Nullable(Type.String()),
  attributes: Type.String(),
  messaging_binding: Nullable(
    Type.Object({ type: Words(['sms', 'whatsapp', 'rcs']), address: Type.String(), proxy_address: Type.String() }),
  ),
  role_sid: Nullable(Type.String()),
  last_read_message_index: Nullable(Type.Integer()),
  last_read_timestamp: Nullable(Type.String()),
})

export const MessageSchema = Type.Object({
  ...ofService,
  conversation_sid: Type.String(),
  index: Type.Integer(),
  author: Type.String(),
  body: Nullable(Type.String()),
  attributes: Type.String(),
  participant_sid: Nullable(Type.String()),
  media: Type.Null(),
  delivery: Type.Null(),
  content_sid: Type.Null(),
  links: StringMap,
})

/** Whose resources are presented, and where the caller reaches this server. */
export interface Viewer {
  accountSid: string
  base: string
}

export function presentService({ accountSid, base }: Viewer, row: ServiceRow): Static<typeof ServiceSchema> {
  const url = `${base}/v1/Services/${row.sid}`
  return {
    account_sid: accountSid,
    sid: row.sid,
    friendly_name: row.friendly_name,
    ...datesOf(row),
    url,
    links: { conversations: `${url}/Conversations`, roles: `${url}/Roles` },
  }
}

export function presentRole({ accountSid, base }: Viewer, row: RoleRow): Static<typeof RoleSchema> {
  return {
    account_sid: accountSid,
    chat_service_sid: row.service_sid,
    sid: row.sid,
    friendly_name: row.friendly_name,
    type: row.type === 'service' ? 'service' : 'conversation',
    permissions: JSON.parse(row.permissions),
    ...datesOf(row),
    url: `${base}/v1/Services/${row.service_sid}/Roles/${row.sid}`,
  }
}

export function presentClassicConversation(
  { accountSid, base }: Viewer,
  row: ClassicConversationRow,
): Static<typeof ConversationSchema> {
  const url = `${base}/v1/Services/${row.service_sid}/Conversations/${row.sid}`
  return {
    account_sid: accountSid,
    chat_service_sid: row.service_sid,
    messaging_service_sid: row.messaging_service_sid,
    sid: row.sid,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    state: states.find((state) => state === row.state) ?? 'active',
    ...datesOf(row),
    timers: {},
    bindings: null,
    url,
    links: { participants: `${url}/Participants`, messages: `${url}/Messages` },
  }
}

export function presentClassicParticipant(
  { accountSid, base }: Viewer,
  serviceSid: string,
  row: ClassicParticipantRow,
): Static<typeof ParticipantSchema> {
  const { address, proxy_address } = row
  return {
    account_sid: accountSid,
    chat_service_sid: serviceSid,
    conversation_sid: row.conversation_sid,
    sid: row.sid,
    identity: row.identity,
    attributes: row.attributes,
    messaging_binding:
      address === null || proxy_address === null ? null : { type: bindingType(address), address, proxy_address },
    role_sid: row.role_sid,
    ...datesOf(row),
    url: `${base}/v1/Services/${serviceSid}/Conversations/${row.conversation_sid}/Participants/${row.sid}`,
    last_read_message_index: row.last_read_index,
    last_read_timestamp: row.last_read_timestamp,
  }
}

export function presentClassicMessage(
  { accountSid, base }: Viewer,
  serviceSid: string,
  row: ClassicMessageRow,
): Static<typeof MessageSchema> {
  return {
    account_sid: accountSid,
    chat_service_sid: serviceSid,
    conversation_sid: row.conversation_sid,
    sid: row.sid,
    index: row.place,
    author: row.author,
    body: row.body,
    attributes: row.attributes,
    participant_sid: row.participant_sid,
    ...datesOf(row),
    media: null,
    delivery: null,
    content_sid: null,
    url: `${base}/v1/Services/${serviceSid}/Conversations/${row.conversation_sid}/Messages/${row.sid}`,
    links: {},
  }
}

/** Whole seconds, as the classic API has them. */
function datesOf({ created_at, updated_at }: { created_at: number; updated_at: number }) {
  return { date_created: classicDate(created_at), date_updated: classicDate(updated_at) }
}

function classicDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
