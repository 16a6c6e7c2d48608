import { addressKey } from '../domain/address.ts'
import type { Communication, Recipient } from '../domain/conversation.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import { type ObservedDelivery, supersedes } from '../domain/traffic.ts'
import type { Intake } from './intake.ts'
import { nothing, type TrafficResult } from './traffic-result.ts'

/** Notes how far a message has come. Never reopens or prolongs a conversation; a CLOSED one stays as it is. */
export function recordDelivery({ work, resources }: Intake, observed: ObservedDelivery): TrafficResult {
  const communications = resources.get(observed.resourceId) ?? []
  const [communication] = communications
  if (!communication) return { ...nothing, outcome: 'NOT_CAPTURED', reason: diagnostics.unknownResource }
  const unit = work.unit(communication.conversationId)
  const answer = { ...nothing, conversationId: communication.conversationId, communicationId: communication.id }
  if (!unit || unit.conversation.lifecycle.status === 'CLOSED') {
    return { ...answer, outcome: 'NOT_CAPTURED', reason: diagnostics.closed }
  }
  const recipients = communication.recipients.map((recipient) => advanced(recipient, observed))
  if (recipients.every((recipient, at) => recipient === communication.recipients[at])) {
    return { ...answer, outcome: 'DUPLICATE', reason: diagnostics.duplicate }
  }
  const changed: Communication = { ...communication, recipients, updatedAt: work.now }
  resources.set(observed.resourceId, [changed, ...communications.slice(1)])
  work.changeCommunication(unit, changed)
  return { ...answer, outcome: 'CAPTURED' }
}

function advanced(recipient: Recipient, { deliveryStatus, recipients }: ObservedDelivery): Recipient {
  const isMeant = recipients.length === 0 || recipients.includes(addressKey(recipient.channel, recipient.address))
  return isMeant && supersedes(deliveryStatus, recipient.deliveryStatus) ? { ...recipient, deliveryStatus } : recipient
}
