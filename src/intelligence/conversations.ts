import type { AccountCache } from '../conversations/account-cache.ts'
import {
  type ConversationFilter,
  type ConversationView,
  listConversations,
} from '../conversations/conversation-views.ts'
import { intelligenceLinksOf } from '../conversations/intelligence-lane.ts'
import { externalIdsOf } from '../conversations/list-rows.ts'
import { type Arm, walkArms } from '../events/walk.ts'
import type { Page, PageRequest } from '../http/pagination.ts'
import { invalid } from '../kernel/failure.ts'
import type { Reader } from '../store/store.ts'
import { resultsOfConversations } from './result-rows.ts'

/** Conversations that one page looks at, at most, whatever the filter leaves of them. */
const maxRows = 2_000
const ends = { next: { start: '8', end: '0' }, previous: { start: '0', end: '8' } } as const

/** A conversation as intelligence sees it: with what it is read by, and what was found in it. */
export interface ReadConversation {
  view: ConversationView
  /** Wire ids, as they were given. */
  links: readonly string[]
  /** Ids of calls and messages. */
  channelIds: string[]
  results: { id: string; operatorId: string }[]
}

export interface ReadFilter extends ConversationFilter {
  createdFrom: number
  createdBefore: number
  /** Empty: any. */
  channels: readonly string[]
  configurationId: string | undefined
  /** Wire ids; empty: any. */
  intelligenceConfigurationIds: readonly string[]
  /** Without prefix; empty: any. */
  operatorIds: readonly string[]
}

interface Source {
  read: Reader
  cache: AccountCache
  account: number
}

/** Conversations that rules read, the newest first. A page may be short, or empty, and still have a next one. */
export async function listReadConversations(
  source: Source,
  request: PageRequest,
  filter: ReadFilter,
): Promise<Page<ReadConversation>> {
  const direction = request.from?.direction ?? 'next'
  const from = request.from?.at
  if (from && (from.length !== 1 || typeof from[0] !== 'string'))
    throw invalid('pageToken', 'pageToken is not one that this list gave out')
  const arm: Arm<ReadConversation> = {
    ...ends[direction],
    read: async (beyond, limit) => {
      const page = await listConversations(source, { size: limit, from: { direction, at: [beyond] } }, filter)
      const views = direction === 'next' ? page.items : page.items.toReversed()
      return (await withFindings(source, views)).map((item) => {
        const { id } = item.view.conversation
        return { item, id, key: id }
      })
    },
  }
  const walked = await walkArms([arm], {
    from,
    descending: direction === 'next',
    size: request.size,
    budget: maxRows,
    accepts: (one) => isWanted(one, filter),
  })
  const items = direction === 'next' ? walked.items : walked.items.toReversed()
  const next = direction === 'next' ? walked.more && walked.onward : walked.back
  const previous = direction === 'next' ? from !== undefined && walked.back : walked.more && walked.onward
  return { items, ...(next ? { next } : {}), ...(previous ? { previous } : {}) }
}

export async function withFindings(
  { read, account }: Pick<Source, 'read' | 'account'>,
  views: readonly ConversationView[],
): Promise<ReadConversation[]> {
  if (views.length === 0) return []
  const conversationIds = views.map(({ conversation }) => conversation.id)
  const found = Map.groupBy(
    await read.all(resultsOfConversations, { account, conversationIds }),
    (row) => row.conversation_id,
  )
  const named = Map.groupBy(await read.all(externalIdsOf, { account, conversationIds }), (row) => row.conversation_id)
  return views.map((view) => {
    const { id } = view.conversation
    return {
      view,
      links: intelligenceLinksOf(view),
      channelIds: [...new Set((named.get(id) ?? []).map(({ value }) => value))].sort(),
      results: (found.get(id) ?? []).map((row) => ({ id: row.id, operatorId: row.operator_id })),
    }
  })
}

/** The channels that somebody in the conversation is reached by. */
export function channelsOf({ participants }: ConversationView): string[] {
  return [...new Set(participants.flatMap(({ addresses }) => addresses.map(({ channel }) => channel)))]
}

function isWanted({ view, links, results }: ReadConversation, filter: ReadFilter): boolean {
  const { createdAt } = view.conversation.lifecycle
  const any = <T>(wanted: readonly T[], have: readonly T[]) =>
    wanted.length === 0 || wanted.some((one) => have.includes(one))
  return (
    links.length > 0 &&
    createdAt >= filter.createdFrom &&
    createdAt < filter.createdBefore &&
    any(filter.channels, channelsOf(view)) &&
    (filter.configurationId === undefined || filter.configurationId === view.conversation.configurationId) &&
    any(filter.intelligenceConfigurationIds, links) &&
    any(
      filter.operatorIds,
      results.map(({ operatorId }) => operatorId),
    )
  )
}
