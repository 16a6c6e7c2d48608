import { addressKey, addressProblem, callTypeOf, capturedForm } from './address.ts'
import type { Content } from './conversation.ts'
import type { Reason } from './diagnostics.ts'
import type { CallType, Channel, DeliveryStatus } from './model.ts'

export const trafficKinds = ['COMMUNICATION', 'DELIVERY', 'STREAM_STARTED', 'STREAM_STOPPED'] as const
export type TrafficKind = (typeof trafficKinds)[number]

/** One unit of traffic as a source hands it over, its types checked but not its meaning. */
export interface TrafficItem {
  kind?: TrafficKind
  channel?: Channel
  from?: string
  /** What the sender is called. */
  fromName?: string | null
  /** Further addresses of the sender on this channel. */
  fromAliases?: string[]
  to?: string | string[]
  content?: Content
  resourceId?: string | null
  channelId?: string | null
  callType?: CallType | 'SIP' | null
  chatService?: string | null
  direction?: 'INBOUND' | 'OUTBOUND' | null
  deliveryStatus?: DeliveryStatus | null
  callEnded?: boolean | null
  /** Who speaks for the business side of a call: it joins as this where it would as AGENT. */
  agentType?: AgentType | null
  /** The address of the person to whom an AI agent handed the call over. */
  agentAddress?: string | null
  occurredAt?: string | null
  conversationId?: string | null
  configurationId?: string | null
}

export interface Side {
  /** As captured traffic stores it: plain. */
  address: string
  key: string
}

/** Who an event comes from, with what the source knows of him beside his address. */
export interface Sender extends Side {
  name?: string
  others?: Side[]
}

interface Routing {
  /** Wire ids, as given. */
  conversationId?: string
  configurationId?: string
}

export const agentTypes = ['AI_AGENT', 'HUMAN_AGENT'] as const
export type AgentType = (typeof agentTypes)[number]

/** Who speaks for the business side of a call, as far as its source knows. */
export interface CallAgent {
  type: AgentType
  side?: Side
}

interface Sides extends Routing {
  channel: Channel
  from: Sender
  to: Side[]
  callType?: CallType
  chatService?: string
  direction?: 'INBOUND' | 'OUTBOUND'
  agent?: CallAgent
}

export interface ObservedCommunication extends Sides {
  kind: 'COMMUNICATION'
  content: Content
  resourceId: string | null
  channelId: string | null
  deliveryStatus: DeliveryStatus | null
  occurredAt: number | null
}

export interface ObservedDelivery {
  kind: 'DELIVERY'
  resourceId: string
  deliveryStatus: DeliveryStatus
  /** Keys of the recipients that it speaks of; empty: all of them. */
  recipients: string[]
}

export interface ObservedStreamStart extends Sides {
  kind: 'STREAM_STARTED'
  channelId: string
}

export interface ObservedStreamStop {
  kind: 'STREAM_STOPPED'
  channelId: string
  /** The call itself is known to be over, so no further stream is waited for. */
  callOver: boolean
}

export type Observed = ObservedCommunication | ObservedDelivery | ObservedStreamStart | ObservedStreamStop

/** Reads an item's meaning. Answers the reason when it cannot be taken, naming the field. */
export function observe(
  item: TrafficItem,
  isOwned: (key: string) => boolean,
): { observed: Observed } | { refused: Reason } {
  switch (item.kind ?? 'COMMUNICATION') {
    case 'COMMUNICATION':
      return observeCommunication(item, isOwned)
    case 'DELIVERY':
      return observeDelivery(item)
    case 'STREAM_STARTED':
      return observeStreamStart(item, isOwned)
    case 'STREAM_STOPPED':
      return item.channelId
        ? { observed: { kind: 'STREAM_STOPPED', channelId: item.channelId, callOver: item.callEnded === true } }
        : { refused: missing('channelId') }
  }
}

/** Whether a delivery status may follow another: reports arrive in any order, and what was delivered stays so. */
export function supersedes(next: DeliveryStatus, known: DeliveryStatus | null): boolean {
  return known === null || deliveryRank[next] > deliveryRank[known]
}

const deliveryRank: Record<DeliveryStatus, number> = {
  INITIATED: 0,
  IN_PROGRESS: 1,
  FAILED: 2,
  DELIVERED: 3,
  COMPLETED: 3,
  READ: 4,
}

type Refusal = { refused: Reason }

function observeCommunication(item: TrafficItem, isOwned: (key: string) => boolean): { observed: Observed } | Refusal {
  const sides = observeSides(item, item.channel, isOwned)
  if ('refused' in sides) return sides
  if (!item.content) return { refused: missing('content') }
  const occurredAt = item.occurredAt == null ? null : Date.parse(item.occurredAt)
  if (Number.isNaN(occurredAt))
    return { refused: { code: 20001, field: 'occurredAt', message: 'occurredAt is not a date' } }
  return {
    observed: {
      ...sides,
      kind: 'COMMUNICATION',
      content: item.content,
      resourceId: item.resourceId ?? null,
      channelId: item.channelId ?? null,
      deliveryStatus: item.deliveryStatus ?? null,
      occurredAt,
    },
  }
}

