import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import type { Communication } from './domain/conversation.ts'
import { startInTime } from './list-position.ts'
import { communicationPages } from './list-rows.ts'
import { communicationById, communicationOf } from './rows.ts'

/** The communication, in whichever conversation it is. */
export async function findCommunication(read: Reader, account: number, id: string): Promise<Communication | undefined> {
  const row = await read.get(communicationById, { account, id })
  return row && communicationOf(row)
}

/** By the time at which they happened, the earliest first; those that have `channelId` as channel or resource id, if given. */
export async function listCommunications(
  read: Reader,
  { account, conversationId, channelId }: { account: number; conversationId: string; channelId: string | undefined },
  request: PageRequest,
): Promise<Page<Communication>> {
  const { at, id } = startInTime(request)
  const pages = communicationPages[request.from?.direction ?? 'next']
  const place = { account, conversationId, occurredAt: at, id, limit: request.size + 1 }
  const rows =
    channelId === undefined
      ? await read.all(pages.all, place)
      : await read.all(pages.ofReference, { ...place, value: channelId })
  return pageOf(request, rows.map(communicationOf), (communication) => [communication.occurredAt, communication.id])
}
