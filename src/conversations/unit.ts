import { newId } from '../kernel/ids.ts'
import type { Snapshot } from './account-cache.ts'
import { addressKey } from './domain/address.ts'
import { type Conversation, participantAt } from './domain/conversation.ts'
import type { GroupingParticipant } from './domain/conversation-keys.ts'
import type { Channel, Participant } from './domain/model.ts'

/** One conversation while it is being worked on. */
export interface Unit {
  conversation: Conversation
  participants: Participant[]
  snapshot: Snapshot
  /** Created here and not yet in the database. */
  isNew: boolean
  /** The wake-up time that its row has; the row's may be earlier than what is due, never later. */
  wakeAt: number | null
  stuck: boolean
  /** The channels that its row has, as bits. */
  channels: number
  changed: boolean
  /** More than its clocks and counters changed: status, name, metadata, overrides. */
  attributesChanged: boolean
}

/** A participant as grouping sees it. */
export function groupingParticipant({ type, profileId, addresses }: Participant): GroupingParticipant {
  return {
    type,
    profileId,
    addresses: addresses.map(({ channel, address }) => ({ channel, key: addressKey(channel, address) })),
  }
}

export function findParticipant(unit: Unit, channel: Channel, key: string): Participant | undefined {
  return participantAt(unit.participants, channel, key, addressKey)
}

export function newParticipant(
  now: number,
  participant: Pick<Participant, 'type' | 'addresses'> & Partial<Participant>,
): Participant {
  return { id: newId(), name: null, profileId: null, createdAt: now, updatedAt: now, ...participant }
}
