import { addressKey } from '../domain/address.ts'
import type { Channel, Participant } from '../domain/model.ts'
import type { Unit } from '../unit.ts'
import type { UnitOfWork } from '../unit-of-work.ts'

interface Address {
  channel: Channel
  address: string
}

/** Gives a participant the address on this channel, unless it has it. Answers the participant as it is then. */
export function widen(work: UnitOfWork, unit: Unit, participant: Participant, address: Address): Participant {
  return learn(work, unit, participant, { addresses: [address] })
}

/** Gives a participant the addresses that it has not, and a name if it has none. Answers the participant as it is then. */
export function learn(
  work: UnitOfWork,
  unit: Unit,
  participant: Participant,
  { addresses, name }: { addresses: readonly Address[]; name?: string | undefined },
): Participant {
  const missing = addresses.filter((address) => !hasAddress(participant, address))
  const isNamed = participant.name !== null || name === undefined
  if (missing.length === 0 && isNamed) return participant
  const learnt: Participant = {
    ...participant,
    name: isNamed ? participant.name : name,
    addresses: [...participant.addresses, ...missing.map(({ channel, address }) => ({ channel, address }))],
    updatedAt: work.now,
  }
  work.changeParticipant(unit, learnt)
  return learnt
}

function hasAddress({ addresses }: Participant, { channel, address }: Address): boolean {
  const key = addressKey(channel, address)
  return addresses.some((one) => one.channel === channel && addressKey(channel, one.address) === key)
}
