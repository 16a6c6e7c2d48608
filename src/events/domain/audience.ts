/** Whose list of webhooks a target stands in: a configuration's or a conversation's status callbacks, or a rule's actions. */
export const ownerKinds = ['configuration', 'conversation', 'intelligenceRule'] as const
export type OwnerKind = (typeof ownerKinds)[number]

/** `EVENT`: the event with its type and time around the data. `DATA`: the data alone. */
export type Envelope = 'EVENT' | 'DATA'

const envelopes: Readonly<Record<OwnerKind, Envelope>> = {
  configuration: 'EVENT',
  conversation: 'EVENT',
  intelligenceRule: 'DATA',
}

/** Events that are for the targets of one owner alone, by the kind of the owner; its id is what such an event is about. */
const addressed: ReadonlyMap<string, OwnerKind> = new Map([['RULE_EXECUTED', 'intelligenceRule']])

/** In what a target of such an owner gets its events. */
export function envelopeOf(kind: string): Envelope {
  return envelopes[kind as OwnerKind]
}

/** Whether a target is told of an event of a conversation that it has a lane in. */
export function hears(
  target: { owner_kind: string; owner_id: string },
  event: { type: string; subject: string; data: string | null },
): boolean {
  if (event.data === null) return false
  const kind = addressed.get(event.type)
  if (kind === undefined) return envelopeOf(target.owner_kind) === 'EVENT'
  return target.owner_kind === kind && target.owner_id === event.subject
}
