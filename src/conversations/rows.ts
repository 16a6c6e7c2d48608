import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { Communication, Conversation, Recipient, Stream } from './domain/conversation.ts'
import type { Channel, DeliveryStatus, Participant, ParticipantType, Status } from './domain/model.ts'

export const conversationTable = table('conversation', {
  account: 'int',
  id: 'text',
  configuration_id: 'text',
  configuration_version: 'big',
  status: 'int',
  name: 'text?',
  metadata: 'text?',
  overrides: 'text?',
  clocks: 'text',
  wake_at: 'big?',
  stuck: 'int',
  last_communication_at: 'big?',
  event_count: 'big',
  created_at: 'big',
  updated_at: 'big',
  deleting: 'int',
  channels: 'int',
})
export type ConversationRow = RowOf<typeof conversationTable>

export const groupingKeyTable = table('grouping_key', {
  account: 'int',
  configuration_id: 'text',
  key: 'text',
  conversation_id: 'text',
})

export const participantTable = table('participant', {
  account: 'int',
  conversation_id: 'text',
  id: 'text',
  name: 'text?',
  type: 'text',
  profile_id: 'text?',
  addresses: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export type ParticipantRow = RowOf<typeof participantTable>

export const communicationTable = table('communication', {
  account: 'int',
  conversation_id: 'text',
  id: 'text',
  occurred_at: 'big',
  author: 'text',
  recipients: 'text',
  text: 'text',
  transcription: 'text?',
  channel_id: 'text?',
  resource_id: 'text?',
  passive: 'int',
  created_at: 'big',
  updated_at: 'big',
  trace: 'text?',
})
export type CommunicationRow = RowOf<typeof communicationTable>

export const referenceTable = table('reference', { account: 'int', value: 'text', conversation_id: 'text' })

export const streamTable = table('stream', {
  account: 'int',
  channel_id: 'text',
  conversation_id: 'text',
  started_at: 'big',
  heartbeat_at: 'big?',
  stopped_at: 'big?',
  call_over: 'int',
})
export type StreamRow = RowOf<typeof streamTable>

export interface ConversationTables {
  conversation: ConversationRow
  grouping_key: RowOf<typeof groupingKeyTable>
  participant: ParticipantRow
  communication: CommunicationRow
  reference: RowOf<typeof referenceTable>
  stream: StreamRow
}

const statement = statements<ConversationTables>()

export const conversationsByIds = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.selectFrom('conversation').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)).orderBy('id'),
)
/** Ascending, as everybody locks them. */
export const lockConversations = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('conversation')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('id', p.ids))
      .orderBy('id'),
  ),
)
export const participantsOf = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('participant')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds))
    .orderBy('conversation_id')
    .orderBy('id'),
)
export const holdersOf = statement<{ account: number; configurationIds: string[]; keys: string[] }>()((db, p, d) =>
  db
    .selectFrom('grouping_key')
    .select(['configuration_id', 'key', 'conversation_id'])
    .where('account', '=', p.account)
    .where(d.among('configuration_id', p.configurationIds))
    .where(d.among('key', p.keys)),
)
export const keysOf = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('grouping_key')
    .select(['key', 'conversation_id'])
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds)),
)
export const releaseAllKeys = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db.deleteFrom('grouping_key').where('account', '=', p.account).where(d.among('conversation_id', p.conversationIds)),
)
export const releaseKeys = statement<{ account: number; conversationId: string; keys: string[] }>()((db, p, d) =>
  db
    .deleteFrom('grouping_key')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where(d.among('key', p.keys)),
)
export const removeParticipant = statement<{ account: number; conversationId: string; id: string }>()((db, p) =>
  db
    .deleteFrom('participant')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('id', '=', p.id),
)
/** Communications that carry one of the resource ids, in any conversation of the account. Saying that it is not null lets the partial index serve. */
export const communicationsByResources = statement<{ account: number; resourceIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('communication')
    .selectAll()
    .where('account', '=', p.account)
    .where('resource_id', 'is not', null)
    .where(d.among('resource_id', p.resourceIds)),
)
export const communicationById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('communication').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const communicationByResource = statement<{ account: number; conversationId: string; resourceId: string }>()(
  (db, p) =>
    db
      .selectFrom('communication')
      .selectAll()
      .where('account', '=', p.account)
      .where('resource_id', '=', p.resourceId)
      .where('conversation_id', '=', p.conversationId),
)
export const streamsByChannels = statement<{ account: number; channelIds: string[] }>()((db, p, d) =>
  db.selectFrom('stream').selectAll().where('account', '=', p.account).where(d.among('channel_id', p.channelIds)),
)

type OfConversation = { account: number; conversationId: string }

const forgetRowsOf = (name: 'communication' | 'participant' | 'grouping_key' | 'reference' | 'stream') =>
  statement<OfConversation>()((db, p) =>
    db.deleteFrom(name).where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
  )

