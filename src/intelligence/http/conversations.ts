import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { findConversation } from '../../conversations/conversation-views.ts'
import { statuses } from '../../conversations/domain/model.ts'
import { intelligenceLinksOf } from '../../conversations/intelligence-lane.ts'
import { readStretch } from '../../conversations/transcript.ts'
import { instantOf } from '../../http/instant.ts'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { pageQuery, Words, withErrors } from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { listReadConversations, type ReadFilter, withFindings } from '../conversations.ts'
import type { IntelligenceContext } from './context.ts'
import { ConversationList, FullConversation, presentConversation, presentFully } from './present-conversation.ts'
import { idIn } from './results.ts'
import { list, maxPageSize, type OfOne } from './schemas.ts'

const path = '/v3/Conversations'
const tags = ['Intelligence']
const name = 'intelligenceConversations'
const windowMs = 31 * 24 * 60 * 60_000
const channels = ['VOICE', 'SMS', 'RCS', 'EMAIL', 'WHATSAPP', 'CHAT', 'API', 'SYSTEM', 'VIDEO']

const Query = Type.Object({
  ...pageQuery,
  createdAtBefore: Type.Optional(Type.String()),
  createdAtAfter: Type.Optional(Type.String()),
  status: Type.Optional(Words(statuses)),
  channelId: Type.Optional(Type.String({ minLength: 1 })),
  channels: Type.Optional(Type.Array(Type.String())),
  conversationConfigurationId: Type.Optional(Type.String()),
  intelligenceConfigurationIds: Type.Optional(Type.Array(Type.String())),
  operatorIds: Type.Optional(Type.Array(Type.String())),
})
type Query = Static<typeof Query>

/** What was read by rules, as the API of intelligence shows it. */
export function conversationRoutes(app: FastifyInstance, { store, conversations }: IntelligenceContext): void {
  const { read } = store
  const { cache } = conversations

  app.get<{ Querystring: Query }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the conversations that rules read, the newest first',
        querystring: Query,
        response: withErrors({ 200: ConversationList }),
      },
    },
    async ({ principal: { account, accountSid }, query }) => {
      const request = pageRequest(query, name, maxPageSize)
      const page = await listReadConversations({ read, cache, account }, request, filterOf(query))
      return { items: page.items.map((one) => presentConversation(accountSid, one)), meta: pageMeta(list, name, page) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a conversation that rules read, with what was said in it',
        response: withErrors({ 200: FullConversation }),
      },
    },
    async ({ principal: { account, accountSid }, params }) => {
      const id = pathId('conversation', params.id, 'conversation')
      const view = await findConversation({ read, cache, account }, id)
      if (!view || intelligenceLinksOf(view).length === 0)
        throw notFound(`There is no conversation ${params.id} that an intelligence configuration reads.`)
      const [found] = await withFindings({ read, account }, [view])
      const said = await readStretch(
        read,
        { account, conversationId: id, since: '', until: '~' },
        Number.MAX_SAFE_INTEGER,
      )
      return presentFully(accountSid, found as NonNullable<typeof found>, said.reverse())
    },
  )
}

function filterOf(query: Query): ReadFilter {
  const { status, channelId } = query
  return {
    statuses: status === undefined ? [] : [status],
    channelId,
    ...windowOf(query),
    channels: wordsIn(query.channels).map((word) => {
      if (channels.includes(word)) return word
      throw invalid('channels', `channels must be of ${channels.join(', ')}`)
    }),
    configurationId: idIn('conversationConfigurationId', 'configuration', query.conversationConfigurationId),
    intelligenceConfigurationIds: wordsIn(query.intelligenceConfigurationIds).map((text) => {
      idIn('intelligenceConfigurationIds', 'intelligenceConfiguration', text)
      return text
    }),
    operatorIds: wordsIn(query.operatorIds).map((text) => idIn('operatorIds', 'operator', text) as string),
  }
}

/** Repeated or joined by commas. */
function wordsIn(given: readonly string[] = []): string[] {
  return given.flatMap((text) => text.split(',')).flatMap((word) => word.trim() || [])
}

/** At most 31 days; of one bound alone the other follows. */
function windowOf({ createdAtAfter, createdAtBefore }: Query): { createdFrom: number; createdBefore: number } {
  const from = createdAtAfter === undefined ? undefined : instantOf('createdAtAfter', createdAtAfter)
  const before = createdAtBefore === undefined ? undefined : instantOf('createdAtBefore', createdAtBefore)
  if (from === undefined && before === undefined)
    return { createdFrom: Number.MIN_SAFE_INTEGER, createdBefore: Number.MAX_SAFE_INTEGER }
  const createdFrom = from ?? (before as number) - windowMs
  const createdBefore = before ?? createdFrom + windowMs
  if (createdBefore - createdFrom > windowMs)
    throw invalid('createdAtAfter', 'createdAtAfter and createdAtBefore may be at most 31 days apart')
  return { createdFrom, createdBefore }
}
