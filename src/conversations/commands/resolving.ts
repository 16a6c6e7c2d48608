import { Failure } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { createProfileForAddress, lookupIdentifiers } from '../../memory/steps.ts'
import { canonicalAddress } from '../domain/address.ts'
import type { Participant } from '../domain/model.ts'
import { afterCreation, afterLookup, identifierTypesFor, resolutionPolicy } from '../domain/resolution.ts'
import type { Working } from './working.ts'

export interface Resolved {
  participant: Participant
  /** Diagnostic codes: why there is no profile, or that it was not unique. */
  codes: number[]
}

/**
 * Finds the profile of a participant made through the API: a CUSTOMER's is looked up by all of its addresses and created
 * when there is none; nobody else has one. Never fails: what goes wrong leaves the participant without a profile.
 */
export async function resolveParticipant(
  working: Working,
  storeId: string,
  participant: Participant,
  given: { typeExplicit: boolean; profileId: boolean },
): Promise<Resolved> {
  const identifiers = participant.addresses.flatMap(({ channel, address }) =>
    identifierTypesFor(channel, address).map((idType) => ({ idType, value: canonicalAddress(channel, address).value })),
  )
  const policy = resolutionPolicy({
    mode: 'API',
    type: participant.type,
    typeExplicit: given.typeExplicit,
    profileIdGiven: given.profileId,
    passiveProfiles: working.settings.passiveProfiles,
    mappable: identifiers.length > 0,
  })
  if (!policy.lookup) {
    const profileId = policy.keepGiven ? participant.profileId : null
    const codes = policy.diagnostic === undefined ? [] : [policy.diagnostic]
    return { participant: { ...participant, profileId }, codes }
  }
  const found = await lookUp(working, storeId, identifiers)
  const step = afterLookup(policy, found)
  const codes = step.diagnostic === undefined ? [] : [step.diagnostic]
  if (step.profileId !== null || found.outcome === 'FAILED' || !step.create) {
    return { participant: { ...participant, profileId: step.profileId }, codes }
  }
  const created = afterCreation(await create(working, storeId, identifiers[0], participant.id))
  if (created.diagnostic !== undefined) codes.push(created.diagnostic)
  return { participant: { ...participant, profileId: created.profileId }, codes }
}

interface Identifier {
  idType: string
  value: string
}

async function lookUp({ tx, account, knowledge }: Working, storeId: string, identifiers: readonly Identifier[]) {
  if (!knowledge.activeStores.has(storeId)) return { outcome: 'FAILED' } as const
  const found = await lookupIdentifiers(
    tx,
    account,
    identifiers.map((identifier) => ({ storeId, ...identifier })),
  )
  const held = found.filter(({ profileIds }) => profileIds.length > 0)
  const profileId = held.find(({ shared }) => !shared)?.profileIds[0]
  if (profileId !== undefined) return { outcome: 'FOUND', profileId } as const
  return { outcome: held.length > 0 ? 'SHARED' : 'MISSED' } as const
}

async function create(
  { tx, account, requestId, now }: Working,
  storeId: string,
  identifier: Identifier | undefined,
  participantId: string,
): Promise<string | undefined> {
  if (!identifier) return undefined
  try {
    const { profileId } = await createProfileForAddress(tx, account, {
      storeId,
      newProfileId: newId(),
      ...identifier,
      source: 'participant',
      detail: wireId('participant', participantId),
      requestId,
      now,
    })
    return profileId
  } catch (error) {
    if (error instanceof Failure && error.kind !== 'unavailable') return undefined
    throw error
  }
}