/** Deletes a conversation and all that is in it; its events belong to another room. */
export const forgetConversation = [
  forgetRowsOf('communication'),
  forgetRowsOf('participant'),
  forgetRowsOf('grouping_key'),
  forgetRowsOf('reference'),
  forgetRowsOf('stream'),
  statement<OfConversation>()((db, p) =>
    db.deleteFrom('conversation').where('account', '=', p.account).where('id', '=', p.conversationId),
  ),
]

const statusWords = ['ACTIVE', 'INACTIVE', 'CLOSED'] as const

export function statusNumber(status: Status): number {
  return statusWords.indexOf(status)
}

export function conversationOf(row: ConversationRow): Conversation {
  return {
    id: row.id,
    configurationId: row.configuration_id,
    configurationVersion: row.configuration_version,
    name: row.name,
    metadata: row.metadata === null ? {} : JSON.parse(row.metadata),
    overrides: row.overrides === null ? {} : JSON.parse(row.overrides),
    lifecycle: {
      status: statusWords[row.status] as Status,
      createdAt: row.created_at,
      clocks: JSON.parse(row.clocks),
    },
    lastCommunicationAt: row.last_communication_at,
    eventCount: row.event_count,
    updatedAt: row.updated_at,
    deleting: row.deleting === 1,
  }
}

export function conversationRow(
  account: number,
  conversation: Conversation,
  wake: { at: number | null; stuck: boolean },
  channels: number,
): ConversationRow {
  const { lifecycle } = conversation
  return {
    account,
    id: conversation.id,
    configuration_id: conversation.configurationId,
    configuration_version: conversation.configurationVersion,
    status: statusNumber(lifecycle.status),
    name: conversation.name,
    metadata: jsonOrNull(conversation.metadata),
    overrides: jsonOrNull(conversation.overrides),
    clocks: JSON.stringify(lifecycle.clocks),
    wake_at: wake.at,
    stuck: wake.stuck ? 1 : 0,
    last_communication_at: conversation.lastCommunicationAt,
    event_count: conversation.eventCount,
    created_at: lifecycle.createdAt,
    updated_at: conversation.updatedAt,
    deleting: conversation.deleting ? 1 : 0,
    channels,
  }
}

export function participantOf(row: ParticipantRow): Participant {
  return {
    id: row.id,
    name: row.name,
    type: row.type as ParticipantType,
    profileId: row.profile_id,
    addresses: JSON.parse(row.addresses),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function participantRow(account: number, conversationId: string, participant: Participant): ParticipantRow {
  return {
    account,
    conversation_id: conversationId,
    id: participant.id,
    name: participant.name,
    type: participant.type,
    profile_id: participant.profileId,
    addresses: JSON.stringify(participant.addresses),
    created_at: participant.createdAt,
    updated_at: participant.updatedAt,
  }
}

type PackedParty = [participantId: string, channel: Channel, address: string, deliveryStatus?: DeliveryStatus]

export function communicationOf(row: CommunicationRow): Communication {
  const [participantId, channel, address] = JSON.parse(row.author) as PackedParty
  const recipients = JSON.parse(row.recipients) as PackedParty[]
  return {
    id: row.id,
    conversationId: row.conversation_id,
    author: { participantId, channel, address },
    recipients: recipients.map(([participantId, channel, address, deliveryStatus = null]) => ({
      participantId,
      channel,
      address,
      deliveryStatus,
    })),
    content:
      row.transcription === null
        ? { type: 'TEXT', text: row.text }
        : { type: 'TRANSCRIPTION', text: row.text, transcription: JSON.parse(row.transcription) },
    channelId: row.channel_id,
    resourceId: row.resource_id,
    passive: row.passive === 1,
    occurredAt: row.occurred_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    trace: row.trace,
  }
}

export function communicationRow(account: number, communication: Communication): CommunicationRow {
  const { author, content } = communication
  return {
    account,
    conversation_id: communication.conversationId,
    id: communication.id,
    occurred_at: communication.occurredAt,
    author: JSON.stringify([author.participantId, author.channel, author.address] satisfies PackedParty),
    recipients: JSON.stringify(communication.recipients.map(packedRecipient)),
    text: content.text,
    transcription: content.type === 'TEXT' ? null : JSON.stringify(content.transcription ?? {}),
    channel_id: communication.channelId,
    resource_id: communication.resourceId,
    passive: communication.passive ? 1 : 0,
    created_at: communication.createdAt,
    updated_at: communication.updatedAt,
    trace: communication.trace,
  }
}

export function streamOf(row: StreamRow): Stream {
  return {
    channelId: row.channel_id,
    conversationId: row.conversation_id,
    startedAt: row.started_at,
    stoppedAt: row.stopped_at,
    callOver: row.call_over === 1,
  }
}

function packedRecipient({ participantId, channel, address, deliveryStatus }: Recipient): PackedParty {
  return deliveryStatus === null ? [participantId, channel, address] : [participantId, channel, address, deliveryStatus]
}

function jsonOrNull(value: object): string | null {
  return Object.keys(value).length === 0 ? null : JSON.stringify(value)
}
