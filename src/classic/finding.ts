import { invalid, notFound } from '../kernel/failure.ts'
import type { Reader } from '../store/store.ts'
import { type ClassicConversationRow, conversationByName } from './conversation-rows.ts'
import { type ClassicMessageRow, messageBySid } from './message-rows.ts'
import { type ClassicParticipantRow, participantBySid } from './participant-rows.ts'
import { roleBySid, type ServiceRow, serviceBySid } from './service-rows.ts'

/** Which resource a path means. A conversation goes by its SID or its unique name. */
export interface ConversationPath {
  service: string
  conversation: string
}

export async function requireService(read: Reader, account: number, sid: string): Promise<ServiceRow> {
  const service = await read.get(serviceBySid, { account, sid })
  if (!service) throw notFound(`There is no service ${sid.slice(0, 100)}.`)
  return service
}

export async function requireConversation(
  read: Reader,
  account: number,
  { service, conversation: name }: ConversationPath,
): Promise<ClassicConversationRow> {
  const rows = await read.all(conversationByName, { account, serviceSid: service, name })
  // A name may look like the SID of another.
  const row = rows.find(({ sid }) => sid === name) ?? rows[0]
  if (row) return row
  await requireService(read, account, service)
  throw notFound(`Service ${service} has no conversation ${name.slice(0, 100)}.`)
}

export async function requireParticipant(
  read: Reader,
  account: number,
  conversation: ClassicConversationRow,
  sid: string,
): Promise<ClassicParticipantRow> {
  const row = await read.get(participantBySid, { account, conversationSid: conversation.sid, sid })
  if (!row) throw notFound(`Conversation ${conversation.sid} has no participant ${sid.slice(0, 100)}.`)
  return row
}

export async function requireMessage(
  read: Reader,
  account: number,
  conversation: ClassicConversationRow,
  sid: string,
): Promise<ClassicMessageRow> {
  const row = await read.get(messageBySid, { account, conversationSid: conversation.sid, sid })
  if (!row) throw notFound(`Conversation ${conversation.sid} has no message ${sid.slice(0, 100)}.`)
  return row
}

/** Throws unless the service has the role. */
export async function checkRole(
  read: Reader,
  account: number,
  serviceSid: string,
  sid: string | undefined,
): Promise<void> {
  if (sid === undefined) return
  const role = await read.get(roleBySid, { account, serviceSid, sid })
  if (!role) throw invalid('RoleSid', `RoleSid: service ${serviceSid} has no role ${sid.slice(0, 100)}`)
}
