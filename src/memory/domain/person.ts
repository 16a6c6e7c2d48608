import { type Link, sidesWithout } from './identity-graph.ts'
import type { IdentitySettings } from './identity-settings.ts'
import { mergeProfiles, type ProfileState, type StoredIdentifier, withinLimits } from './merging.ts'
import { type Identifier, identifierKey } from './resolution.ts'
import { overwriteTraits, removeTraits, type TraitsInput } from './traits.ts'

/**
 * One customer: the profiles that merges have made one, each with what was written to it, and what they come to together.
 * Whatever happens is done to the layers, and the view follows from them; so a merge loses nothing and can be undone.
 */
export interface Person {
  /** Of the earliest layer: the id that the person has. */
  id: string
  view: ProfileState
  /** Earliest first; one for each id that the person ever had. */
  layers: readonly ProfileState[]
}

/** What a request writes. All of it goes to the layer of one id. */
export interface PersonWrite {
  /** The id that what is added belongs to, should the person ever be divided; the person's own if it is none of theirs. */
  attributedTo: string
  traits: TraitsInput
  /** Normalised, with a detail of where each came from. */
  identifiers: readonly (Identifier & { detail: string | null })[]
  /** Normalised identifiers that go. */
  removed: readonly Identifier[]
  /** Types of which every value goes, also those that nobody sees at present. */
  removedTypes: readonly string[]
  changeId: string
  source: string
  requestId: string
  now: number
}

export function personOf(settings: IdentitySettings, layers: readonly ProfileState[]): Person {
  const [first, ...others] = layers.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (first === undefined) throw new Error('A person has at least one layer.')
  const view =
    others.length === 0
      ? first
      : { ...mergeProfiles(settings, [visible(first), ...others.map(visible)]), createdAt: first.createdAt }
  return { id: first.id, view, layers: [first, ...others] }
}

/** Two persons as one. What goes beyond a limit is hidden in its layer, under the merge that hid it, and stops to count. */
export function mergePersons(settings: IdentitySettings, one: Person, other: Person, mergeId: string): Person {
  const together = personOf(settings, [...one.layers, ...other.layers])
  const kept = new Set(together.view.identifiers.map(identifierKey))
  const layers = together.layers.map((layer) => {
    const isHidden = (identifier: StoredIdentifier) =>
      identifier.hiddenBy === undefined && !kept.has(identifierKey(identifier))
    if (!layer.identifiers.some(isHidden)) return layer
    return {
      ...layer,
      identifiers: layer.identifiers.map((identifier) =>
        isHidden(identifier) ? { ...identifier, hiddenBy: mergeId } : identifier,
      ),
    }
  })
  return { ...together, layers }
}

/**
 * The two persons that there are without one of the merges, wherever in the chain it stands: the one with the merge's left
 * id first. What that merge hid in a layer is there again, and what other merges hid as far as they are still in force for it.
 */
export function dividePerson(
  settings: IdentitySettings,
  person: Person,
  links: readonly Link[],
  undone: Link,
): [Person, Person] {
  const { left, right } = sidesWithout(undone, links)
  const inForce = links.filter(({ id }) => id !== undone.id)
  const side = (ids: ReadonlySet<string>) => {
    const hiding = new Set(inForce.filter(({ leftId }) => ids.has(leftId)).map(({ id }) => id))
    const layers = person.layers.filter(({ id }) => ids.has(id)).map((layer) => revealed(layer, hiding))
    return personOf(settings, layers)
  }
  return [side(left), side(right)]
}

