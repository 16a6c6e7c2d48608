import type { IdentitySettings } from './identity-settings.ts'

/** A normalised value of an identifier type. */
export interface Identifier {
  idType: string
  value: string
}

/** A profile that holds one of the identifiers in question. */
export interface Holder extends Identifier {
  profileId: string
}

/**
 * The profiles that are the same person as whoever presents these identifiers: each holder of a value of a type that
 * allows no sharing, and each that shares values of two or more types which say too little alone. Earliest first.
 */
export function matchingProfiles(
  settings: IdentitySettings,
  presented: readonly Identifier[],
  holders: readonly Holder[],
): string[] {
  const wanted = new Set(presented.map(identifierKey))
  const unique = new Set(settings.identifierConfigs.filter((c) => c.enforceUnique).map((c) => c.idType))
  const ruled = new Set(settings.matchingRules)
  const matched = new Set<string>()
  const sharedTypes = new Map<string, Set<string>>()
  for (const holder of holders) {
    if (!wanted.has(identifierKey(holder))) continue
    if (unique.has(holder.idType)) matched.add(holder.profileId)
    else if (ruled.has(holder.idType)) {
      const types = sharedTypes.get(holder.profileId) ?? new Set()
      sharedTypes.set(holder.profileId, types.add(holder.idType))
    }
  }
  for (const [profileId, types] of sharedTypes) if (types.size >= 2) matched.add(profileId)
  return [...matched].sort()
}

/** One text per identifier; types contain no colon. */
export function identifierKey({ idType, value }: Identifier): string {
  return `${idType}:${value}`
}
