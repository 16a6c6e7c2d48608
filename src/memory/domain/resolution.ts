import type { IdentitySettings } from './identity-settings.ts'

/** A normalised value of an identifier type. */
export interface Identifier {
  idType: string
  value: string
}

/** A profile that holds one of the identifiers in question, and the id to which it was added. */
export interface Holder extends Identifier {
  profileId: string
  originId: string
}

/** A profile that is the same person as whoever presents its identifiers, and by which of them. */
export interface Match {
  profileId: string
  /** One of a type that allows no sharing, else one of each of two types or more that say too little alone. */
  by: Holder[]
}

/**
 * The profiles that are the same person as whoever presents these identifiers: each holder of a value of a type that
 * allows no sharing, and each that shares values of two or more types which say too little alone. Earliest first. Values
 * that `isShared` names say nothing.
 */
export function matchingProfiles(
  settings: IdentitySettings,
  presented: readonly Identifier[],
  holders: readonly Holder[],
  isShared: (key: string) => boolean = () => false,
): Match[] {
  const wanted = new Set(presented.map(identifierKey))
  const unique = new Set(settings.identifierConfigs.filter((c) => c.enforceUnique).map((c) => c.idType))
  const ruled = new Set(settings.matchingRules)
  const telling = holders.filter((holder) => wanted.has(identifierKey(holder)) && !isShared(identifierKey(holder)))
  const matches: Match[] = []
  for (const [profileId, held] of Map.groupBy(telling.toSorted(byRule(settings)), (holder) => holder.profileId)) {
    const alone = held.find(({ idType }) => unique.has(idType))
    const together = firstOfEachType(held.filter(({ idType }) => !unique.has(idType) && ruled.has(idType)))
    if (alone) matches.push({ profileId, by: [alone] })
    else if (together.length >= 2) matches.push({ profileId, by: together })
  }
  return matches.sort((a, b) => (a.profileId < b.profileId ? -1 : 1))
}

/** The match that the first of the rules leads to, of several the earliest profile. */
export function strongestMatch(settings: IdentitySettings, matches: readonly Match[]): Match | undefined {
  const rankOf = ({ by }: Match) => rank(settings, by[0]?.idType ?? '')
  return matches.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.profileId < b.profileId ? -1 : 1))[0]
}

function byRule(settings: IdentitySettings) {
  return (a: Holder, b: Holder) => rank(settings, a.idType) - rank(settings, b.idType)
}

/** Types that no rule names come after all that one does. */
function rank({ matchingRules }: IdentitySettings, idType: string): number {
  const at = matchingRules.indexOf(idType)
  return at === -1 ? matchingRules.length : at
}

function firstOfEachType(holders: readonly Holder[]): Holder[] {
  return [...Map.groupBy(holders, ({ idType }) => idType).values()].flatMap(([first]) => first ?? [])
}

/** One text per identifier; types contain no colon. */
export function identifierKey({ idType, value }: Identifier): string {
  return `${idType}:${value}`
}
