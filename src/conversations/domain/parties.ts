import type { RuleMatch } from './capture.ts'
import type { ParticipantType } from './model.ts'

export type PartyType = Extract<ParticipantType, 'CUSTOMER' | 'AGENT' | 'UNKNOWN'>

/** Which of the signs told the sides apart: an owned address, the reported direction, the rule's literal side, or none. */
export type PartyEvidence = 'OWNED' | 'DIRECTION' | 'RULE' | 'BOTH_OWNED' | 'NONE'

export interface Party {
  /** The address key. */
  key: string
  type: PartyType
}

export interface Parties {
  /** The author first, then each recipient once. */
  parties: Party[]
  evidence: PartyEvidence
}

export interface ObservedSides {
  from: string
  to: readonly string[]
  /** As the carrier reports it. */
  direction?: 'INBOUND' | 'OUTBOUND'
  /** The rule that captured the event; absent when it was routed by an explicit configuration or conversation. */
  rule?: Pick<RuleMatch, 'fromLiteral' | 'toLiteral' | 'recipient'>
  isOwned: (key: string) => boolean
}

/**
 * Who is the customer in traffic that does not say so. A registered address decides, else the carrier's direction,
 * else the literal side of a rule whose other side is any. When all addresses are owned nobody is the customer; when
 * nothing tells (evidence NONE) a profile lookup of every address may still, see `settleByLookup`.
 */
export function determineParties(sides: ObservedSides): Parties {
  const { from, isOwned } = sides
  const recipients = [...new Set(sides.to)].filter((key) => key !== from)
  const owned = [from, ...recipients].filter(isOwned)
  const unknown = typed(from, recipients, () => 'UNKNOWN')
  if (owned.length === unknown.length) return { parties: unknown, evidence: 'BOTH_OWNED' }
  if (owned.length > 0) return { parties: withBusiness(from, recipients, owned), evidence: 'OWNED' }
  if (sides.direction !== undefined) {
    const business = sides.direction === 'OUTBOUND' ? [from] : (literalRecipient(sides) ?? recipients)
    return { parties: withBusiness(from, recipients, business), evidence: 'DIRECTION' }
  }
  const { rule } = sides
  if (rule !== undefined && rule.fromLiteral !== rule.toLiteral) {
    return { parties: withBusiness(from, recipients, literalRecipient(sides) ?? [from]), evidence: 'RULE' }
  }
  return { parties: unknown, evidence: 'NONE' }
}

/**
 * Decides by profile lookup where nothing else told the sides: exactly one address with a profile is the customer's.
 * With none, or more than one (`ambiguous`, worth a diagnostic), everybody stays UNKNOWN.
 */
export function settleByLookup(
  parties: readonly Party[],
  profileIds: ReadonlyMap<string, string>,
): { parties: Party[]; ambiguous: boolean } {
  const known = parties.filter(({ key }) => profileIds.has(key))
  const [customer] = known.length === 1 ? known : []
  return {
    parties: parties.map((party) => (party === customer ? { ...party, type: 'CUSTOMER' } : party)),
    ambiguous: known.length > 1,
  }
}

/** Of several recipients, the one a rule names is the business; the others take part beside the customer. */
function literalRecipient({ to, rule }: ObservedSides): string[] | undefined {
  return rule?.toLiteral ? to.slice(rule.recipient, rule.recipient + 1) : undefined
}

function withBusiness(from: string, recipients: readonly string[], business: readonly string[]): Party[] {
  return typed(from, recipients, (key) => (business.includes(key) ? 'AGENT' : 'CUSTOMER'))
}

function typed(from: string, recipients: readonly string[], typeOf: (key: string) => PartyType): Party[] {
  return [from, ...recipients].map((key) => ({ key, type: typeOf(key) }))
}
