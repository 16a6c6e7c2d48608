import type { Communication } from '../conversations/domain/conversation.ts'
import type { Participant } from '../conversations/domain/model.ts'
import type { BridgedChange, ReactToBridged } from '../conversations/reactions.ts'
import { newOrderedSid } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { bridgeTo } from './bridging.ts'
import { appendMessages, type MessageRecord } from './commands/messages.ts'
import {
  type ClassicConversationRow,
  classicConversationTable,
  lockBridged,
  lockNamed,
  unbridge,
} from './conversation-rows.ts'
import { byAuthor } from './domain/party.ts'
import { forgetBridged } from './forgetting-rows.ts'
import { messageSidsAmong, messagesByCommunications } from './message-rows.ts'
import {
  type ClassicParticipantRow,
  classicParticipantTable,
  participantsOf,
  removeParticipants,
} from './participant-rows.ts'
import { serviceBySid } from './service-rows.ts'

/** Carries what happens in bridged conversations over to the classic service, in the same commit. */
export const mirrorBridged: ReactToBridged = async (tx, account, changes, now) => {
  const bridged = await holdBridged(tx, account, changes)
  for (const change of changes) await mirror({ tx, account, now }, change, bridged)
}

/** Deletes what the classic service has of a conversation that is being deleted. */
export async function forgetBridgedConversation(tx: Tx, account: number, conversationId: string): Promise<void> {
  const parameters = { account, conversationId }
  for (const statement of forgetBridged) await tx.run(statement, parameters)
  await tx.run(unbridge, parameters)
}

interface Mirroring {
  tx: Tx
  account: number
  now: number
}

/** All classic conversations that the changes may be about, locked in one order. */
async function holdBridged(
  tx: Tx,
  account: number,
  changes: readonly BridgedChange[],
): Promise<ClassicConversationRow[]> {
  const conversationIds = changes.map(({ conversationId }) => conversationId)
  const bridged = await tx.all(lockBridged, { account, conversationIds })
  const known = new Set(bridged.map(({ sid }) => sid))
  const named = [...new Set(changes.flatMap(namedSids))].filter((sid) => !known.has(sid))
  return named.length === 0 ? bridged : [...bridged, ...(await tx.all(lockNamed, { account, sids: named }))]
}

async function mirror(mirroring: Mirroring, change: BridgedChange, held: ClassicConversationRow[]): Promise<void> {
  const own = await ownOf(mirroring, change, held)
  const [latest] = own.toSorted((a, b) => b.updated_at - a.updated_at || (a.sid < b.sid ? 1 : -1))
  if (!latest) return
  for (const row of own) await mirrorParticipants(mirroring, change, row)
  const { tx, account } = mirroring
  const said = change.communications.filter(({ author }) => author.channel !== 'VOICE' && author.channel !== 'VIDEO')
  if (said.length === 0) return
  const known = await tx.all(messagesByCommunications, { account, communicationIds: said.map(({ id }) => id) })
  const mirrored = new Set(known.map(({ communication_id }) => communication_id))
  const fresh = said.filter(({ id }) => !mirrored.has(id))
  const taken = await takenSids(tx, account, fresh)
  const placed = Map.groupBy(fresh, ({ channelId }) => own.find(({ sid }) => sid === channelId) ?? latest)
  for (const [row, communications] of placed) {
    const participants = await tx.all(participantsOf, { account, conversationSid: row.sid })
    await appendMessages(
      mirroring,
      row,
      communications.map((communication) => recordOf(communication, participants, taken)),
    )
  }
}

/** Classic conversations that this one is bridged to; one that it names joins, and one is made where chat begins without any. */
async function ownOf(
  { tx, account, now }: Mirroring,
  change: BridgedChange,
  held: ClassicConversationRow[],
): Promise<ClassicConversationRow[]> {
  const { conversationId, serviceId } = change
  const bridged = held.filter((row) => row.conversation_id === conversationId && row.state !== 'closed')
  if (bridged.length > 0 || !hasChat(change)) return bridged
  const sids = namedSids(change)
  const named = held.find((row) => sids.includes(row.sid) && row.service_sid === serviceId && row.state !== 'closed')
  if (named) return [await bridgeTo(tx, account, named, conversationId)]
  if (!(await tx.get(serviceBySid, { account, sid: serviceId }))) return []
  const row: ClassicConversationRow = {
    account,
    sid: newOrderedSid('CH'),
    service_sid: serviceId,
    unique_name: null,
    friendly_name: change.name,
    attributes: '{}',
    messaging_service_sid: null,
    state: 'active',
    conversation_id: null,
    next_index: 0,
    created_at: now,
    updated_at: now,
  }
  await tx.insert(classicConversationTable, [row])
  return [await bridgeTo(tx, account, row, conversationId)]
}

