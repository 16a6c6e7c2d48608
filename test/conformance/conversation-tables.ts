import {
  accountSid,
  always,
  alwaysNull,
  alwaysOrNull,
  beyondClient,
  date,
  filledText,
  flag,
  idOf,
  listOf,
  mapOf,
  numberBetween,
  objectOf,
  oneOf,
  sometimes,
  sometimesOrNull,
  type Table,
  text,
  textOf,
  url,
  wholeNumber,
} from './fields.ts'

// What the Conversations v2 API answers, field by field, as its published description and its official client have it.

const channel = oneOf('VOICE', 'SMS', 'RCS', 'WHATSAPP', 'CHAT', 'VIDEO')
const address = textOf('1 to 254 characters', /^.{1,254}$/s)

const statusTimeouts: Table = {
  name: 'Status timeouts',
  fields: { inactive: sometimes(wholeNumber(1)), closed: sometimes(wholeNumber(1)) },
}

const captureRule: Table = {
  name: 'Capture rule',
  fields: { from: always(filledText), to: always(filledText), metadata: always(mapOf(text)) },
}

const channelSetting: Table = {
  name: 'Channel setting',
  fields: {
    statusTimeouts: sometimesOrNull(objectOf(statusTimeouts)),
    captureRules: always(listOf(objectOf(captureRule))),
  },
}

/** `channelSettings`: a channel is there or not, so each is a field of its own. */
const channelSettings: Table = {
  name: 'Channel settings',
  fields: Object.fromEntries(
    ['VOICE', 'SMS', 'RCS', 'WHATSAPP', 'CHAT', 'VIDEO'].map((name) => [name, sometimes(objectOf(channelSetting))]),
  ),
}

const statusCallback: Table = {
  name: 'Status callback',
  fields: { url: always(url), method: always(oneOf('POST', 'GET')) },
}

const bridge: Table = {
  name: 'Conversations v1 bridge',
  fields: { serviceId: always(textOf('a classic service SID', /^IS[0-9a-f]{32}$/)) },
}

