import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import {
  DateTime,
  Meta,
  Nullable,
  NullableDateTime,
  pageQuery,
  Words,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { parseWireId, wireId } from '../../kernel/ids.ts'
import type { ConversationView } from '../conversation-views.ts'
import { channelBits, channelsOf } from '../domain/channel-bits.ts'
import type { ConversationSearch } from '../domain/conversation-filter.ts'
import { channels, participantTypes, statuses } from '../domain/model.ts'
import { searchConversations } from '../searching.ts'
import type { ConversationsContext } from './context.ts'
import { statusesOf } from './statuses.ts'

const list = 'searchedConversations'
const maxPageSize = 200

const Query = Type.Object({
  ...pageQuery,
  status: Type.Optional(
    Type.Array(Type.String(), {
      description: `Repeated or joined by commas: ${statuses.join(', ')}. All if left out.`,
    }),
  ),
  channel: Type.Optional(Words(channels, { description: 'Somebody has an address on it.' })),
  configurationId: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  address: Type.Optional(
    Type.String({ minLength: 1, maxLength: 254, description: 'Of somebody who takes or took part, on any channel.' }),
  ),
  channelId: Type.Optional(
    Type.String({ minLength: 1, description: 'An external id, such as that of a call or a message.' }),
  ),
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Part of the name, or of what was said.' }),
  ),
})
type Query = Static<typeof Query>

const Participant = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String()),
  type: Words(participantTypes),
  profileId: Nullable(Type.String()),
  addresses: Type.Array(Type.Object({ channel: Words(channels), address: Type.String() })),
})

const SearchedConversation = Type.Object({
  id: Type.String(),
  configurationId: Type.String(),
  configurationName: Type.String({ description: 'As pinned.' }),
  memoryStoreId: Type.String(),
  status: Words(statuses),
  name: Nullable(Type.String()),
  channels: Type.Array(Words(channels)),
  participants: Type.Array(Participant),
  createdAt: DateTime,
  updatedAt: DateTime,
  lastCommunicationAt: NullableDateTime,
})

/** For people who look for conversations: more filters than the published list has, and less about each. */
export function searchRoutes(app: FastifyInstance, { store, conversations }: ConversationsContext): void {
  app.get<{ Querystring: Query }>(
    '/skein/v1/Conversations',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Search conversations, the newest first',
        description:
          'A request looks at a bounded number of conversations. A page that is short, or empty, and has a nextToken ' +
          'has not come to the end: ask on.',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, conversations: Type.Array(SearchedConversation) }) }),
      },
    },
    async ({ principal: { account }, query }) => {
      const source = { read: store.read, cache: conversations.cache, account }
      const page = await searchConversations(source, pageRequest(query, list, maxPageSize), searchOf(query))
      return { meta: pageMeta('conversations', list, page), conversations: page.items.map(present) }
    },
  )
}

function searchOf({ status = [], channel, configurationId, address, channelId, text }: Query): ConversationSearch {
  return {
    statuses: statusesOf(status),
    ...(channel === undefined ? {} : { channel }),
    ...(configurationId === undefined ? {} : { configurationId: configurationOf(configurationId) }),
    ...(address === undefined ? {} : { address }),
    ...(channelId === undefined ? {} : { channelId }),
    ...(text === undefined ? {} : { text }),
  }
}

function configurationOf(text: string): string {
  const id = parseWireId('configuration', text)
  if (id === undefined) throw invalid('configurationId', 'configurationId is not the id of a configuration')
  return id
}

function present({ conversation, participants, snapshot }: ConversationView): Static<typeof SearchedConversation> {
  const { id, configurationId, name, lifecycle, updatedAt, lastCommunicationAt } = conversation
  return {
    id: wireId('conversation', id),
    configurationId: wireId('configuration', configurationId),
    configurationName: snapshot.body.displayName,
    memoryStoreId: wireId('memoryStore', snapshot.body.memoryStoreId),
    status: lifecycle.status,
    name,
    channels: channelsOf(channelBits(participants)),
    participants: participants.map(({ id: participantId, name: own, type, profileId, addresses }) => ({
      id: wireId('participant', participantId),
      name: own,
      type,
      profileId: profileId === null ? null : wireId('profile', profileId),
      addresses: addresses.map(({ channel, address }) => ({ channel, address })),
    })),
    createdAt: wireDate(lifecycle.createdAt),
    updatedAt: wireDate(updatedAt),
    lastCommunicationAt: wireDateOrNull(lastCommunicationAt),
  }
}
