import { Failure } from '../../kernel/failure.ts'
import type { Identifier } from './resolution.ts'

type Scalar = string | number | boolean
export type TraitValue = Scalar | Scalar[]

/** A fact about a profile and when it was last written. */
export interface Trait {
  value: TraitValue
  at: number
}

/** Group name → trait name → trait. */
export type ProfileTraits = Record<string, Record<string, Trait>>

/** Traits as a request gives them; null removes one where that is allowed. */
export type TraitsInput = Record<string, Record<string, TraitValue | null>>

export interface TraitDefinition {
  dataType: 'STRING' | 'NUMBER' | 'BOOLEAN' | 'ARRAY'
  /** The identifier type that values of this trait are promoted to. */
  idTypePromotion?: string
}

export interface TraitGroup {
  displayName: string
  traits: Record<string, TraitDefinition>
}

/** The group that every store has. Each reserved identifier type is fed by the trait of its name. */
export const contactGroup: TraitGroup = {
  displayName: 'Contact',
  traits: {
    ...Object.fromEntries(
      ['firstName', 'lastName', 'street', 'city', 'state', 'postalCode', 'country', 'preferredLanguage'].map((name) => [
        name,
        { dataType: 'STRING' } satisfies TraitDefinition,
      ]),
    ),
    ...Object.fromEntries(
      ['email', 'phone', 'whatsapp', 'chat'].map((name) => [
        name,
        { dataType: 'STRING', idTypePromotion: name } satisfies TraitDefinition,
      ]),
    ),
  },
}

/** The trait groups of every store. */
export const defaultTraitGroups: readonly TraitGroup[] = [contactGroup]

/** Limits of what a profile may hold. */
const traitLimits = { groups: 50, traitsPerGroup: 99, stringLength: 1024, arrayItems: 100 } as const

/**
 * Throws `invalid`, naming the field, unless every group and trait is declared and every value is of its type and within
 * the limits.
 */
export function checkTraits(groups: readonly TraitGroup[], input: TraitsInput, options: { mayRemove: boolean }): void {
  if (Object.keys(input).length > traitLimits.groups) {
    throw refused('traits', `must have at most ${traitLimits.groups} groups`)
  }
  for (const [groupName, traits] of Object.entries(input)) {
    const group = groups.find((candidate) => candidate.displayName === groupName)
    const groupField = `traits.${groupName}`
    if (!group) throw refused(groupField, 'is no trait group of this memory store')
    if (Object.keys(traits).length > traitLimits.traitsPerGroup) {
      throw refused(groupField, `must have at most ${traitLimits.traitsPerGroup} traits`)
    }
    for (const [name, value] of Object.entries(traits)) {
      const field = `${groupField}.${name}`
      const definition = Object.hasOwn(group.traits, name) ? group.traits[name] : undefined
      if (!definition) throw refused(field, 'is no trait of this group')
      if (value === null && options.mayRemove) continue
      const problem = valueProblem(definition, value)
      if (problem) throw refused(field, problem)
    }
  }
}

/** The traits after a write at `now`: named ones are added, overwritten or, when null, removed; others stay. */
export function applyTraits(traits: ProfileTraits, input: TraitsInput, now: number): ProfileTraits {
  const changed = new Map(Object.entries(traits))
  for (const [group, values] of Object.entries(input)) {
    const kept = new Map(Object.entries(changed.get(group) ?? {}))
    for (const [name, value] of Object.entries(values)) {
      if (value === null) kept.delete(name)
      else kept.set(name, { value, at: now })
    }
    if (kept.size > 0) changed.set(group, Object.fromEntries(kept))
    else changed.delete(group)
  }
  return Object.fromEntries(changed)
}

/** The identifiers, not yet normalised, that values of promoted traits stand for, each with the field it came from. */
export function promotedIdentifiers(
  groups: readonly TraitGroup[],
  input: TraitsInput,
): (Identifier & { field: string })[] {
  return groups.flatMap((group) =>
    Object.entries(input[group.displayName] ?? {}).flatMap(([name, value]) => {
      const idType = group.traits[name]?.idTypePromotion
      if (idType === undefined || value === null) return []
      const field = `traits.${group.displayName}.${name}`
      return [value].flat().map((item) => ({ idType, value: String(item), field }))
    }),
  )
}

/** The trait of these groups that feeds an identifier type, or undefined when none does. */
export function promotingTrait(
  groups: readonly TraitGroup[],
  idType: string,
): { group: string; name: string } | undefined {
  for (const group of groups) {
    for (const [name, definition] of Object.entries(group.traits)) {
      if (definition.idTypePromotion === idType) return { group: group.displayName, name }
    }
  }
  return undefined
}

function valueProblem({ dataType }: TraitDefinition, value: TraitValue | null): string | undefined {
  switch (dataType) {
    case 'STRING':
      return typeof value === 'string' ? lengthProblem(value) : 'must be a string'
    case 'NUMBER':
      return isNumber(value) ? undefined : 'must be a number'
    case 'BOOLEAN':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'ARRAY':
      return Array.isArray(value) ? arrayProblem(value) : 'must be an array'
  }
}

function arrayProblem(items: Scalar[]): string | undefined {
  if (items.length > traitLimits.arrayItems) return `must have at most ${traitLimits.arrayItems} items`
  if (!items.every((item) => typeof item === 'string' || typeof item === 'boolean' || isNumber(item))) {
    return 'must hold strings, numbers, true or false, and nothing deeper'
  }
  return items.map((item) => (typeof item === 'string' ? lengthProblem(item) : undefined)).find(Boolean)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value)
}

function lengthProblem(text: string): string | undefined {
  return text.length > traitLimits.stringLength ? `must have at most ${traitLimits.stringLength} characters` : undefined
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', `${field} ${message}`, { code: 520046, field })
}
