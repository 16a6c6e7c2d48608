import type { Api } from './api.ts'
import type { Status } from './conversation-list.ts'

/** One conversation from its beginning to its end, as the API tells it. */
export interface Story {
  conversationId: string
  groupingType: string
  status: Status
  participants: StoryParticipant[]
  /** In order of time. */
  moments: Moment[]
  /** Communications beyond those that are told. */
  untold: number
}

export interface StoryParticipant {
  id: string
  name: string
  type: string
  profileId: string | null
  addresses: { channel: string; address: string }[]
}

/** Times are ISO 8601. */
export type Moment = { at: string } & (
  | { kind: 'STATUS'; status: Status }
  | { kind: 'PARTICIPANT_ADDED' | 'PARTICIPANT_UPDATED'; participantId: string }
  | { kind: 'COMMUNICATION'; communication: StoryCommunication; trace: StoryTrace }
  | { kind: 'DIAGNOSTIC'; message: string }
)

export interface StoryCommunication {
  id: string
  author: { address: string; channel: string; participantId: string }
  content: { type: string; text: string; transcription?: { confidence?: number } }
}

/** What `GET /skein/v1/Communications/{id}/Trace` tells, as far as the demo shows it. */
export interface StoryTrace {
  mode: string
  decision: 'CREATED' | 'JOINED'
  rule: { channel: string; index: number; from: string; to: string } | null
  evidence: string | null
  parties: { address: string; type: string; profileId: string | null; foundBy: string | null }[]
  keys: string[]
  joinedBy: string | null
  clock: { channel: string; liveUntil: string | null; doneAt: string | null }
}

interface TimelineEvent {
  type: string
  subject: string
  at: string
  diagnostic: { message: string } | null
}

const maxCommunications = 60
const pageSize = 1000

/** Fetches a conversation with its timeline and the trace of each of its first communications. */
export async function fetchStory(api: Api, conversationId: string): Promise<Story> {
  const path = `/v2/Conversations/${conversationId}`
  const conversation = await api.get<{
    status: Status
    configuration: { conversationGroupingType: string }
    participants: StoryParticipant[]
  }>(path)
  const { communications } = await api.get<{ communications: StoryCommunication[] }>(
    `${path}/Communications?pageSize=${pageSize}`,
  )
  const { events } = await api.get<{ events: TimelineEvent[] }>(
    `/skein/v1/Conversations/${conversationId}/Timeline?pageSize=${pageSize}`,
  )
  const told = new Map<string, { communication: StoryCommunication; trace: StoryTrace }>()
  for (const communication of communications.slice(0, maxCommunications)) {
    const { trace } = await api.get<{ trace: StoryTrace }>(`/skein/v1/Communications/${communication.id}/Trace`)
    told.set(communication.id, { communication, trace })
  }
  return {
    conversationId,
    groupingType: conversation.configuration.conversationGroupingType,
    status: conversation.status,
    participants: conversation.participants,
    moments: momentsOf(events, conversation.status, told),
    untold: communications.length - told.size,
  }
}

/**
 * Turns the events of a timeline into moments. The timeline tells that a conversation was updated, not to which status: in
 * traffic it becomes INACTIVE and ACTIVE by turns, and the last update leads to the status it has now.
 */
export function momentsOf(
  events: readonly TimelineEvent[],
  status: Status,
  told: ReadonlyMap<string, { communication: StoryCommunication; trace: StoryTrace }>,
): Moment[] {
  const lastUpdate = events.findLast(({ type }) => type === 'CONVERSATION_UPDATED')
  let current: Status = 'ACTIVE'
  return events.flatMap((event): Moment[] => {
    const { type, subject, at, diagnostic } = event
    switch (type) {
      case 'CONVERSATION_CREATED':
        return [{ at, kind: 'STATUS', status: 'ACTIVE' }]
      case 'CONVERSATION_UPDATED':
        current = event === lastUpdate ? status : current === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE'
        return [{ at, kind: 'STATUS', status: current }]
      case 'PARTICIPANT_ADDED':
      case 'PARTICIPANT_UPDATED':
        return [{ at, kind: type, participantId: subject }]
      case 'COMMUNICATION_CREATED': {
        const found = told.get(subject)
        return found ? [{ at, kind: 'COMMUNICATION', ...found }] : []
      }
      default:
        return diagnostic ? [{ at, kind: 'DIAGNOSTIC', message: diagnostic.message }] : []
    }
  })
}
