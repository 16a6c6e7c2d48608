import { type Channel, channels, type DayEvent } from './day.ts'
import type { Desk } from './desks.ts'

export const outcomes = ['CAPTURED', 'DUPLICATE', 'NOT_CAPTURED', 'REFUSED'] as const
export type Outcome = (typeof outcomes)[number]

/** What `POST /skein/v1/Traffic` answers of an item. */
export interface TrafficResult {
  outcome: Outcome
  conversationId: string | null
  reason: { code: number; message: string } | null
}

/** What is noted of the day while it is played. */
export interface Tally {
  messages: Record<Channel, Record<Outcome, number>>
  conversations: Map<string, ConversationTally>
  /** Why something was not taken, and how often. */
  reasons: Map<string, number>
}

export interface ConversationTally {
  groupingType: Desk['groupingType']
  channels: Set<Channel>
  /** Numbers of its customer. */
  phones: Set<string>
  topics: Set<string>
  messages: number
}

export function emptyTally(): Tally {
  const none = () => ({ CAPTURED: 0, DUPLICATE: 0, NOT_CAPTURED: 0, REFUSED: 0 })
  const messages = Object.fromEntries(channels.map((channel) => [channel, none()])) as Tally['messages']
  return { messages, conversations: new Map(), reasons: new Map() }
}

/** Adds what became of one event at one desk. The start and the end of a call count for its conversation, not as messages. */
export function count(tally: Tally, event: DayEvent, { groupingType }: Desk, result: TrafficResult): void {
  const { channel, phone, dialogue } = event.visit
  const isMessage = event.kind === 'TURN'
  if (isMessage) tally.messages[channel][result.outcome] += 1
  if (result.outcome === 'NOT_CAPTURED' || result.outcome === 'REFUSED') {
    const reason = result.reason ? `${result.reason.code} ${result.reason.message}` : result.outcome
    tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1)
  }
  if (result.conversationId === null || result.outcome !== 'CAPTURED') return
  const known = tally.conversations.get(result.conversationId)
  const conversation = known ?? newConversation(groupingType)
  if (!known) tally.conversations.set(result.conversationId, conversation)
  conversation.channels.add(channel)
  conversation.phones.add(phone)
  conversation.topics.add(dialogue.topic)
  if (isMessage) conversation.messages += 1
}

/** How many messages make a story that is good to look at: no more than fit on a screen or two. */
const storyLength = 24

/** The conversation with most to tell: the most channels, then numbers, then topics, then messages up to a readable number. */
export function mostTelling(tally: Tally): string | undefined {
  const weight = ({ channels: used, phones, topics, messages }: ConversationTally) =>
    used.size * 10_000 +
    phones.size * 1000 +
    Math.min(topics.size, 9) * 100 +
    (messages <= storyLength ? messages : -Math.min(messages, 99))
  let best: { id: string; weight: number } | undefined
  for (const [id, conversation] of tally.conversations) {
    const heavy = weight(conversation)
    if (best === undefined || heavy > best.weight) best = { id, weight: heavy }
  }
  return best?.id
}

function newConversation(groupingType: Desk['groupingType']): ConversationTally {
  return { groupingType, channels: new Set(), phones: new Set(), topics: new Set(), messages: 0 }
}
