import type { EventNote } from '../events/append.ts'
import { recentDiagnostics } from '../events/debugger-list.ts'
import { eventPages } from '../events/event-pages.ts'
import type { HashAddress } from '../events/ignored-input.ts'
import { wireId } from '../kernel/ids.ts'
import { operationOf } from '../operations/operation.ts'
import { recentOperations } from '../operations/rows.ts'
import type { Reader } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import type { ConversationView } from './conversation-views.ts'
import { addressKey } from './domain/address.ts'
import type { SeenOperation } from './domain/check.ts'
import type { ConversationFacts, IntelligenceFacts, SeenCommunication } from './domain/diagnosis.ts'
import type { Message, MessageFacts } from './domain/message-diagnosis.ts'
import { stuckReason } from './domain/stuck.ts'
import { intelligenceLinksOf } from './intelligence-lane.ts'
import { communicationPages } from './list-rows.ts'
import { communicationOf } from './rows.ts'

interface Source {
  read: Reader
  cache: AccountCache
  account: number
  now: number
}

/** Tells what upper rooms know of a conversation that is read by intelligence configurations, by their wire ids. */
export type ReadIntelligence = (
  read: Reader,
  account: number,
  conversationId: string,
  links: readonly string[],
) => Promise<IntelligenceFacts>

/** What a diagnosis looks at, at most. */
const maxCommunications = 200
const maxEvents = 500
const maxOperations = 200
/** After every id: ids begin with a digit from 0 to 7. */
const afterAll = '8'
const dayMs = 24 * 60 * 60_000

/** Gathers what is stored about one conversation; a bounded number of rows of each kind. */
export async function conversationFacts(
  source: Source,
  view: ConversationView,
  readIntelligence: ReadIntelligence,
): Promise<ConversationFacts> {
  const { read, cache, account, now } = source
  const { conversation, snapshot, participants } = view
  const knowledge = await cache.know(read, account)
  const present = knowledge.configurations.get(conversation.configurationId)
  const configurationId = wireId('configuration', conversation.configurationId)
  return {
    now,
    status: conversation.lifecycle.status,
    configuration: {
      id: configurationId,
      deletedAt: present?.deletedAt ?? null,
      pinned: snapshot.body,
      current: present?.body ?? snapshot.body,
    },
    participants: participants.map(({ id, type, profileId, addresses }) => ({
      id: wireId('participant', id),
      type,
      profileId: profileId === null ? null : wireId('profile', profileId),
      addresses,
    })),
    communications: await latestCommunications(source, conversation.id),
    stuckReason: stuckReason(conversation.lifecycle, snapshot.rules),
    operations: await operationsOn(source, (subject) => subject === configurationId),
    diagnostics: await diagnosticsOf(source, conversation.id),
    intelligence: await readIntelligence(read, account, conversation.id, intelligenceLinksOf(view)),
    hasMemory: knowledge.activeStores.has(snapshot.body.memoryStoreId),
  }
}

export interface Expected {
  conversationId: string | null
  refusal: string | null
  winner: string | null
}

/** Gathers what there is to know about a message; `expected` is what traffic intake would make of it. */
export async function messageFacts(
  source: Source,
  hash: HashAddress,
  message: Message,
  expected: Expected,
): Promise<MessageFacts> {
  const { read, cache, account, now } = source
  const knowledge = await cache.know(read, account)
  const configurations = [...knowledge.configurations.values()].map(({ id, body, updatedAt, deletedAt }) => ({
    id: wireId('configuration', id),
    updatedAt,
    deletedAt,
    channelSettings: body.channelSettings,
  }))
  const keys = [message.from, message.to].map((address) => addressKey(message.channel, address))
  return {
    now,
    message,
    configurations,
    operations: await operationsOn(source, (subject) => subject.startsWith('conv_configuration_')),
    owned: { from: knowledge.owned.has(keys[0] ?? ''), to: knowledge.owned.has(keys[1] ?? '') },
    ...expected,
    ignored: await ignoredOf(source, new Set(keys.map((key) => hash(account, key)))),
  }
}

async function latestCommunications({ read, account }: Source, conversationId: string): Promise<SeenCommunication[]> {
  const rows = await read.all(communicationPages.previous.all, {
    account,
    conversationId,
    occurredAt: Number.MAX_SAFE_INTEGER,
    id: afterAll,
    limit: maxCommunications,
  })
  return rows.map(communicationOf).map(({ id, author, recipients, content, passive, resourceId, occurredAt }) => ({
    id: wireId('communication', id),
    channel: author.channel,
    passive,
    fromParticipant: author.participantId,
    from: author.address,
    to: recipients.map(({ address }) => address),
    text: content.text,
    resourceId,
    occurredAt,
  }))
}

async function operationsOn(
  { read, account }: Source,
  isMeant: (subject: string) => boolean,
): Promise<SeenOperation[]> {
  const rows = await read.all(recentOperations, { account, before: afterAll, limit: maxOperations })
  return rows
    .map(operationOf)
    .filter(({ subject, api }) => api === 'conversations' && isMeant(subject))
    .map(({ id, status, createdAt, error }) => ({
      id: wireId('conversationsOperation', id),
      status,
      createdAt,
      error: error?.detail ?? null,
    }))
}

async function diagnosticsOf(
  { read, account }: Source,
  conversationId: string,
): Promise<ConversationFacts['diagnostics']> {
  const rows = await read.all(eventPages.previous, {
    account,
    conversationId,
    n: Number.MAX_SAFE_INTEGER,
    limit: maxEvents,
  })
  return rows
    .filter(({ type, note }) => type === 'DIAGNOSTIC' && note !== null)
    .map(({ subject, note }) => {
      const { code = 0, others = [] } = JSON.parse(note ?? '{}') as EventNote
      return { code, ids: others.length > 0 ? others : subjectIds(subject, conversationId) }
    })
}

function subjectIds(subject: string, conversationId: string): string[] {
  return [subject === conversationId ? wireId('conversation', subject) : wireId('participant', subject)]
}

async function ignoredOf(
  { read, account, now }: Source,
  hashes: ReadonlySet<string>,
): Promise<MessageFacts['ignored']> {
  const entries = await recentDiagnostics({ read, account }, maxEvents)
  return entries
    .filter(({ at, details }) => at >= now - dayMs && namesAny(details.addresses, hashes))
    .map(({ id, errorCode, message, count }) => ({ id: wireId('event', id), code: errorCode ?? 0, message, count }))
}

function namesAny(addresses: unknown, hashes: ReadonlySet<string>): boolean {
  return Array.isArray(addresses) && addresses.some(({ hash }: { hash: string }) => hashes.has(hash))
}
