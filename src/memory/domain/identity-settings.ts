import { Failure } from '../../kernel/failure.ts'
import type { Normalization } from './normalisation.ts'

/** How values of one identifier type are compared, kept and shared. Every field has a value here; defaults are filled in on the way in. */
export interface IdentifierConfig {
  idType: string
  matchingAlgo: 'exact' | 'fuzzy'
  /** Percent of likeness that `fuzzy` asks for. */
  matchingThreshold: number
  /** Values of this type that one profile may hold. */
  limit: number
  /** Which value goes when there are more: the one added first (`fifo`) or the one added last (`lifo`). */
  limitPolicy: 'fifo' | 'lifo'
  /** True: no two profiles share a value. False: sharing one is allowed, and says too little to merge by itself. */
  enforceUnique: boolean
  normalization: Normalization
}

/** How a memory store tells which profile is meant. `matchingRules` names identifier types, the most telling first. */
export interface IdentitySettings {
  identifierConfigs: IdentifierConfig[]
  matchingRules: string[]
}

/** What a caller may leave out of an `IdentifierConfig`. */
export type IdentifierConfigInput = Pick<IdentifierConfig, 'idType'> & Partial<Omit<IdentifierConfig, 'idType'>>

export interface IdentitySettingsInput {
  identifierConfigs: IdentifierConfigInput[]
  matchingRules: string[]
}

/** The identifier types that every store has, in the order of its first rules, each with its own normalisation. */
const reservedTypes = { email: 'email', whatsapp: 'trim', phone: 'phone', chat: 'trim' } as const
const reservedNames = Object.keys(reservedTypes)

/** The settings that a new store begins with. */
export const defaultIdentitySettings: IdentitySettings = {
  identifierConfigs: reservedNames.map((idType) => completeConfig({ idType })),
  matchingRules: reservedNames,
}

/**
 * The settings of a request with every default filled in. Throws `invalid` when a type is configured twice, a reserved
 * one is missing, or a rule names no configured type.
 */
export function completeIdentitySettings(input: IdentitySettingsInput): IdentitySettings {
  const identifierConfigs = input.identifierConfigs.map(completeConfig)
  const configured = identifierConfigs.map((config) => config.idType)
  refuseRepeated(configured, 'identifierConfigs', 'idType')
  for (const [at, idType] of configured.entries()) {
    if (!/^[A-Za-z0-9_-]{2,30}$/.test(idType)) {
      throw refused(
        `identifierConfigs[${at}].idType`,
        'must have 2 to 30 letters, digits, hyphens or underscores and nothing else',
      )
    }
  }
  const missing = reservedNames.filter((idType) => !configured.includes(idType))
  if (missing.length > 0) {
    throw refused('identifierConfigs', `must keep the reserved identifier types; missing: ${missing.join(', ')}`)
  }
  const matchingRules = input.matchingRules.map(canonicalIdType)
  refuseRepeated(matchingRules, 'matchingRules', 'identifier type')
  for (const [at, rule] of matchingRules.entries()) {
    if (!configured.includes(rule)) {
      throw refused(`matchingRules[${at}]`, `must name one configured identifier type; "${rule}" is none`)
    }
  }
  return { identifierConfigs, matchingRules }
}

/** The configuration of an identifier type, or undefined when the store has no such type. */
export function identifierConfig(settings: IdentitySettings, idType: string): IdentifierConfig | undefined {
  const canonical = canonicalIdType(idType)
  return settings.identifierConfigs.find((config) => config.idType === canonical)
}

/** The name under which a type is kept: `whatsappid`, which some callers send, is `whatsapp`. */
export function canonicalIdType(idType: string): string {
  return idType === 'whatsappid' ? 'whatsapp' : idType
}

function completeConfig(input: IdentifierConfigInput): IdentifierConfig {
  const idType = canonicalIdType(input.idType)
  return {
    idType,
    matchingAlgo: input.matchingAlgo ?? 'exact',
    matchingThreshold: input.matchingThreshold ?? 75,
    limit: input.limit ?? 100,
    limitPolicy: input.limitPolicy ?? 'fifo',
    enforceUnique: input.enforceUnique ?? true,
    normalization: input.normalization ?? defaultNormalization(idType),
  }
}

/** A reserved type keeps its own normalisation when a request leaves it out; `trim` would stop telephone numbers from matching. */
function defaultNormalization(idType: string): Normalization {
  return Object.hasOwn(reservedTypes, idType) ? reservedTypes[idType as keyof typeof reservedTypes] : 'trim'
}

function refuseRepeated(names: string[], field: string, what: string): void {
  const repeated = names.find((name, at) => names.indexOf(name) !== at)
  if (repeated !== undefined) throw refused(field, `must name each ${what} once; "${repeated}" is there again`)
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', `${field} ${message}`, { code: 520046, field })
}
