import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import type { Reader } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import { type ConversationView, viewsOf } from './conversation-views.ts'
import { searchedReference } from './domain/address.ts'
import { type ConversationSearch, driverOf, isSearched, isSettledBy, occursIn } from './domain/conversation-filter.ts'
import { type Status, statuses } from './domain/model.ts'
import { startOf } from './list-position.ts'
import { conversationsByIds, statusNumber } from './rows.ts'
import { candidatePages, namesAmong, referredAmong, textsAmong, textsOf } from './search-rows.ts'

interface Source {
  read: Reader
  cache: AccountCache
  account: number
}

interface CandidateRow {
  id: string
  status: number
  channels: number
  configuration_id: string
}

interface Place {
  account: number
  id: string
  limit: number
}

/** Candidates that one request looks at: at what is told of them, and, for a text, at what was said in them. */
const most = { candidates: 20_000, texts: 1_000 } as const
const chunk = { candidates: 1_000, texts: 50 } as const
/** Communications of one conversation in which a text is looked for: the last ones. */
const textsEach = 2_000

/**
 * The newest conversations that are searched for. A request looks at so many only, whatever it finds: then the page is short
 * or empty and still tells where the next one goes on.
 */
export async function searchConversations(
  source: Source,
  request: PageRequest,
  search: ConversationSearch,
): Promise<Page<ConversationView>> {
  const { found, stoppedAt } = await walk(source, request, search)
  const page = pageOf(request, found, (id) => [id])
  if (stoppedAt !== undefined) page[request.from?.direction ?? 'next'] = [stoppedAt]
  if (page.items.length === 0 && request.from)
    page[request.from.direction === 'next' ? 'previous' : 'next'] = request.from.at
  const { read, account } = source
  const rows = page.items.length === 0 ? [] : await read.all(conversationsByIds, { account, ids: page.items })
  return { ...page, items: (await viewsOf(source, rows)).reverse() }
}

/** Ids in the direction of travel, at most one more than the page takes; `stoppedAt`: the last that was looked at, if not the very last. */
async function walk(source: Source, request: PageRequest, search: ConversationSearch) {
  const reads = search.text === undefined ? 'candidates' : 'texts'
  const driver = driverOf(search)
  const found: string[] = []
  let from = startOf(request, 'descending')
  for (let seen = 0; seen < most[reads]; seen += chunk[reads]) {
    const limit = isSettledBy(driver, search) ? request.size + 1 : chunk[reads]
    const candidates = await candidatesBeyond(source, request, search, { account: source.account, id: from, limit })
    found.push(...(await searched(source, search, candidates)))
    if (found.length > request.size) return { found: found.slice(0, request.size + 1), stoppedAt: undefined }
    const last = candidates.at(-1)
    if (last === undefined || candidates.length < limit) return { found, stoppedAt: undefined }
    from = last.id
    // Others have their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { found, stoppedAt: from }
}

async function candidatesBeyond(
  { read }: Source,
  request: PageRequest,
  search: ConversationSearch,
  place: Place,
): Promise<CandidateRow[]> {
  const direction = request.from?.direction ?? 'next'
  const pages = candidatePages[direction]
  const { configurationId = '', address, channelId = '' } = search
  switch (driverOf(search)) {
    case 'reference':
      return address === undefined
        ? read.all(pages.ofChannelId, { ...place, value: channelId })
        : read.all(pages.ofAddress, { ...place, value: searchedReference(address) })
    case 'configuration':
      return read.all(pages.ofConfiguration, { ...place, configurationId })
    case 'all':
      return read.all(pages.all, place)
    default: {
      const arms = await Promise.all(
        [...new Set(search.statuses)].map((status) =>
          read.all(pages.ofStatus, { ...place, status: statusNumber(status) }),
        ),
      )
      const sign = direction === 'next' ? -1 : 1
      return arms
        .flat()
        .sort((a, b) => (a.id < b.id ? -sign : sign))
        .slice(0, place.limit)
    }
  }
}

/** Those among the candidates that have everything that is asked for, in their order. */
async function searched(
  { read, account }: Source,
  search: ConversationSearch,
  candidates: readonly CandidateRow[],
): Promise<string[]> {
  const plain = candidates.filter(({ status, channels, configuration_id }) =>
    isSearched(search, { status: statuses[status] as Status, channels, configurationId: configuration_id }),
  )
  let ids = plain.map(({ id }) => id)
  const { address, channelId, text } = search
  if (address !== undefined && channelId !== undefined && ids.length > 0) {
    const referred = await read.all(referredAmong, { account, ids, value: channelId })
    const both = new Set(referred.map(({ id }) => id))
    ids = ids.filter((id) => both.has(id))
  }
  if (text === undefined || ids.length === 0) return ids
  const speaking = await thatSay(read, account, text, ids)
  return ids.filter((id) => speaking.has(id))
}

async function thatSay(read: Reader, account: number, text: string, ids: string[]): Promise<Set<string>> {
  const names = await read.all(namesAmong, { account, ids })
  const saying = new Set(names.filter(({ name }) => name !== null && occursIn(text, [name])).map(({ id }) => id))
  const rows = await read.all(textsAmong, { account, conversationIds: ids, limit: textsEach + 1 })
  if (rows.length <= textsEach) {
    for (const row of rows) if (occursIn(text, [row.text])) saying.add(row.conversation_id)
    return saying
  }
  for (const conversationId of ids) {
    if (saying.has(conversationId)) continue
    const own = await read.all(textsOf, { account, conversationId, limit: textsEach })
    if (
      occursIn(
        text,
        own.map((row) => row.text),
      )
    )
      saying.add(conversationId)
  }
  return saying
}
