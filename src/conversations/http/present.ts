import Type, { type Static } from 'typebox'
import { DateTime, Nullable, StringMap, Words, wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { AccountKnowledge } from '../account-cache.ts'
import { presentSnapshot } from '../configuration-present.ts'
import type { ConversationView } from '../conversation-views.ts'
import type { Author, Communication, Content } from '../domain/conversation.ts'
import {
  channels,
  deliveryStatuses,
  type Participant,
  participantTypes,
  type StatusCallback,
  statuses,
} from '../domain/model.ts'
import { ConfigurationSnapshotSchema } from './configuration-schemas.ts'

export const ParticipantSchema = Type.Object(
  {
    id: Type.String(),
    conversationId: Type.String(),
    accountId: Type.String(),
    name: Type.String({ description: 'Its first address while it has no name; without addresses, its type.' }),
    type: Words(participantTypes),
    profileId: Nullable(Type.String()),
    addresses: Type.Array(
      Type.Object({ channel: Words(channels), address: Type.String(), channelId: Nullable(Type.String()) }),
    ),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { title: 'Participant' },
)

export const ConversationSchema = Type.Object(
  {
    id: Type.String(),
    accountId: Type.String(),
    configurationId: Type.String(),
    status: Words(statuses),
    name: Nullable(Type.String()),
    createdAt: DateTime,
    updatedAt: DateTime,
    configuration: ConfigurationSnapshotSchema,
    metadata: StringMap,
    participants: Type.Array(ParticipantSchema),
  },
  { title: 'Conversation' },
)

const Party = Type.Object({ address: Type.String(), channel: Words(channels), participantId: Type.String() })

const ShownTranscription = Type.Object({
  channel: Type.Optional(Type.Integer()),
  confidence: Type.Optional(Type.Number()),
  engine: Type.Optional(Type.String()),
  words: Type.Optional(
    Type.Array(
      Type.Object({
        text: Type.String(),
        startTime: Type.Optional(Type.String()),
        endTime: Type.Optional(Type.String()),
      }),
    ),
  ),
})

export const CommunicationSchema = Type.Object(
  {
    id: Type.String(),
    conversationId: Type.String(),
    accountId: Type.String(),
    author: Party,
    content: Type.Unsafe<Content>(
      Type.Object({
        type: Words(['TEXT', 'TRANSCRIPTION']),
        text: Type.String(),
        transcription: Type.Optional(ShownTranscription),
      }),
    ),
    channelId: Nullable(Type.String()),
    resourceId: Nullable(Type.String()),
    recipients: Type.Array(Type.Object({ ...Party.properties, deliveryStatus: Nullable(Words(deliveryStatuses)) })),
    createdAt: DateTime,
    updatedAt: DateTime,
    occurredAt: DateTime,
  },
  { title: 'Communication' },
)

/**
 * A conversation as the published API spells it. Everything it pinned is shown as pinned except for the callbacks, which
 * follow the configuration as it is now until the conversation has its own.
 */
export function presentConversation(
  accountSid: string,
  { conversation, participants, snapshot }: ConversationView,
  knowledge: Pick<AccountKnowledge, 'configurations'>,
): Static<typeof ConversationSchema> {
  const { id, configurationId, name, lifecycle, updatedAt, overrides, metadata } = conversation
  const statusCallbacks: StatusCallback[] =
    knowledge.configurations.get(configurationId)?.body.statusCallbacks ?? snapshot.body.statusCallbacks
  return {
    id: wireId('conversation', id),
    accountId: accountSid,
    configurationId: wireId('configuration', configurationId),
    status: lifecycle.status,
    name,
    createdAt: wireDate(lifecycle.createdAt),
    updatedAt: wireDate(updatedAt),
    configuration: presentSnapshot(snapshot.body, { statusCallbacks, ...overrides }) as Static<
      typeof ConfigurationSnapshotSchema
    >,
    metadata,
    participants: participants.map((participant) => presentParticipant(id, accountSid, participant)),
  }
}

/** Published clients refuse a participant whose name is null, so there always is one. */
export function presentParticipant(
  conversationId: string,
  accountSid: string,
  { id, name, type, profileId, addresses, createdAt, updatedAt }: Participant,
): Static<typeof ParticipantSchema> {
  return {
    id: wireId('participant', id),
    conversationId: wireId('conversation', conversationId),
    accountId: accountSid,
    name: name ?? addresses[0]?.address ?? type,
    type,
    profileId: profileId === null ? null : wireId('profile', profileId),
    addresses: addresses.map(({ channel, address, channelId = null }) => ({ channel, address, channelId })),
    createdAt: wireDate(createdAt),
    updatedAt: wireDate(updatedAt),
  }
}

export function presentCommunication(
  accountSid: string,
  communication: Communication,
): Static<typeof CommunicationSchema> {
  const { id, conversationId, author, content, channelId, resourceId, recipients } = communication
  return {
    id: wireId('communication', id),
    conversationId: wireId('conversation', conversationId),
    accountId: accountSid,
    author: presentParty(author),
    content: presentContent(content),
    channelId,
    resourceId,
    recipients: recipients.map((recipient) => ({
      ...presentParty(recipient),
      deliveryStatus: recipient.deliveryStatus,
    })),
    createdAt: wireDate(communication.createdAt),
    updatedAt: wireDate(communication.updatedAt),
    occurredAt: wireDate(communication.occurredAt),
  }
}

function presentParty({ address, channel, participantId }: Author): Static<typeof Party> {
  return { address, channel, participantId: wireId('participant', participantId) }
}

/** Alike whether it has just been received or has been stored: a transcription exactly when the type says so. */
function presentContent({ type, text, transcription = {} }: Content): Content {
  return type === 'TEXT' ? { type, text } : { type, text, transcription }
}
