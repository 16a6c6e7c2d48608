import type { Lifecycle } from './lifecycle.ts'
import type { Channel, DeliveryStatus, Participant, StatusCallback } from './model.ts'

/** What one conversation sets for itself instead of its configuration. */
export interface Overrides {
  statusCallbacks?: StatusCallback[]
  /** The targets that stand for those callbacks, in the same order; never shown. */
  targetIds?: string[]
  intelligenceConfigurationIds?: string[]
  traitExtractionStrategyIds?: string[]
  observationExtractionStrategyIds?: string[]
  workflows?: { flowId: string }[]
}

/** One conversation without its participants and communications. Ids without prefix, times in epoch milliseconds. */
export interface Conversation {
  id: string
  configurationId: string
  /** The version of the configuration that was current when it was created: what it pins. */
  configurationVersion: number
  name: string | null
  metadata: Record<string, string>
  overrides: Overrides
  lifecycle: Lifecycle
  /** Business time of the last communication on any channel; null while there is none. */
  lastCommunicationAt: number | null
  /** The number of the last event; the next is one more. */
  eventCount: number
  updatedAt: number
  /** A deletion has been accepted: it answers 404 and holds no keys. */
  deleting: boolean
}

export interface Author {
  participantId: string
  channel: Channel
  address: string
}

export interface Recipient extends Author {
  deliveryStatus: DeliveryStatus | null
}

export interface Transcription {
  channel?: number
  confidence?: number
  engine?: string
  words?: { text: string; startTime?: string; endTime?: string }[]
}

/** `type` TRANSCRIPTION exactly when there is a transcription, even an empty one. */
export interface Content {
  type: 'TEXT' | 'TRANSCRIPTION'
  text: string
  transcription?: Transcription
}

export interface Communication {
  id: string
  conversationId: string
  author: Author
  recipients: Recipient[]
  content: Content
  channelId: string | null
  resourceId: string | null
  /** Taken in by Traffic: its resource id is unique in the whole account. */
  passive: boolean
  occurredAt: number
  createdAt: number
  updatedAt: number
  /** The compact record of why it is where it is. */
  trace: string | null
}

/** A transcription stream of one call. */
export interface Stream {
  channelId: string
  conversationId: string
  startedAt: number
  stoppedAt: number | null
  callOver: boolean
}

/** Finds a participant by the channel-independent key of one of its addresses; the exact channel goes first. */
export function participantAt(
  participants: readonly Participant[],
  channel: Channel,
  key: string,
  keyOf: (channel: Channel, address: string) => string,
): Participant | undefined {
  let first: Participant | undefined
  for (const participant of participants) {
    const { addresses } = participant
    if (!addresses.some((address) => keyOf(address.channel, address.address) === key)) continue
    if (addresses.some((address) => address.channel === channel)) return participant
    first ??= participant
  }
  return first
}