const configurationFields = {
  displayName: always(textOf('1 to 32 letters, digits, spaces, - and _', /^[a-zA-Z0-9-_ ]{1,32}$/)),
  description: always(textOf('at most 512 characters', /^.{0,512}$/s)),
  conversationGroupingType: always(
    oneOf('GROUP_BY_PROFILE', 'GROUP_BY_PARTICIPANT_ADDRESSES', 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE'),
  ),
  memoryStoreId: always(idOf('mem_store')),
  channelSettings: always(objectOf(channelSettings)),
  statusCallbacks: always(listOf(objectOf(statusCallback))),
  intelligenceConfigurationIds: always(listOf(filledText)),
  memoryExtractionEnabled: always(flag),
  conversationsV1Bridge: alwaysOrNull(objectOf(bridge)),
}

export const configuration: Table = {
  name: 'Configuration',
  fields: {
    id: always(idOf('conv_configuration')),
    ...configurationFields,
    createdAt: always(date),
    updatedAt: always(date),
    version: always(wholeNumber(1)),
  },
}

const snapshot: Table = {
  name: 'Configuration in a conversation',
  fields: {
    ...configurationFields,
    traitExtractionStrategyIds: sometimes(listOf(filledText)),
    observationExtractionStrategyIds: sometimes(listOf(filledText)),
  },
}

const participantAddress: Table = {
  name: 'Participant address',
  fields: { channel: always(channel), address: always(address), channelId: alwaysOrNull(filledText) },
}

export const participant: Table = {
  name: 'Participant',
  fields: {
    id: always(idOf('conv_participant')),
    conversationId: always(idOf('conv_conversation')),
    accountId: always(accountSid),
    name: always(filledText),
    type: always(oneOf('HUMAN_AGENT', 'CUSTOMER', 'AI_AGENT', 'AGENT', 'UNKNOWN')),
    profileId: alwaysOrNull(idOf('mem_profile')),
    addresses: always(listOf(objectOf(participantAddress))),
    createdAt: always(date),
    updatedAt: always(date),
  },
}

export const conversation: Table = {
  name: 'Conversation',
  fields: {
    id: always(idOf('conv_conversation')),
    accountId: always(accountSid),
    configurationId: always(idOf('conv_configuration')),
    status: always(oneOf('ACTIVE', 'INACTIVE', 'CLOSED')),
    name: alwaysOrNull(text),
    createdAt: always(date),
    updatedAt: always(date),
    configuration: always(objectOf(snapshot)),
    metadata: always(mapOf(text)),
    participants: always(listOf(objectOf(participant))),
  },
}

const author: Table = {
  name: 'Author',
  fields: { address: always(address), channel: always(channel), participantId: always(idOf('conv_participant')) },
}

const recipient: Table = {
  name: 'Recipient',
  fields: {
    ...author.fields,
    deliveryStatus: always(oneOf('INITIATED', 'IN_PROGRESS', 'DELIVERED', 'READ', 'FAILED', 'COMPLETED')),
  },
}

const word: Table = {
  name: 'Transcribed word',
  fields: { text: always(text), startTime: sometimes(filledText), endTime: sometimes(filledText) },
}

const transcription: Table = {
  name: 'Transcription',
  fields: {
    channel: sometimes(wholeNumber(0, 1)),
    confidence: sometimes(numberBetween(0, 1)),
    engine: sometimes(text),
    words: sometimes(listOf(objectOf(word))),
  },
}

const content: Table = {
  name: 'Content',
  fields: {
    type: always(oneOf('TEXT', 'TRANSCRIPTION')),
    text: always(text),
    transcription: sometimes(objectOf(transcription)),
  },
}

export const communication: Table = {
  name: 'Communication',
  fields: {
    id: always(idOf('conv_communication')),
    conversationId: always(idOf('conv_conversation')),
    accountId: always(accountSid),
    author: always(objectOf(author)),
    content: always(objectOf(content)),
    channelId: alwaysOrNull(filledText),
    resourceId: alwaysOrNull(filledText),
    recipients: always(listOf(objectOf(recipient))),
    createdAt: always(date),
    updatedAt: always(date),
    occurredAt: always(date),
  },
}

const relatedOfAction: Table = {
  name: 'Related of an action',
  fields: {
    messageSid: sometimes(textOf('a message SID', /^(SM|MM)[0-9a-f]{32}$/)),
    communicationId: sometimes(idOf('conv_communication')),
  },
}

export const action: Table = {
  name: 'Action',
  fields: {
    id: always(idOf('conv_action')),
    type: always(oneOf('SEND_MESSAGE')),
    status: always(oneOf('PENDING', 'COMPLETED', 'FAILED')),
    conversationId: always(idOf('conv_conversation')),
    related: always(objectOf(relatedOfAction)),
    createdAt: always(date),
    updatedAt: always(date),
    completedAt: alwaysOrNull(date),
    failureReason: alwaysOrNull(filledText),
  },
}

const relatedOfConfiguration: Table = {
  name: 'Related of a configuration',
  fields: { configurationId: always(idOf('conv_configuration')) },
}

const relatedOfConversation: Table = {
  name: 'Related of a conversation',
  fields: { conversationId: always(idOf('conv_conversation')) },
}

export const acceptedOfConfiguration: Table = {
  name: 'Acceptance of a change of a configuration',
  fields: { statusUrl: always(url), related: always(objectOf(relatedOfConfiguration)) },
}

export const acceptedOfConversation: Table = {
  name: 'Acceptance of the deletion of a conversation',
  fields: { statusUrl: always(url), related: always(objectOf(relatedOfConversation)) },
}

const operationError: Table = {
  name: 'Error of an operation',
  fields: {
    type: always(url),
    title: always(filledText),
    status: always(wholeNumber(400, 599)),
    detail: always(filledText),
    instance: alwaysNull(),
  },
}

const configurationResult: Table = {
  name: 'Result of an operation on a configuration',
  fields: { id: always(idOf('conv_configuration')), type: always(oneOf('RESOURCE_ID')) },
}

const conversationResult: Table = {
  name: 'Result of an operation on a conversation',
  fields: { id: always(idOf('conv_conversation')), type: always(oneOf('RESOURCE_ID')) },
}

const operationFields = {
  operationId: always(idOf('proc_job')),
  status: always(oneOf('PENDING', 'COMPLETED', 'FAILED')),
  createdAt: always(date),
  completedAt: alwaysOrNull(date),
  statusUrl: always(url),
}

export const operationOfConfiguration: Table = {
  name: 'Operation on a configuration',
  fields: {
    ...operationFields,
    error: alwaysOrNull(objectOf(operationError)),
    related: always(objectOf(relatedOfConfiguration)),
    result: beyondClient(sometimes(objectOf(configurationResult))),
  },
}

export const operationOfConversation: Table = {
  name: 'Operation on a conversation',
  fields: {
    ...operationFields,
    error: alwaysNull(),
    related: always(objectOf(relatedOfConversation)),
    result: beyondClient(sometimes(objectOf(conversationResult))),
  },
}

/** Every table, so that a run can tell which fields it never met. */
export const conversationTables: readonly Table[] = [
  statusTimeouts,
  captureRule,
  channelSetting,
  channelSettings,
  statusCallback,
  bridge,
  configuration,
  snapshot,
  participantAddress,
  participant,
  conversation,
  author,
  recipient,
  word,
  transcription,
  content,
  communication,
  relatedOfAction,
  action,
  relatedOfConfiguration,
  relatedOfConversation,
  acceptedOfConfiguration,
  acceptedOfConversation,
  operationError,
  configurationResult,
  conversationResult,
  operationOfConfiguration,
  operationOfConversation,
]
