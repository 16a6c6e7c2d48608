import { addressKey } from '../domain/address.ts'
import type { Participant } from '../domain/model.ts'
import { findParticipant, type Unit } from '../unit.ts'
import type { ObservedEvent, PlannedParty } from './traffic-plan.ts'

/** A person on the business side of a call; no participant yet where the conversation has none. */
export interface StandIn {
  participant: Participant | undefined
  address: string
}

/**
 * Who speaks where an AI agent did before it handed the call over: the conversation's HUMAN_AGENT, else one who joins with
 * the dialled address. Undefined where no AI agent stands at the business address, or nobody knows who was dialled.
 */
export function standIn(unit: Unit, { channel, agent }: ObservedEvent, party: PlannedParty): StandIn | undefined {
  if (agent?.type !== 'HUMAN_AGENT' || party.type !== 'AGENT') return undefined
  if (findParticipant(unit, channel, party.key)?.type !== 'AI_AGENT') return undefined
  const { side } = agent
  const people = unit.participants.filter(({ type }) => type === 'HUMAN_AGENT')
  const atNumber = unit.participants.filter(
    ({ type, addresses }) =>
      type !== 'CUSTOMER' && addresses.some((one) => addressKey(one.channel, one.address) === side?.key),
  )
  const dialled = atNumber.find(({ type }) => type === 'HUMAN_AGENT')
  const participant = dialled ?? people[0] ?? atNumber[0]
  if (participant === undefined && side === undefined) return undefined
  const own = atNumber.includes(participant as Participant) ? side?.address : addressOn(participant, channel)
  return { participant, address: own ?? side?.address ?? party.address }
}

function addressOn(participant: Participant | undefined, channel: string): string | undefined {
  return participant?.addresses.find((one) => one.channel === channel)?.address
}
