import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import type { Participant } from './domain/model.ts'
import { startOf } from './list-position.ts'
import { participantById, participantPages } from './list-rows.ts'
import { participantOf } from './rows.ts'

interface OfConversation {
  account: number
  conversationId: string
}

export async function findParticipant(
  read: Reader,
  { account, conversationId, id }: OfConversation & { id: string },
): Promise<Participant | undefined> {
  const row = await read.get(participantById, { account, conversationId, id })
  return row && participantOf(row)
}

/** The oldest first. */
export async function listParticipants(
  read: Reader,
  { account, conversationId }: OfConversation,
  request: PageRequest,
): Promise<Page<Participant>> {
  const place = { account, conversationId, id: startOf(request, 'ascending'), limit: request.size + 1 }
  const rows = await read.all(participantPages[request.from?.direction ?? 'next'], place)
  return pageOf(request, rows.map(participantOf), ({ id }) => [id])
}
