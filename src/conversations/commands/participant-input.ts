import { Failure, invalid } from '../../kernel/failure.ts'
import { newId, parseWireId, wireId } from '../../kernel/ids.ts'
import type { Limits } from '../../kernel/limits.ts'
import { profilesExist } from '../../memory/steps.ts'
import { addressKey, validateParticipantAddress } from '../domain/address.ts'
import type { Participant, ParticipantAddress, ParticipantType } from '../domain/model.ts'
import { type Resolved, resolveParticipant } from './resolving.ts'
import type { Working } from './working.ts'

/** A participant as a client describes it; everything may be left out. */
export interface ParticipantInput {
  name?: string | null
  type?: ParticipantType | null
  /** Wire id. */
  profileId?: string | null
  addresses?: ParticipantAddress[] | null
}

/** Checks a described participant and finds its profile. `field` is the path of the description, for messages. */
export async function makeParticipant(
  working: Working,
  storeId: string,
  input: ParticipantInput,
  field: string,
  known?: Pick<Participant, 'id' | 'createdAt'>,
): Promise<Resolved> {
  const type = input.type ?? 'UNKNOWN'
  const addresses = checkedAddresses(input.addresses ?? [], type, field, working.settings.limits)
  const participant: Participant = {
    id: known?.id ?? newId(),
    name: input.name ?? null,
    type,
    profileId: await givenProfile(working, storeId, input.profileId, type, field),
    addresses,
    createdAt: known?.createdAt ?? working.now,
    updatedAt: working.now,
  }
  return resolveParticipant(working, storeId, participant, {
    typeExplicit: input.type != null,
    profileId: input.profileId != null,
  })
}

/** Throws a conflict when an address on a channel belongs to two of the participants; it names the one that is not `changed`. */
export function refuseSharedAddresses(participants: readonly Participant[], changed?: Participant): void {
  const owners = new Map<string, string>()
  for (const { id, addresses } of participants) {
    for (const { channel, address } of addresses) {
      const key = `${channel} ${addressKey(channel, address)}`
      const owner = owners.get(key)
      if (owner === undefined || owner === id) owners.set(key, id)
      else throw sharedAddress(`${address} on ${channel}`, changed && (changed.id === owner ? id : owner))
    }
  }
}

/** Participants who are only about to be made have no id that could be named. */
function sharedAddress(where: string, owner: string | undefined): Failure {
  if (owner === undefined) return new Failure('conflict', `Two participants have the address ${where}.`)
  const participantId = wireId('participant', owner)
  const details = { params: { participantId }, conflictingResourceId: participantId }
  return new Failure('conflict', `Address ${where} already belongs to participant ${participantId}.`, details)
}

function checkedAddresses(
  addresses: readonly ParticipantAddress[],
  type: ParticipantType,
  field: string,
  limits: Limits,
): ParticipantAddress[] {
  if (addresses.length > limits.participantAddresses) {
    throw invalid(`${field}addresses`, `A participant has at most ${limits.participantAddresses} addresses.`)
  }
  const distinct = new Map<string, ParticipantAddress>()
  for (const [at, { channel, address, channelId }] of addresses.entries()) {
    const problem = validateParticipantAddress(channel, address, type)
    const path = `${field}addresses[${at}].address`
    if (problem) throw invalid(path, `${path} ${problem.message}`, problem.code)
    distinct.set(`${channel} ${addressKey(channel, address)}`, {
      channel,
      address,
      ...(channelId ? { channelId } : {}),
    })
  }
  return [...distinct.values()]
}

/** A given profile must be one of the store; for participants who cannot have one it is ignored. */
async function givenProfile(
  { tx, account }: Working,
  storeId: string,
  given: string | null | undefined,
  type: ParticipantType,
  field: string,
): Promise<string | null> {
  if (given == null || type !== 'CUSTOMER') return null
  const id = parseWireId('profile', given)
  const exists = id !== undefined && (await profilesExist(tx, account, storeId, [id])).has(id)
  if (!exists)
    throw invalid(`${field}profileId`, `${field}profileId: the memory store has no profile ${given.slice(0, 100)}`)
  return id
}
