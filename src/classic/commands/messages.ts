import { type CommandContext, type Request, type Working, work } from '../../conversations/commands/working.ts'
import type { Communication, Recipient } from '../../conversations/domain/conversation.ts'
import type { CompactTrace } from '../../conversations/domain/trace.ts'
import { communicationById, communicationOf } from '../../conversations/rows.ts'
import type { Unit } from '../../conversations/unit.ts'
import { assert } from '../../kernel/assert.ts'
import { Failure } from '../../kernel/failure.ts'
import { newId, newOrderedSid } from '../../kernel/ids.ts'
import { LostRace } from '../../store/store.ts'
import { admitParty, type Held, hold } from '../bridging.ts'
import { type ClassicConversationRow, classicConversationTable } from '../conversation-rows.ts'
import { strangerType } from '../domain/participant-type.ts'
import { bindingChannel, byAuthor } from '../domain/party.ts'
import { type ConversationPath, requireConversation, requireMessage } from '../finding.ts'
import { type ClassicMessageRow, classicMessageTable, lockMessage, removeMessage } from '../message-rows.ts'
import type { Party } from '../parties.ts'
import { sendingTable } from '../sending-rows.ts'
import { closed } from './participants.ts'

export interface NewMessage {
  /** An identity or a bound address; who does not take part may write too. */
  author: string
  body: string
  attributes?: string
  /** Epoch milliseconds, of a message that is brought from elsewhere; else now. */
  occurredAt?: number
}

export interface MessageFields {
  author?: string
  body?: string
  attributes?: string
}

/** Stores a message here and, where the service is bridged, as a communication, in one commit. */
export function postMessage(
  context: CommandContext,
  request: Request,
  path: ConversationPath,
  input: NewMessage,
): Promise<ClassicMessageRow> {
  const sid = newOrderedSid('IM')
  return work(context, request, async (working) => {
    const seen = await requireConversation(working.tx, working.account, path)
    const held = await hold(working, seen, () => true)
    return say(working, held, { sid, ...input })
  })
}

/** Appends a message to a conversation that is held. Throws when that is closed. */
export async function say(
  working: Working,
  { row, unit, parties }: Held,
  message: NewMessage & { sid: string; resourceId?: string },
): Promise<ClassicMessageRow> {
  if (row.state === 'closed') throw closed(row.sid)
  const author = byAuthor(
    parties.flatMap((party) => (party.row === null ? [] : [party.row])),
    message.author,
  )
  const communication = unit && (await communicate(working, unit, { row, parties, message, authorSid: author?.sid }))
  const record: MessageRecord = {
    sid: message.sid,
    author: message.author,
    body: message.body,
    attributes: message.attributes ?? '{}',
    participantSid: author?.sid ?? null,
    conversationId: communication?.conversationId ?? null,
    communicationId: communication?.id ?? null,
    resourceId: message.resourceId ?? null,
    at: message.occurredAt ?? working.now,
  }
  const [appended] = await appendMessages(working, row, [record])
  assert(appended, 'a message that was appended is there')
  await sendToPhones(working, parties, appended)
  return appended
}

/** Whoever is bound by a phone gets what others say from the proxy address of the binding. */
async function sendToPhones({ tx, account, now }: Working, parties: readonly Party[], message: ClassicMessageRow) {
  const phones = parties.flatMap(({ row }) =>
    row === null || row.address === null || row.sid === message.participant_sid ? [] : [row],
  )
  const sendings = phones.map((phone) => ({
    account,
    message_sid: message.sid,
    participant_sid: phone.sid,
    conversation_id: message.conversation_id,
    channel: bindingChannel(phone.address ?? ''),
    sender: phone.proxy_address ?? '',
    recipient: phone.address ?? '',
    body: message.body ?? '',
    tries: 0,
    due_at: now,
  }))
  await tx.insert(sendingTable, sendings)
}

export interface MessageRecord {
  sid: string
  author: string
  body: string
  attributes: string
  participantSid: string | null
  conversationId: string | null
  communicationId: string | null
  resourceId: string | null
  at: number
}

/** Gives messages their places. The conversation's row is locked. */
export async function appendMessages(
  { tx, account, now }: Pick<Working, 'tx' | 'account' | 'now'>,
  conversation: ClassicConversationRow,
  records: readonly MessageRecord[],
): Promise<ClassicMessageRow[]> {
  const { sid, next_index } = conversation
  const rows = records.map(
    (record, at): ClassicMessageRow => ({
      account,
      sid: record.sid,
      conversation_sid: sid,
      place: next_index + at,
      author: record.author,
      body: record.body,
      attributes: record.attributes,
      participant_sid: record.participantSid,
      conversation_id: record.conversationId,
      communication_id: record.communicationId,
      resource_id: record.resourceId,
      created_at: record.at,
      updated_at: record.at,
    }),
  )
  await tx.insert(classicMessageTable, rows)
  const grown = { account, sid, next_index: next_index + rows.length, updated_at: now }
  await tx.update(classicConversationTable, ['account', 'sid'], ['next_index', 'updated_at'], [grown])
  return rows
}

