import { addressProblem } from '../../conversations/domain/address.ts'
import type { Channel, Participant } from '../../conversations/domain/model.ts'
import { type MessageChannel, messageChannels } from './message.ts'

/** Who sends or gets the message of an action, as the caller says it. */
export interface PartyReference {
  /** Without prefix. */
  participantId?: string
  address?: string
  channel?: Channel
}

export interface ActionProblem {
  field: string
  message: string
  code?: number
}

export interface ActionParties {
  channel: MessageChannel
  from: string
  to: string[]
}

/**
 * Finds the addresses that are meant: a participant's on the channel; without channel the only one that the participant has;
 * or the address as it is given. A participant who is named wins over an address. All of them share one channel.
 */
export function resolveParties(
  participants: readonly Participant[],
  from: PartyReference,
  to: readonly PartyReference[],
): { parties: ActionParties } | { problem: ActionProblem } {
  const sender = resolve(participants, from, 'payload.from')
  if ('problem' in sender) return sender
  const addresses: string[] = []
  for (const [at, reference] of to.entries()) {
    const field = `payload.to[${at}]`
    const recipient = resolve(participants, reference, field)
    if ('problem' in recipient) return recipient
    if (recipient.channel !== sender.channel) {
      return refused(`${field}.channel`, `must be ${sender.channel}, the channel of payload.from`)
    }
    addresses.push(recipient.address)
  }
  return { parties: { channel: sender.channel, from: sender.address, to: [...new Set(addresses)] } }
}

type Resolved = { channel: MessageChannel; address: string } | { problem: ActionProblem }

function resolve(participants: readonly Participant[], reference: PartyReference, field: string): Resolved {
  const { participantId, address, channel } = reference
  if (participantId !== undefined) return resolveParticipant(participants, { participantId, channel }, field)
  if (address === undefined) return refused(field, 'needs a participantId, or an address with its channel')
  if (channel === undefined) return refused(`${field}.channel`, 'is required with an address')
  const problem = addressProblem(channel, address)
  if (problem) return refused(`${field}.address`, problem.message, problem.code)
  return onMessageChannel(channel, address, field)
}

function resolveParticipant(
  participants: readonly Participant[],
  { participantId, channel }: { participantId: string; channel: Channel | undefined },
  field: string,
): Resolved {
  const participant = participants.find(({ id }) => id === participantId)
  if (!participant) return refused(`${field}.participantId`, 'names nobody who takes part in the conversation')
  const { addresses } = participant
  const fitting = channel === undefined ? addresses : addresses.filter((one) => one.channel === channel)
  const [first, second] = fitting
  if (!first) return refused(`${field}.participantId`, `names a participant without address${onChannel(channel)}`)
  if (channel === undefined && second) {
    return refused(`${field}.channel`, 'is required: the participant has several addresses')
  }
  return onMessageChannel(first.channel, first.address, field)
}

function onChannel(channel: Channel | undefined): string {
  return channel === undefined ? '' : ` on ${channel}`
}

function onMessageChannel(channel: Channel, address: string, field: string): Resolved {
  const found = messageChannels.find((one) => one === channel)
  return found === undefined
    ? refused(`${field}.channel`, `must be one of ${messageChannels.join(', ')}: nothing is sent on ${channel}`)
    : { channel: found, address }
}

function refused(field: string, message: string, code?: number): { problem: ActionProblem } {
  return { problem: { field, message: `${field} ${message}`, ...(code === undefined ? {} : { code }) } }
}

const retryDelaysMs = [5, 30, 120, 600].map((seconds) => seconds * 1_000)

/** How long to wait after so many attempts that did not reach the carrier, in milliseconds; undefined when it is given up. */
export function sendingDelayMs(tries: number): number | undefined {
  return retryDelaysMs[tries - 1]
}
