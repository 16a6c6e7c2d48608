import { addressKey } from '../domain/address.ts'
import type { Channel, Participant } from '../domain/model.ts'
import type { Unit, UnitOfWork } from '../unit-of-work.ts'

/** Gives a participant the address on this channel, unless it has it. Answers the participant as it is then. */
export function widen(
  work: UnitOfWork,
  unit: Unit,
  participant: Participant,
  { channel, address }: { channel: Channel; address: string },
): Participant {
  const key = addressKey(channel, address)
  const hasIt = participant.addresses.some((one) => one.channel === channel && addressKey(channel, one.address) === key)
  if (hasIt) return participant
  const addresses = [...participant.addresses, { channel, address }]
  const widened: Participant = { ...participant, addresses, updatedAt: work.now }
  work.changeParticipant(unit, widened)
  return widened
}
