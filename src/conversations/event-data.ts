import type { EventNote, EventType } from '../events/append.ts'
import type { AccountKnowledge } from './account-cache.ts'
import type { ConversationView } from './conversation-views.ts'
import type { Communication } from './domain/conversation.ts'
import type { Participant, Status } from './domain/model.ts'
import { presentCommunication, presentConversation, presentParticipant } from './http/present.ts'

/** What an event is about, if not the conversation itself. */
export interface EventSubject {
  participant?: Participant
  communication?: Communication
  note?: EventNote
  told?: Told
}

/** What is told to one owner's targets, not to status callbacks. */
export interface Told {
  /** Without prefix: what the event is about. */
  ownerId: string
  targetIds: readonly string[]
  /** What its webhooks carry. */
  data: object
}

/** What the debugger is told beside an event: what it can be searched by. No text and no address. */
export function noteOf(type: EventType, status: Status, { participant, communication, note }: EventSubject): EventNote {
  if (note) return note
  if (communication) return { author: communication.author.participantId }
  if (participant && type !== 'DIAGNOSTIC') return { participantType: participant.type }
  return { standing: status }
}

/** The targets that hear of a conversation: its own where it has any list of its own, else its configuration's present ones. */
export function followersOf(
  { conversation }: Pick<ConversationView, 'conversation'>,
  knowledge: AccountKnowledge,
): readonly string[] {
  if (conversation.overrides.statusCallbacks) return conversation.overrides.targetIds ?? []
  return knowledge.targets.get(conversation.configurationId) ?? []
}

/** The resource of an event, exactly as the API answers it. */
export function eventData(
  type: EventType,
  view: ConversationView,
  { participant, communication, told }: EventSubject,
  knowledge: AccountKnowledge,
): object {
  if (told) return told.data
  if (type.startsWith('PARTICIPANT') && participant) {
    return presentParticipant(view.conversation.id, knowledge.sid, participant)
  }
  if (type.startsWith('COMMUNICATION') && communication) return presentCommunication(knowledge.sid, communication)
  return presentConversation(knowledge.sid, view, knowledge)
}
