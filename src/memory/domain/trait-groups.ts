import { Failure } from '../../kernel/failure.ts'
import { matchesPattern } from '../../kernel/pattern.ts'
import { type IdentitySettings, identifierConfig } from './identity-settings.ts'

export const dataTypes = ['STRING', 'NUMBER', 'BOOLEAN', 'ARRAY'] as const
export type DataType = (typeof dataTypes)[number]

/** What values of a trait must fulfil beside their type. Which fields there are is up to `ruleType`, which is the trait's type. */
export interface ValidationRule {
  ruleType: DataType
  /** Matches anywhere unless anchored. */
  pattern?: string
  minLength?: number
  maxLength?: number
  min?: number
  max?: number
  minItems?: number
  maxItems?: number
}

export interface TraitDefinition {
  dataType: DataType
  description?: string
  validationRule?: ValidationRule
  /** The identifier type that values of this trait are promoted to. */
  idTypePromotion?: string
}

/** Facts of one kind that profiles of a store may hold, each with its type. */
export interface TraitGroup {
  displayName: string
  traits: Record<string, TraitDefinition>
}

/** Definitions as a request gives them; the empty type removes a trait where that is allowed. */
export type TraitDefinitionsInput = Record<string, Omit<TraitDefinition, 'dataType'> & { dataType: DataType | '' }>

/** Where definitions of a request stand and what they may say. */
export interface DefinitionScope {
  group: TraitGroup
  settings: IdentitySettings
  maxTraits: number
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

/** The trait groups that every store begins with. */
export const defaultTraitGroups: readonly TraitGroup[] = [contactGroup]

/** Whether a group belongs to the system: it can be added to, but neither deleted nor bent. */
export function isProtected(groupName: string): boolean {
  return groupName === contactGroup.displayName
}

/**
 * The traits of a group after a request: named ones are defined anew or, by the empty type, removed; others stay. Throws
 * `invalid` or `limit`, naming the field, when a definition is not coherent, touches a protected trait, or is one too many.
 */
export function defineTraits(scope: DefinitionScope, input: TraitDefinitionsInput): Record<string, TraitDefinition> {
  const traits = new Map(Object.entries(scope.group.traits))
  for (const [name, { dataType, ...more }] of Object.entries(input)) {
    const field = `traits.${name}`
    if (!/^[a-zA-Z0-9_.-]{1,64}$/.test(name)) {
      throw refused(field, 'must be named by 1 to 64 letters, digits, hyphens, underscores or dots')
    }
    const definition = dataType === '' ? undefined : completeDefinition(scope, field, { dataType, ...more })
    refuseProtected(scope.group, name, definition)
    if (definition) traits.set(name, definition)
    else traits.delete(name)
  }
  if (traits.size > scope.maxTraits) {
    throw new Failure('limit', `A trait group has at most ${scope.maxTraits} traits.`, {
      code: 520054,
      field: 'traits',
      params: { limit: scope.maxTraits },
    })
  }
  return Object.fromEntries(traits)
}

/** The names of traits that a change removes. */
export function removedTraits(before: TraitGroup, after: Record<string, TraitDefinition>): string[] {
  return Object.keys(before.traits).filter((name) => !Object.hasOwn(after, name))
}

export function protectedFailure(what: string, field?: string): Failure {
  return new Failure('invalid', `${what} belongs to the system and can neither be changed nor deleted.`, {
    code: 520050,
    ...(field === undefined ? {} : { field }),
  })
}

function completeDefinition(scope: DefinitionScope, field: string, given: TraitDefinition): TraitDefinition {
  const { dataType, description, validationRule, idTypePromotion } = given
  if (validationRule) refuseRule(`${field}.validationRule`, dataType, validationRule)
  if (idTypePromotion !== undefined) {
    if (dataType === 'BOOLEAN')
      throw refused(`${field}.idTypePromotion`, 'is not for BOOLEAN traits, which identify nobody')
    if (!identifierConfig(scope.settings, idTypePromotion)) {
      const known = scope.settings.identifierConfigs.map(({ idType }) => idType).join(', ')
      throw refused(`${field}.idTypePromotion`, `must be one of this memory store's identifier types: ${known}`)
    }
  }
  return {
    dataType,
    ...(description === undefined ? {} : { description }),
    ...(validationRule === undefined ? {} : { validationRule: ruleOf(validationRule) }),
    ...(idTypePromotion === undefined ? {} : { idTypePromotion }),
  }
}

const ruleFields = {
  STRING: ['pattern', 'minLength', 'maxLength'],
  NUMBER: ['min', 'max'],
  BOOLEAN: [],
  ARRAY: ['minItems', 'maxItems'],
} as const satisfies Record<DataType, readonly (keyof ValidationRule)[]>

/** What the rule's type knows of it; other keys are ignored, as everywhere. */
function ruleOf(rule: ValidationRule): ValidationRule {
  const fields: readonly (keyof ValidationRule)[] = ruleFields[rule.ruleType]
  return Object.fromEntries(
    Object.entries(rule).filter(([key]) => key === 'ruleType' || fields.includes(key as keyof ValidationRule)),
  ) as unknown as ValidationRule
}

function refuseRule(field: string, dataType: DataType, rule: ValidationRule): void {
  if (rule.ruleType !== dataType) throw refused(`${field}.ruleType`, `must be ${dataType}, as the trait's dataType`)
  const { pattern, minLength, maxLength, min, max, minItems, maxItems } = ruleOf(rule)
  if (pattern !== undefined && matchesPattern(pattern, '') === undefined) {
    throw refused(`${field}.pattern`, 'must be a regular expression without look-around and back-references')
  }
  for (const [most, least, name] of [
    [maxLength, minLength, 'maxLength'],
    [max, min, 'max'],
    [maxItems, minItems, 'maxItems'],
  ] as const) {
    if (most !== undefined && least !== undefined && most < least)
      throw refused(`${field}.${name}`, `must be at least ${least}`)
  }
}

/** A client that sends back what it has read changes nothing, so the same definition is taken. */
function refuseProtected(group: TraitGroup, name: string, definition: TraitDefinition | undefined): void {
  if (!isProtected(group.displayName) || !Object.hasOwn(contactGroup.traits, name)) return
  const own = contactGroup.traits[name]
  if (own?.idTypePromotion === undefined && definition) return
  const same =
    definition?.dataType === own?.dataType &&
    definition?.validationRule === undefined &&
    definition?.idTypePromotion === own?.idTypePromotion
  if (!same) throw protectedFailure(`The trait ${name} of the group ${group.displayName}`, `traits.${name}`)
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', `${field} ${message}`, { code: 520046, field })
}
