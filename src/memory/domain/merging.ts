import type { IdentitySettings } from './identity-settings.ts'
import { identifierConfig } from './identity-settings.ts'
import { type Identifier, identifierKey } from './resolution.ts'
import { compareTraits, type ProfileTraits, type Trait } from './traits.ts'

/** An identifier of a profile, with where it came from. `id` orders values that were added in the same millisecond. */
export interface StoredIdentifier extends Identifier {
  id: string
  /** The profile it was added to, which a merge may have retired since. */
  originId: string
  /** What added it, and a detail of that: the trait, the conversation, the import. */
  source: string
  detail: string | null
  requestId: string
  addedAt: number
  /** The merge that took it out of sight, as the two together had more than the limit. */
  hiddenBy?: string
}

/** Everything about a profile that a merge decides on. */
export interface ProfileState {
  id: string
  createdAt: number
  traits: ProfileTraits
  identifiers: StoredIdentifier[]
}

/**
 * One profile out of several: the earliest id, of every trait the newest value, and all identifiers as far as the limits
 * allow. Neither the order of the profiles nor merging them two by two changes the outcome.
 */
export function mergeProfiles(
  settings: IdentitySettings,
  profiles: readonly [ProfileState, ...ProfileState[]],
): ProfileState {
  const [canonical = profiles[0]] = profiles.toSorted((a, b) => compareTexts(a.id, b.id))
  return {
    id: canonical.id,
    createdAt: canonical.createdAt,
    traits: profiles.map((profile) => profile.traits).reduce(mergeTraits),
    identifiers: withinLimits(
      settings,
      profiles.flatMap((profile) => profile.identifiers),
    ),
  }
}

/**
 * The identifiers that a profile keeps of these, oldest first: each value once, of each type as many as its limit allows.
 * What `lifo` refuses goes silently, as the published limits have it.
 */
export function withinLimits(settings: IdentitySettings, identifiers: readonly StoredIdentifier[]): StoredIdentifier[] {
  const byType = Map.groupBy(identifiers, (identifier) => identifier.idType)
  const kept = [...byType].flatMap(([idType, ofType]) => {
    const config = identifierConfig(settings, idType)
    const oldestFirst = [...ofType].sort(byAge)
    if (config?.limitPolicy === 'lifo') return firstOfEach(oldestFirst).slice(0, config.limit)
    // The newest entry of a value counts, so that merging step by step evicts what merging at once would.
    return firstOfEach(oldestFirst.reverse()).slice(0, config?.limit).reverse()
  })
  return kept.sort(byAge)
}

function byAge(a: StoredIdentifier, b: StoredIdentifier): number {
  return a.addedAt - b.addedAt || compareTexts(a.id, b.id) || compareTexts(identifierKey(a), identifierKey(b))
}

function firstOfEach(identifiers: StoredIdentifier[]): StoredIdentifier[] {
  const seen = new Map<string, StoredIdentifier>()
  for (const identifier of identifiers) {
    const key = identifierKey(identifier)
    if (!seen.has(key)) seen.set(key, identifier)
  }
  return [...seen.values()]
}

function mergeTraits(a: ProfileTraits, b: ProfileTraits): ProfileTraits {
  const merged = new Map(Object.entries(a).map(([group, traits]) => [group, new Map(Object.entries(traits))]))
  for (const [group, traits] of Object.entries(b)) {
    const target = merged.get(group) ?? new Map<string, Trait>()
    merged.set(group, target)
    for (const [name, trait] of Object.entries(traits)) {
      const present = target.get(name)
      if (!present || compareTraits(trait, present) > 0) target.set(name, trait)
    }
  }
  return Object.fromEntries([...merged].map(([group, traits]) => [group, Object.fromEntries(traits)]))
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
