import Type, { type Static } from 'typebox'
import type { Communication } from '../../conversations/domain/conversation.ts'
import { DateTime, Meta, Nullable, Words, wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { channelsOf, type ReadConversation } from '../conversations.ts'

const shared = {
  id: Type.String(),
  accountId: Type.String(),
  name: Nullable(Type.String()),
  status: Words(['ACTIVE', 'INACTIVE', 'CLOSED']),
  createdAt: DateTime,
  updatedAt: DateTime,
  intelligenceConfigurationIds: Type.Array(Type.String()),
  conversationConfigurationId: Type.String(),
  channels: Type.Array(Type.String()),
  channelIds: Type.Array(Type.String()),
  participants: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Nullable(Type.String()),
      type: Type.String(),
      addressValues: Type.Array(Type.String()),
    }),
  ),
  operatorResultIds: Type.Array(Type.String()),
}
export const ConversationAnswer = Type.Object(shared)
export const ConversationList = Type.Object({ items: Type.Array(ConversationAnswer), meta: Meta })
export const FullConversation = Type.Object({
  ...shared,
  communications: Type.Array(
    Type.Object({
      id: Type.String(),
      participantId: Type.String(),
      content: Type.Object({ text: Type.String() }),
      createdAt: DateTime,
    }),
  ),
})

export function presentConversation(
  accountId: string,
  { view, links, channelIds, results }: ReadConversation,
): Static<typeof ConversationAnswer> {
  const { conversation, participants } = view
  return {
    id: wireId('conversation', conversation.id),
    accountId,
    name: conversation.name,
    status: conversation.lifecycle.status,
    createdAt: wireDate(conversation.lifecycle.createdAt),
    updatedAt: wireDate(conversation.updatedAt),
    intelligenceConfigurationIds: [...links],
    conversationConfigurationId: wireId('configuration', conversation.configurationId),
    channels: channelsOf(view),
    channelIds,
    participants: participants.map(({ id, name, type, addresses }) => ({
      id: wireId('participant', id),
      name,
      type,
      addressValues: [...new Set(addresses.map(({ address }) => address))],
    })),
    operatorResultIds: results.map(({ id }) => wireId('operatorResult', id)),
  }
}

export function presentFully(
  accountId: string,
  read: ReadConversation,
  communications: readonly Communication[],
): Static<typeof FullConversation> {
  return {
    ...presentConversation(accountId, read),
    communications: communications.map(({ id, author, content, createdAt }) => ({
      id: wireId('communication', id),
      participantId: wireId('participant', author.participantId),
      content: { text: content.text },
      createdAt: wireDate(createdAt),
    })),
  }
}
