/** The nouns of the orchestrator, spelled as the published Conversations v2 API spells them. All times are epoch milliseconds. */

export const channels = ['VOICE', 'SMS', 'RCS', 'WHATSAPP', 'CHAT', 'VIDEO'] as const
export type Channel = (typeof channels)[number]

export const callTypes = ['PSTN', 'CLIENT', 'PUBLIC_SIP'] as const
export type CallType = (typeof callTypes)[number]

export const groupingTypes = [
  'GROUP_BY_PROFILE',
  'GROUP_BY_PARTICIPANT_ADDRESSES',
  'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE',
] as const
export type GroupingType = (typeof groupingTypes)[number]

export const statuses = ['ACTIVE', 'INACTIVE', 'CLOSED'] as const
export type Status = (typeof statuses)[number]

export const participantTypes = ['HUMAN_AGENT', 'CUSTOMER', 'AI_AGENT', 'AGENT', 'UNKNOWN'] as const
export type ParticipantType = (typeof participantTypes)[number]

export const deliveryStatuses = ['INITIATED', 'IN_PROGRESS', 'DELIVERED', 'READ', 'FAILED', 'COMPLETED'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** Minutes, whole, at least 1, counted from the last communication on the channel. */
export interface StatusTimeouts {
  inactive?: number | null
  closed?: number | null
}

export interface CaptureRule {
  from: string
  to: string
  metadata?: Record<string, string> | null
}

/** `statusTimeouts`: a value sets clocks; null on VOICE closes at the end of the stream; absent (or null elsewhere) means no clocks. */
export interface ChannelSetting {
  statusTimeouts?: StatusTimeouts | null
  captureRules?: CaptureRule[] | null
}

export type ChannelSettings = Partial<Record<Channel, ChannelSetting>>

export interface StatusCallback {
  url: string
  method?: 'POST' | 'GET' | null
}

/** What a conversation pins of its configuration when it is created. Ids are stored without their prefix. */
export interface ConfigurationBody {
  displayName: string
  description: string
  conversationGroupingType: GroupingType
  memoryStoreId: string
  channelSettings: ChannelSettings
  statusCallbacks: StatusCallback[]
  intelligenceConfigurationIds: string[]
  memoryExtractionEnabled: boolean
  conversationsV1Bridge: { serviceId: string } | null
}

export interface ParticipantAddress {
  channel: Channel
  address: string
  channelId?: string | null
}

export interface Participant {
  id: string
  name: string | null
  type: ParticipantType
  profileId: string | null
  addresses: ParticipantAddress[]
  createdAt: number
  updatedAt: number
}
