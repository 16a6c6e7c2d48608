import { type IdKind, wireId } from '../../kernel/ids.ts'

/** What the published debugger calls each kind of event. */
export const entryTypes = [
  'conversation.created',
  'conversation.updated',
  'conversation.deleted',
  'participant.created',
  'participant.updated',
  'participant.removed',
  'communication.created',
  'communication.updated',
  'rule.executed',
  'identifier.linked',
  'identifier.unlinked',
  'profile.merged',
  'profile.unmerged',
  'profile.mergeRefused',
  'profile.deleted',
  'memoryStore.deleted',
  'sharedIdentifier.added',
  'sharedIdentifier.removed',
  'import.created',
  'import.submitted',
  'import.ended',
  'diagnostic',
] as const
export type EntryType = (typeof entryTypes)[number]

/** Which part of the product tells of it. */
export const entrySources = ['conversation-orchestrator', 'conversation-intelligence', 'conversation-memory'] as const
export type EntrySource = (typeof entrySources)[number]

export const entryLevels = ['info', 'warning', 'error'] as const
export type EntryLevel = (typeof entryLevels)[number]

/** What came back where a profile could not be had, as an HTTP status and in words. */
export interface ErrorReason {
  status: number
  message: string
}

/** What a code of the debugger means. */
export interface Explanation {
  level: EntryLevel
  message: string
  errorReason?: ErrorReason
}

/** One line of the debugger: an event of a conversation, or a diagnostic. It holds no text and no address. */
export interface Entry {
  /** Without prefix, as is `conversationId`. */
  id: string
  type: EntryType
  level: EntryLevel
  /** Business time. */
  at: number
  /** Empty for what happened by itself. */
  requestId: string
  conversationId: string | null
  /** Wire id of what it is about. */
  resource: string | null
  status: string | null
  participantType: string | null
  /** Wire id of the participant who wrote or said it. */
  author: string | null
  errorCode: number | null
  errorReason: ErrorReason | null
  channel: string | null
  /** How often it happened, where it stands for several. */
  count: number
  details: Record<string, unknown>
  message: string
}

/** What entries are asked for; all that is given must hold. */
export interface EntryFilter {
  type?: EntryType
  level?: EntryLevel
  source?: EntrySource
  /** Without prefix. */
  conversationId?: string
  /** A wire id. */
  resourceId?: string
  requestId?: string
  errorCode?: number
  status?: string
  /** Epoch milliseconds of business time, both inclusive. */
  from?: number
  to?: number
  /** A part of the message, whatever its case. */
  text?: string
}

/** Events as they are stored, by the type that they are recorded under. */
export interface RecordedEvent {
  id: string
  type: string
  conversationId: string
  /** Without prefix. */
  subject: string
  requestId: string
  at: number
  note: {
    status?: string
    cause?: string
    code?: number
    others?: string[]
    standing?: string
    participantType?: string
    author?: string
  }
}

const typeNames: Readonly<Record<string, EntryType>> = {
  CONVERSATION_CREATED: 'conversation.created',
  CONVERSATION_UPDATED: 'conversation.updated',
  CONVERSATION_DELETED: 'conversation.deleted',
  PARTICIPANT_ADDED: 'participant.created',
  PARTICIPANT_UPDATED: 'participant.updated',
  PARTICIPANT_REMOVED: 'participant.removed',
  COMMUNICATION_CREATED: 'communication.created',
  COMMUNICATION_UPDATED: 'communication.updated',
  RULE_EXECUTED: 'rule.executed',
  IDENTIFIER_LINKED: 'identifier.linked',
  IDENTIFIER_UNLINKED: 'identifier.unlinked',
  PROFILE_MERGED: 'profile.merged',
  PROFILE_UNMERGED: 'profile.unmerged',
  MERGE_REFUSED: 'profile.mergeRefused',
  PROFILE_ERASED: 'profile.deleted',
  STORE_ERASED: 'memoryStore.deleted',
  SHARED_IDENTIFIER_ADDED: 'sharedIdentifier.added',
  SHARED_IDENTIFIER_REMOVED: 'sharedIdentifier.removed',
  IMPORT_CREATED: 'import.created',
  IMPORT_SUBMITTED: 'import.submitted',
  IMPORT_ENDED: 'import.ended',
}