async function mirrorParticipants(
  { tx, account, now }: Mirroring,
  { participants, removed }: BridgedChange,
  conversation: ClassicConversationRow,
): Promise<void> {
  const rows = await tx.all(participantsOf, { account, conversationSid: conversation.sid })
  const gone = rows.filter(({ participant_id }) => participant_id !== null && removed.includes(participant_id))
  if (gone.length > 0) await tx.run(removeParticipants, { account, sids: gone.map(({ sid }) => sid) })
  const linked: ClassicParticipantRow[] = []
  const added: ClassicParticipantRow[] = []
  for (const { participantId, identity } of participants.flatMap(identitiesOf)) {
    const known = rows.find((row) => row.identity === identity)
    if (!known) added.push(participantRow({ account, now, conversationSid: conversation.sid, identity, participantId }))
    else if (known.participant_id === null) linked.push({ ...known, participant_id: participantId })
  }
  await tx.insert(classicParticipantTable, added)
  await tx.update(classicParticipantTable, ['account', 'sid'], ['participant_id'], linked)
}

/** The ids of messages that communications bring along, as those of actions do, and that other messages have already. */
async function takenSids(tx: Tx, account: number, communications: readonly Communication[]): Promise<Set<string>> {
  const sids = communications.flatMap(({ resourceId }) => (isMessageSid(resourceId) ? [resourceId] : []))
  if (sids.length === 0) return new Set()
  return new Set((await tx.all(messageSidsAmong, { account, sids })).map(({ sid }) => sid))
}

function isMessageSid(text: string | null): text is string {
  return text !== null && /^IM[0-9a-f]{32}$/.test(text)
}

function recordOf(
  { id, conversationId, author, content, occurredAt, resourceId }: Communication,
  participants: readonly ClassicParticipantRow[],
  taken: ReadonlySet<string>,
): MessageRecord {
  const name = author.channel === 'CHAT' ? author.address : spelled(author)
  return {
    sid: isMessageSid(resourceId) && !taken.has(resourceId) ? resourceId : newOrderedSid('IM'),
    author: name,
    body: content.text,
    attributes: '{}',
    participantSid: byAuthor(participants, name)?.sid ?? null,
    conversationId,
    communicationId: id,
    // The carrier's own SID, so that what arrives once more through the bridge is known.
    resourceId: author.channel === 'CHAT' ? null : resourceId,
    at: occurredAt,
  }
}

/** As the published API names the author of a message from a phone. */
function spelled({ channel, address }: { channel: string; address: string }): string {
  const prefix = channel === 'WHATSAPP' || channel === 'RCS' ? `${channel.toLowerCase()}:` : ''
  return address.startsWith(prefix) ? address : prefix + address
}

function identitiesOf({ id, addresses }: Participant): { participantId: string; identity: string }[] {
  return addresses.flatMap(({ channel, address }) =>
    channel === 'CHAT' ? [{ participantId: id, identity: address }] : [],
  )
}

function hasChat({ participants, communications }: BridgedChange): boolean {
  return (
    communications.some(({ author }) => author.channel === 'CHAT') ||
    participants.some(({ addresses }) => addresses.some(({ channel }) => channel === 'CHAT'))
  )
}

function namedSids({ participants, communications }: BridgedChange): string[] {
  const ids = [
    ...communications.map(({ channelId }) => channelId),
    ...participants.flatMap(({ addresses }) => addresses.map(({ channelId }) => channelId)),
  ]
  return ids.filter((id): id is string => typeof id === 'string' && /^CH[0-9a-f]{32}$/.test(id))
}

function participantRow(of: {
  account: number
  now: number
  conversationSid: string
  identity: string
  participantId: string
}): ClassicParticipantRow {
  return {
    account: of.account,
    sid: newOrderedSid('MB'),
    conversation_sid: of.conversationSid,
    identity: of.identity,
    channel: null,
    address: null,
    proxy_address: null,
    role_sid: null,
    attributes: '{}',
    participant_id: of.participantId,
    last_read_index: null,
    last_read_timestamp: null,
    created_at: of.now,
    updated_at: of.now,
  }
}