/** The person after a write. What it pushes out over a limit is gone for good, as it would be from one profile. */
export function writeToPerson(settings: IdentitySettings, person: Person, write: PersonWrite): Person {
  const { traits, identifiers, removed, removedTypes, now } = write
  const owner = person.layers.some(({ id }) => id === write.attributedTo) ? write.attributedTo : person.id
  const gone = new Set(removed.map(identifierKey))
  const isGone = (one: StoredIdentifier) => gone.has(identifierKey(one)) || removedTypes.includes(one.idType)
  const present = new Set(person.view.identifiers.filter((one) => !isGone(one)).map(identifierKey))
  const added = identifiers
    .filter((identifier) => !present.has(identifierKey(identifier)))
    .map((identifier, at) => addedIdentifier(identifier, at, owner, write))
  const replaced = new Set(added.map(identifierKey))
  const written = person.layers.map((layer): ProfileState => {
    const kept = layer.identifiers.filter((one) => !(isGone(one) || replaced.has(identifierKey(one))))
    const isOwner = layer.id === owner
    const without = removeTraits(layer.traits, traits)
    return {
      ...layer,
      traits: isOwner ? overwriteTraits(without, traits, now, person.view.traits) : without,
      identifiers: isOwner ? [...kept, ...added] : kept,
    }
  })
  const layers = written.map((layer, at) => unlessSame(person.layers[at], layer))
  return added.length === 0 ? personOf(settings, layers) : evictBeyondLimits(settings, layers)
}

/** The identifiers that a write gave to a person who was several before it or one, and the types of those it took away from `known`. */
export function changedLinks(
  before: readonly Person[],
  known: Person | undefined,
  after: Person,
): { linked: Identifier[]; unlinked: string[] } {
  const had = new Set(before.flatMap(({ view }) => view.identifiers.map(identifierKey)))
  const holds = new Set(after.view.identifiers.map(identifierKey))
  return {
    linked: after.view.identifiers.filter((one) => !had.has(identifierKey(one))),
    unlinked: (known?.view.identifiers ?? []).flatMap((one) => (holds.has(identifierKey(one)) ? [] : [one.idType])),
  }
}

/** The person whom a write makes that finds nobody, as `writeToPerson` would make it of one who has nothing. */
export function makePerson(settings: IdentitySettings, id: string, write: PersonWrite): Person {
  const types = new Set(write.identifiers.map(({ idType }) => idType))
  const empty: ProfileState = { id, createdAt: write.now, traits: {}, identifiers: [] }
  // One value of each type is within every limit, so that nothing has to be weighed.
  if (types.size < write.identifiers.length) {
    return writeToPerson(settings, { id, view: empty, layers: [empty] }, write)
  }
  const layer: ProfileState = {
    ...empty,
    traits: overwriteTraits({}, write.traits, write.now),
    identifiers: write.identifiers.map((identifier, at) => addedIdentifier(identifier, at, id, write)),
  }
  return { id, view: layer, layers: [layer] }
}

function addedIdentifier(
  { idType, value, detail }: Identifier & { detail: string | null },
  at: number,
  originId: string,
  { changeId, source, requestId, now }: PersonWrite,
): StoredIdentifier {
  const id = changeId + String(at).padStart(3, '0')
  return { idType, value, id, originId, source, detail, requestId, addedAt: now }
}

/** Forgets in every layer what the person does not hold because of a limit. */
function evictBeyondLimits(settings: IdentitySettings, layers: readonly ProfileState[]): Person {
  const shown = layers.flatMap((layer) => visible(layer).identifiers)
  const kept = new Set(withinLimits(settings, shown).map(identifierKey))
  if (shown.every((identifier) => kept.has(identifierKey(identifier)))) return personOf(settings, layers)
  const trimmed = layers.map((layer) => ({
    ...layer,
    identifiers: layer.identifiers.filter((one) => one.hiddenBy !== undefined || kept.has(identifierKey(one))),
  }))
  return personOf(settings, trimmed)
}

function visible(layer: ProfileState): ProfileState {
  return layer.identifiers.some(({ hiddenBy }) => hiddenBy !== undefined)
    ? { ...layer, identifiers: layer.identifiers.filter(({ hiddenBy }) => hiddenBy === undefined) }
    : layer
}

function revealed(layer: ProfileState, hiding: ReadonlySet<string>): ProfileState {
  return {
    ...layer,
    identifiers: layer.identifiers.map((identifier) => {
      const { hiddenBy, ...shown } = identifier
      return hiddenBy === undefined || hiding.has(hiddenBy) ? identifier : shown
    }),
  }
}

/** A layer that nothing was done to stays the same object, so that its row is not written. */
function unlessSame(before: ProfileState | undefined, after: ProfileState): ProfileState {
  return before && JSON.stringify(before) === JSON.stringify(after) ? before : after
}