/** What memory tells comes with words of its own. */
const memoryTypes = /^(identifier|profile|memoryStore|sharedIdentifier|import)\./

const messages: Readonly<Partial<Record<EntryType, string>>> = {
  'conversation.created': 'The conversation was created.',
  'conversation.updated': 'The conversation was changed.',
  'conversation.deleted': 'The conversation was deleted.',
  'participant.created': 'A participant joined.',
  'participant.updated': 'A participant was changed.',
  'participant.removed': 'A participant left.',
  'communication.created': 'A communication was added.',
  'communication.updated': 'A communication was changed.',
  'rule.executed': 'An intelligence rule was executed.',
}

/** Whether memory tells of it, rather than a conversation. */
export function isOfMemory(type: EntryType): boolean {
  return memoryTypes.test(type)
}

export function sourceOf(type: EntryType): EntrySource {
  if (type === 'rule.executed') return 'conversation-intelligence'
  return isOfMemory(type) ? 'conversation-memory' : 'conversation-orchestrator'
}

/** The debugger's name of a recorded event's type. */
export function entryType(recorded: string): EntryType {
  return typeNames[recorded] ?? 'diagnostic'
}

/** An event of a conversation as the debugger shows it. */
export function entryOf(event: RecordedEvent, explain: (code: number) => Explanation): Entry {
  const { status, cause, code, others, standing, participantType, author } = event.note
  const type = entryType(event.type)
  const explained = code === undefined ? undefined : explain(code)
  return {
    id: event.id,
    type,
    level: explained?.level ?? 'info',
    at: event.at,
    requestId: event.requestId,
    conversationId: event.conversationId,
    resource: wireId(subjectKind(event), event.subject),
    status: status ?? standing ?? null,
    participantType: participantType ?? null,
    author: author === undefined ? null : wireId('participant', author),
    errorCode: code ?? null,
    errorReason: explained?.errorReason ?? null,
    channel: null,
    count: 1,
    details: { ...(cause === undefined ? {} : { cause }), ...(others === undefined ? {} : { others }) },
    message: explained?.message ?? messageOf(type, status, cause),
  }
}

/** Whether the entry is one of those that are asked for. */
export function matchesFilter(entry: Entry, filter: EntryFilter): boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter
  return (
    same(filter.type, entry.type) &&
    same(filter.level, entry.level) &&
    same(filter.source, sourceOf(entry.type)) &&
    same(filter.conversationId, entry.conversationId) &&
    same(filter.resourceId, entry.resource) &&
    same(filter.requestId, entry.requestId) &&
    same(filter.errorCode, entry.errorCode) &&
    same(filter.status, entry.status) &&
    entry.at >= from &&
    entry.at <= to &&
    (filter.text === undefined || entry.message.toLowerCase().includes(filter.text.toLowerCase()))
  )
}

/** Whether a filter can only ever be met by diagnostics. */
export function asksForDiagnostics({ type, level, source, errorCode }: EntryFilter): boolean {
  return (
    type === 'diagnostic' ||
    (type !== undefined && isOfMemory(type)) ||
    source === 'conversation-memory' ||
    errorCode !== undefined ||
    (level !== undefined && level !== 'info')
  )
}

function same<T>(asked: T | undefined, found: T | null): boolean {
  return asked === undefined || asked === found
}

/** What kind of thing an event of a conversation is about; a diagnostic is about a participant, or the conversation as a whole. */
export function subjectKind({
  type,
  subject,
  conversationId,
}: Pick<RecordedEvent, 'type' | 'subject' | 'conversationId'>): IdKind {
  if (subject === conversationId) return 'conversation'
  if (type === 'RULE_EXECUTED') return 'intelligenceRule'
  return type.startsWith('COMMUNICATION') ? 'communication' : 'participant'
}

function messageOf(type: EntryType, status: string | undefined, cause: string | undefined): string {
  if (status === undefined) return messages[type] ?? 'Something worth knowing happened.'
  return `The conversation became ${status}${cause === undefined ? '' : ` (${cause})`}.`
}
