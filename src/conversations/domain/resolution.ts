import { canonicalAddress } from './address.ts'
import { isBusiness } from './grouping-keys.ts'
import type { Channel, ParticipantType } from './model.ts'

/** Where memory keeps the identifiers that a channel's addresses can be. */
export type AddressIdentifierType = 'phone' | 'whatsapp' | 'chat'

/** Server setting: whether passive traffic of an unknown customer makes a profile. */
export type PassiveProfiles = 'lookup' | 'create'

/** 530001: resolution was skipped; 530003: the lookup failed; 530004: the creation failed; 530912: the address is anybody's. None of them blocks. */
export type ResolutionDiagnostic = 530001 | 530003 | 530004 | 530912

export interface ResolutionPolicy {
  lookup: boolean
  createOnMiss: boolean
  /** Whether a profile id given by the client is kept. */
  keepGiven: boolean
  diagnostic?: ResolutionDiagnostic
}

export interface ResolutionStep {
  profileId: string | null
  create: boolean
  diagnostic?: ResolutionDiagnostic
}

/**
 * The identifier types under which an address is searched, in order. Empty where an address cannot be an identifier:
 * client identities, SIP URIs, RCS and SMS senders that are not numbers.
 */
export function identifierTypesFor(channel: Channel, address: string): readonly AddressIdentifierType[] {
  switch (canonicalAddress(channel, address).kind) {
    case 'tel':
      return channel === 'WHATSAPP' ? ['whatsapp', 'phone'] : ['phone', 'whatsapp']
    case 'wa':
      return ['whatsapp']
    case 'chat':
      return ['chat']
    default:
      return []
  }
}

/** Whether a participant's profile is looked up, and created when there is none. `mappable`: some address has identifier types. */
export function resolutionPolicy(participant: {
  mode: 'API' | 'PASSIVE'
  type: ParticipantType
  typeExplicit: boolean
  profileIdGiven: boolean
  passiveProfiles: PassiveProfiles
  mappable: boolean
}): ResolutionPolicy {
  const { mode, type, typeExplicit, profileIdGiven, passiveProfiles, mappable } = participant
  const skipped = { lookup: false, createOnMiss: false, keepGiven: false }
  if (profileIdGiven) return { ...skipped, keepGiven: type === 'CUSTOMER' }
  if (isBusiness(type)) return { ...skipped, diagnostic: 530001 }
  if (type === 'UNKNOWN' && mode === 'API') return skipped
  if (!mappable) return { ...skipped, diagnostic: 530001 }
  // A profile made for an UNKNOWN could turn out to be the business.
  const mayCreate = type === 'CUSTOMER' && (mode === 'API' ? typeExplicit : passiveProfiles === 'create')
  return { lookup: true, createOnMiss: mayCreate, keepGiven: false }
}

/** What follows from a lookup. It fails only when the memory store is gone or not ACTIVE, so nothing could be created in it either. */
export function afterLookup(
  policy: ResolutionPolicy,
  result: { outcome: 'FOUND'; profileId: string } | { outcome: 'MISSED' | 'SHARED' | 'FAILED' },
): ResolutionStep {
  switch (result.outcome) {
    case 'FOUND':
      return { profileId: result.profileId, create: false }
    case 'MISSED':
      return { profileId: null, create: policy.createOnMiss }
    case 'SHARED':
      return { profileId: null, create: false, diagnostic: 530912 }
    case 'FAILED':
      return { profileId: null, create: false, diagnostic: 530003 }
  }
}

/** What follows from a creation: refused, it leaves the participant without a profile. */
export function afterCreation(profileId: string | undefined): ResolutionStep {
  if (profileId === undefined) return { profileId: null, create: false, diagnostic: 530004 }
  return { profileId, create: false }
}
