import { type ParticipantType, participantTypes } from '../../conversations/domain/model.ts'

/** A classic participant as far as its type depends on it. */
export interface ClassicParty {
  /** Null for a phone that is bound to the conversation. */
  identity: string | null
  /** The JSON text that the application keeps with it. */
  attributes: string
  /** The name of its role; null without one. */
  roleName: string | null
}

/**
 * Who a classic participant is in the bridged conversation. What its attributes say as `participantType` goes before
 * everything; a bound phone is the customer's; an identity with an agent's role is a HUMAN_AGENT; of the other identities the
 * only one is the customer, and of several nobody can tell. `others` are those beside it.
 */
export function participantTypeOf(party: ClassicParty, others: readonly ClassicParty[]): ParticipantType {
  const told = toldType(party.attributes)
  if (told) return told
  if (party.identity === null) return 'CUSTOMER'
  if (isAgentRole(party.roleName)) return 'HUMAN_AGENT'
  const rivals = others.filter(({ identity, roleName }) => identity !== null && !isAgentRole(roleName))
  return rivals.length === 0 ? 'CUSTOMER' : 'UNKNOWN'
}

/** Somebody who writes without taking part: the service itself speaks for the business. */
export function strangerType(author: string): ParticipantType {
  return author === 'system' ? 'AGENT' : 'UNKNOWN'
}

function isAgentRole(name: string | null): boolean {
  return name !== null && /\b(agent|admin)\b/i.test(name)
}

function toldType(attributes: string): ParticipantType | undefined {
  const value: unknown = JSON.parse(attributes)
  if (typeof value !== 'object' || value === null || !('participantType' in value)) return undefined
  return participantTypes.find((type) => type === value.participantType)
}