/** Changes a message, and what the bridged conversation says was said while that is not CLOSED. */
export function updateMessage(
  context: CommandContext,
  request: Request,
  path: ConversationPath & { message: string },
  fields: MessageFields,
): Promise<ClassicMessageRow> {
  return work(context, request, async (working) => {
    const { tx, account, now } = working
    const conversation = await requireConversation(tx, account, path)
    const seen = await requireMessage(tx, account, conversation, path.message)
    const unit = fields.body === undefined ? undefined : await holdBridged(working, seen)
    const known = await tx.get(lockMessage, { account, sid: seen.sid })
    if (!known) throw new LostRace()
    if (unit && fields.body !== undefined && fields.body !== known.body) {
      await rewrite(working, unit, known, fields.body)
    }
    const row: ClassicMessageRow = {
      ...known,
      author: fields.author ?? known.author,
      body: fields.body ?? known.body,
      attributes: fields.attributes ?? known.attributes,
      updated_at: now,
    }
    await tx.update(classicMessageTable, ['account', 'sid'], ['author', 'body', 'attributes', 'updated_at'], [row])
    return row
  })
}

/** Deletes a message here. The communication stays: a conversation does not lose what was said in it. */
export async function deleteMessage(
  { store }: CommandContext,
  { account }: Request,
  path: ConversationPath & { message: string },
): Promise<void> {
  await store.transact(async (tx) => {
    const conversation = await requireConversation(tx, account, path)
    const { sid } = await requireMessage(tx, account, conversation, path.message)
    await tx.run(removeMessage, { account, sid })
  })
}

/** The conversation in which the message is a communication, as far as it can be changed there. */
async function holdBridged({ work }: Working, { conversation_id: id }: ClassicMessageRow): Promise<Unit | undefined> {
  if (id === null) return undefined
  await work.load([id], true)
  work.settleAll()
  const unit = work.unit(id)
  return unit?.conversation.lifecycle.status === 'CLOSED' ? undefined : unit
}

async function rewrite(
  { tx, account, work, now }: Working,
  unit: Unit,
  { communication_id: id }: ClassicMessageRow,
  text: string,
): Promise<void> {
  const row = id === null ? undefined : await tx.get(communicationById, { account, id })
  if (!row) return
  const communication = communicationOf(row)
  work.changeCommunication(unit, { ...communication, content: { ...communication.content, text }, updatedAt: now })
}

async function communicate(
  working: Working,
  unit: Unit,
  {
    row,
    parties,
    message,
    authorSid,
  }: {
    row: ClassicConversationRow
    parties: readonly Party[]
    message: NewMessage & { sid: string }
    authorSid: string | undefined
  },
): Promise<Communication> {
  const { work, now, settings } = working
  const author =
    parties.find((party) => party.row !== null && party.row.sid === authorSid) ??
    ({ channel: 'CHAT', address: message.author, type: strangerType(message.author), row: null } satisfies Party)
  const everybody = [author, ...parties.filter((party) => party !== author && party.row !== null)]
  const ids: string[] = []
  for (const party of everybody) ids.push(await admitParty(working, unit, party))
  if (unit.participants.length > settings.limits.participants) {
    throw new Failure('limit', `A conversation has at most ${settings.limits.participants} participants.`)
  }
  const types = ids.map((id) => unit.participants.find((participant) => participant.id === id)?.type ?? 'UNKNOWN')
  const trace: CompactTrace = { m: 'BRIDGE', t: types }
  const [authorId = ''] = ids
  const communication: Communication = {
    id: newId(),
    conversationId: unit.conversation.id,
    author: { participantId: authorId, channel: author.channel, address: author.address },
    recipients: everybody.slice(1).map(
      ({ channel, address }, at): Recipient => ({
        participantId: ids[at + 1] ?? '',
        channel,
        address,
        deliveryStatus: channel === 'CHAT' ? 'DELIVERED' : 'IN_PROGRESS',
      }),
    ),
    content: { type: 'TEXT', text: message.body },
    channelId: row.sid,
    resourceId: message.sid,
    passive: false,
    occurredAt: message.occurredAt ?? now,
    createdAt: now,
    updatedAt: now,
    trace: JSON.stringify(trace),
  }
  work.append(unit, communication)
  return communication
}
