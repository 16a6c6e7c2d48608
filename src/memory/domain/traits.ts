import { Failure } from '../../kernel/failure.ts'
import { matchesPattern } from '../../kernel/pattern.ts'
import type { Identifier } from './resolution.ts'
import type { TraitDefinition, TraitGroup, ValidationRule } from './trait-groups.ts'

type Scalar = string | number | boolean
export type TraitValue = Scalar | Scalar[]

/** A fact about a profile and when it was last written; `n` counts what was written to it in that same millisecond before. */
export interface Trait {
  value: TraitValue
  at: number
  n?: number
}

/** Group name → trait name → trait. */
export type ProfileTraits = Record<string, Record<string, Trait>>

/** Traits as a request gives them; null removes one where that is allowed. */
export type TraitsInput = Record<string, Record<string, TraitValue | null>>

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
      const definition = ownOf(group.traits, name)
      if (!definition) throw refused(field, 'is no trait of this group')
      if (value === null && options.mayRemove) continue
      const problem = valueProblem(definition, value)
      if (problem) throw refused(field, problem)
    }
  }
}

/**
 * The traits after a write at `now`: named ones are added or overwritten. `present` is what the person shows at present: what
 * is written goes before that, also when the clock stands still or was ahead on another machine.
 */
export function overwriteTraits(
  traits: ProfileTraits,
  input: TraitsInput,
  now: number,
  present: ProfileTraits = traits,
): ProfileTraits {
  const changed = new Map(Object.entries(traits))
  for (const [group, values] of Object.entries(input)) {
    const ofGroup = new Map(Object.entries(changed.get(group) ?? {}))
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) ofGroup.set(name, newerThan(traitOf(present, group, name), value, now))
    }
    if (ofGroup.size > 0) changed.set(group, Object.fromEntries(ofGroup))
  }
  return Object.fromEntries(changed)
}

/** The traits without those that the input sets to null, and without groups that are empty then. */
export function removeTraits(traits: ProfileTraits, input: TraitsInput): ProfileTraits {
  const kept = Object.entries(traits).map(([group, ofGroup]) => {
    const values = new Map(Object.entries(input)).get(group)
    if (values === undefined) return [group, ofGroup] as const
    const removed = new Set(Object.entries(values).flatMap(([name, value]) => (value === null ? [name] : [])))
    return [group, Object.fromEntries(Object.entries(ofGroup).filter(([name]) => !removed.has(name)))] as const
  })
  return Object.fromEntries(kept.filter(([, ofGroup]) => Object.keys(ofGroup).length > 0))
}

/** Below zero when `a` was written before `b`. Of values written at once the text decides, so that no order does. */
export function compareTraits(a: Trait, b: Trait): number {
  const [left, right] = [JSON.stringify(a.value), JSON.stringify(b.value)]
  return a.at - b.at || (a.n ?? 0) - (b.n ?? 0) || (left < right ? -1 : Number(left > right))
}

/** The identifiers, not yet normalised, that values of promoted traits stand for, each with the field it came from. */
export function promotedIdentifiers(
  groups: readonly TraitGroup[],
  input: TraitsInput,
): (Identifier & { field: string })[] {
  return groups.flatMap((group) =>
    Object.entries(ownOf(input, group.displayName) ?? {}).flatMap(([name, value]) => {
      const idType = ownOf(group.traits, name)?.idTypePromotion
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

function traitOf(traits: ProfileTraits, group: string, name: string): Trait | undefined {
  const ofGroup = new Map(Object.entries(traits)).get(group)
  return ofGroup && new Map(Object.entries(ofGroup)).get(name)
}

function newerThan(present: Trait | undefined, value: TraitValue, now: number): Trait {
  if (present === undefined || present.at < now) return { value, at: now }
  return { value, at: present.at, n: (present.n ?? 0) + 1 }
}

function ownOf<T>(map: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** What is wrong with a value of a declared trait, as the end of a sentence; undefined when nothing is. */
export function valueProblem(definition: TraitDefinition, value: TraitValue | null): string | undefined {
  return typeProblem(definition, value) ?? (value === null ? undefined : ruleProblem(definition.validationRule, value))
}

function typeProblem({ dataType }: TraitDefinition, value: TraitValue | null): string | undefined {
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

/** A value that is of the type already. */
function ruleProblem(rule: ValidationRule | undefined, value: TraitValue): string | undefined {
  if (typeof value === 'string' && rule?.ruleType === 'STRING') {
    const length = [...value].length
    return (
      boundProblem(length, rule.minLength, rule.maxLength, 'characters') ??
      (rule.pattern !== undefined && !matchesPattern(rule.pattern, value) ? `must match ${rule.pattern}` : undefined)
    )
  }
  if (typeof value === 'number' && rule?.ruleType === 'NUMBER') return boundProblem(value, rule.min, rule.max)
  if (Array.isArray(value) && rule?.ruleType === 'ARRAY') {
    return boundProblem(value.length, rule.minItems, rule.maxItems, 'items')
  }
  return undefined
}

function boundProblem(size: number, least: number | undefined, most: number | undefined, of = ''): string | undefined {
  const [verb, unit] = of === '' ? ['be', ''] : ['have', ` ${of}`]
  if (least !== undefined && size < least) return `must ${verb} at least ${least}${unit}`
  return most !== undefined && size > most ? `must ${verb} at most ${most}${unit}` : undefined
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
