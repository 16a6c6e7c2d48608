import { type ObservedMessage, type StatusReport, wireAddress } from '../carriers/domain/message.ts'
import type { Foresee } from '../carriers/message-traffic.ts'
import type { TrafficResult } from '../conversations/commands/traffic-result.ts'
import { type CommandContext, work } from '../conversations/commands/working.ts'
import { diagnostics } from '../conversations/domain/diagnostics.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import { newOrderedSid } from '../kernel/ids.ts'
import { LostRace } from '../store/store.ts'
import { hold } from './bridging.ts'
import { say } from './commands/messages.ts'
import { conversationBySid } from './conversation-rows.ts'
import { type ClassicMessageRow, messageByResource } from './message-rows.ts'
import { participantByBinding } from './participant-rows.ts'
import type { Presence } from './presence.ts'
import { statusItem } from './sending.ts'
import { sendingBetween, sendingByCarrierId } from './sending-rows.ts'

/**
 * Takes messages of bound phones before the capture rules are asked, so that none is taken twice: the bridge goes first. What
 * a service that nothing bridges has taken is left to the rules as well.
 */
export function foreseeBound(context: CommandContext, presence: Presence): Foresee {
  return {
    applies: (account) => presence.of(account),
    message: (cause, message) => take(context, cause, message),
    report: (account, report) => reportOf(context, account, report),
  }
}

async function take(
  context: CommandContext,
  cause: { account: number; requestId: string },
  message: ObservedMessage,
): Promise<TrafficResult | undefined> {
  const { read } = context.store
  const { account } = cause
  const { messageId, channel, direction, from, to, text, occurredAt } = message
  if (direction !== 'INBOUND') {
    if (await read.get(sendingByCarrierId, { account, messageId })) return duplicate
    const known = await read.get(messageByResource, { account, resourceId: messageId })
    if (known) return known.communication_id === null ? undefined : resultOf(known, 'DUPLICATE')
    const between = { sender: wireAddress(channel, from), recipient: wireAddress(channel, to[0] ?? '') }
    return (await read.get(sendingBetween, { account, ...between, body: text })) ? beingSent : undefined
  }
  const proxy = to[0]
  if (proxy === undefined) return undefined
  const binding = { account, address: wireAddress(channel, from), proxyAddress: wireAddress(channel, proxy) }
  // Of a phone that is bound no more the capture rules know what was said by its id.
  const phone = await read.get(participantByBinding, binding)
  if (!phone) return undefined
  const known = await read.get(messageByResource, { account, resourceId: messageId })
  if (known) return known.communication_id === null ? undefined : resultOf(known, 'DUPLICATE')
  const sid = newOrderedSid('IM')
  const said = await work(context, cause, async (working) => {
    const { tx } = working
    const again = await tx.get(messageByResource, { account, resourceId: messageId })
    if (again) return again
    const bound = await tx.get(participantByBinding, binding)
    const seen = bound && (await tx.get(conversationBySid, { account, sid: bound.conversation_sid }))
    if (!seen || seen.state === 'closed') return undefined
    const held = await hold(working, seen, () => true)
    // Until it was held another node may have taken the message or unbound the phone.
    const isTaken = (await tx.get(messageByResource, { account, resourceId: messageId })) !== undefined
    if (isTaken || held.parties.every(({ row }) => row?.sid !== bound.sid)) throw new LostRace()
    const at = occurredAt == null ? {} : { occurredAt }
    return say(working, held, { sid, author: binding.address, body: text, resourceId: messageId, ...at })
  })
  return said && said.communication_id !== null
    ? resultOf(said, said.sid === sid ? 'CAPTURED' : 'DUPLICATE')
    : undefined
}

/** What a report about a message of ours says of the communication that it is. */
async function reportOf(
  { store }: CommandContext,
  account: number,
  { messageId, status }: StatusReport,
): Promise<TrafficItem | undefined> {
  const sent = await store.read.get(sendingByCarrierId, { account, messageId })
  return sent && statusItem(sent.message_sid, sent, status)
}

const duplicate: TrafficResult = {
  outcome: 'DUPLICATE',
  conversationId: null,
  communicationId: null,
  created: false,
  reason: diagnostics.duplicate,
  trace: null,
}

/** Its id is not known yet: the carrier's answer is not saved. What is reported of it waits. */
const beingSent: TrafficResult = { ...duplicate, outcome: 'NOT_CAPTURED', reason: diagnostics.unknownResource }

function resultOf(row: ClassicMessageRow, outcome: 'CAPTURED' | 'DUPLICATE'): TrafficResult {
  return {
    ...duplicate,
    outcome,
    conversationId: row.conversation_id,
    communicationId: row.communication_id,
    reason: outcome === 'DUPLICATE' ? diagnostics.duplicate : null,
  }
}
