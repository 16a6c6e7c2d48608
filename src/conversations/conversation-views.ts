import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import type { AccountCache, Snapshot } from './account-cache.ts'
import type { Conversation } from './domain/conversation.ts'
import { type Participant, type Status, statuses } from './domain/model.ts'
import { startOf } from './list-position.ts'
import { conversationPages, conversationPresence, stuckPages } from './list-rows.ts'
import {
  type ConversationRow,
  conversationOf,
  conversationsByIds,
  participantOf,
  participantsOf,
  statusNumber,
} from './rows.ts'

/** A conversation with what it is shown together with. */
export interface ConversationView {
  conversation: Conversation
  participants: readonly Participant[]
  snapshot: Snapshot
}

export interface ConversationFilter {
  /** Empty: of any status. */
  statuses: readonly Status[]
  /** An external id, such as a call's or a message's. */
  channelId: string | undefined
}

interface Source {
  read: Reader
  cache: AccountCache
  account: number
}

/** As stored: a transition that has just fallen due shows when the timers, or the next command, have applied it. */
export async function findConversation(source: Source, id: string): Promise<ConversationView | undefined> {
  const [view] = await findConversations(source, [id])
  return view
}

/** Those that are there, in no order. */
export async function findConversations(source: Source, ids: readonly string[]): Promise<ConversationView[]> {
  const rows = await source.read.all(conversationsByIds, { account: source.account, ids: [...ids] })
  return viewsOf(
    source,
    rows.filter(({ deleting }) => deleting === 0),
  )
}

/** Whether the account has the conversation; one whose deletion was accepted is gone. */
export async function hasConversation(read: Reader, account: number, id: string): Promise<boolean> {
  return (await read.get(conversationPresence, { account, id })) !== undefined
}

/** The newest first, as stored. */
export async function listConversations(
  source: Source,
  request: PageRequest,
  filter: ConversationFilter,
): Promise<Page<ConversationView>> {
  const page = pageOf(request, await readPage(source, request, filter), ({ id }) => [id])
  return { ...page, items: await viewsOf(source, page.items) }
}

/** Open conversations in which no clock runs, the oldest first. */
export async function listStuckConversations(source: Source, request: PageRequest): Promise<Page<ConversationView>> {
  const { account } = source
  const place = { account, id: startOf(request, 'ascending'), limit: request.size + 1 }
  const rows = await source.read.all(stuckPages[request.from?.direction ?? 'next'], place)
  const page = pageOf(request, rows, ({ id }) => [id])
  return { ...page, items: await viewsOf(source, page.items) }
}

function readPage(
  { read, account }: Source,
  request: PageRequest,
  { statuses: asked, channelId }: ConversationFilter,
): Promise<ConversationRow[]> {
  const pages = conversationPages[request.from?.direction ?? 'next']
  const place = { account, id: startOf(request, 'descending'), limit: request.size + 1 }
  const wanted = [...new Set(asked.length === 0 ? statuses : asked)].map(statusNumber)
  const [status, otherStatus] = wanted as [number, number?]
  if (channelId !== undefined) return read.all(pages.ofReference, { ...place, value: channelId, statuses: wanted })
  if (wanted.length === statuses.length) return read.all(pages.all, place)
  if (otherStatus === undefined) return read.all(pages.ofStatus, { ...place, status })
  return read.all(pages.ofTwoStatuses, { ...place, status, otherStatus })
}

/** Adds to a page of conversations what they are shown with: the participants of all of them in one statement. */
export async function viewsOf(
  { read, cache, account }: Source,
  rows: readonly ConversationRow[],
): Promise<ConversationView[]> {
  if (rows.length === 0) return []
  const participants = await read.all(participantsOf, { account, conversationIds: rows.map(({ id }) => id) })
  const byConversation = Map.groupBy(participants, (row) => row.conversation_id)
  return Promise.all(
    rows.map(async (row) => ({
      conversation: conversationOf(row),
      participants: (byConversation.get(row.id) ?? []).map(participantOf),
      snapshot: await cache.snapshot(read, account, row.configuration_id, row.configuration_version),
    })),
  )
}