function observeDelivery(item: TrafficItem): { observed: Observed } | Refusal {
  const { resourceId, deliveryStatus, channel, to } = item
  if (!resourceId) return { refused: missing('resourceId') }
  if (!deliveryStatus) return { refused: missing('deliveryStatus') }
  if (to !== undefined && channel === undefined) return { refused: missing('channel') }
  const recipients = channel === undefined ? [] : listOf(to).map((address) => addressKey(channel, address))
  return { observed: { kind: 'DELIVERY', resourceId, deliveryStatus, recipients } }
}

function observeStreamStart(item: TrafficItem, isOwned: (key: string) => boolean): { observed: Observed } | Refusal {
  if (!item.channelId) return { refused: missing('channelId') }
  if (item.channel !== undefined && item.channel !== 'VOICE') {
    return { refused: { code: 20001, field: 'channel', message: 'channel must be VOICE: only calls have streams' } }
  }
  const sides = observeSides(item, 'VOICE', isOwned)
  return 'refused' in sides ? sides : { observed: { ...sides, kind: 'STREAM_STARTED', channelId: item.channelId } }
}

function observeSides(
  item: TrafficItem,
  channel: Channel | undefined,
  isOwned: (key: string) => boolean,
): Sides | Refusal {
  const recipients = listOf(item.to)
  if (channel === undefined) return { refused: missing('channel') }
  if (item.from === undefined) return { refused: missing('from') }
  if (recipients.length === 0) return { refused: missing('to') }
  const problem =
    firstProblem(channel, item.from, recipients) ?? agentProblem(channel, item) ?? aliasProblem(channel, item)
  if (problem) return { refused: problem }
  const first = recipients[0] as string
  return {
    channel,
    from: senderOf(channel, item.from, item),
    to: distinct(recipients.map((address) => sideOf(channel, address))),
    ...(channel === 'VOICE' ? { callType: callTypeOfItem(item, item.from, first, isOwned) } : {}),
    ...(item.chatService ? { chatService: item.chatService } : {}),
    ...(item.direction ? { direction: item.direction } : {}),
    ...(channel === 'VOICE' && item.agentType ? { agent: agentOf(item.agentType, item.agentAddress) } : {}),
    ...(item.conversationId ? { conversationId: item.conversationId } : {}),
    ...(item.configurationId ? { configurationId: item.configurationId } : {}),
  }
}

function callTypeOfItem(item: TrafficItem, from: string, to: string, isOwned: (key: string) => boolean): CallType {
  if (item.callType) return item.callType === 'SIP' ? 'PUBLIC_SIP' : item.callType
  return callTypeOf({ from, to, isOwned })
}

function firstProblem(channel: Channel, from: string, to: readonly string[]): Reason | undefined {
  const fields: [string, string][] = [['from', from], ...to.map((address): [string, string] => ['to', address])]
  for (const [field, address] of fields) {
    const problem = addressProblem(channel, address)
    if (problem) return { code: problem.code, field, message: `${field} ${problem.message}` }
  }
  return undefined
}

function agentProblem(channel: Channel, { agentAddress }: TrafficItem): Reason | undefined {
  const problem = agentAddress ? addressProblem(channel, agentAddress) : undefined
  return problem && { code: problem.code, field: 'agentAddress', message: `agentAddress ${problem.message}` }
}

function aliasProblem(channel: Channel, { fromAliases }: TrafficItem): Reason | undefined {
  for (const alias of fromAliases ?? []) {
    const problem = addressProblem(channel, alias)
    if (problem) return { code: problem.code, field: 'fromAliases', message: `fromAliases: ${problem.message}` }
  }
  return undefined
}

function senderOf(channel: Channel, address: string, { fromName, fromAliases = [] }: TrafficItem): Sender {
  const sender: Sender = sideOf(channel, address)
  if (fromName) sender.name = fromName
  const others = distinct(fromAliases.map((alias) => sideOf(channel, alias))).filter(({ key }) => key !== sender.key)
  if (others.length > 0) sender.others = others
  return sender
}

function agentOf(type: AgentType, address: string | null | undefined): CallAgent {
  return { type, ...(address ? { side: sideOf('VOICE', address) } : {}) }
}

function sideOf(channel: Channel, address: string): Side {
  return { address: capturedForm(channel, address), key: addressKey(channel, address) }
}

function distinct(sides: Side[]): Side[] {
  return sides.length === 1 ? sides : [...new Map(sides.map((side) => [side.key, side])).values()]
}

function listOf(to: string | string[] | undefined): string[] {
  if (to === undefined) return []
  return typeof to === 'string' ? [to] : to
}

function missing(field: string): Reason {
  return { code: 20001, field, message: `${field} is required` }
}
