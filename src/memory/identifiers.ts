import { Failure } from '../kernel/failure.ts'
import { type IdentifierConfig, type IdentitySettings, identifierConfig } from './domain/identity-settings.ts'
import { maxIdentifierLength, normalizeIdentifier } from './domain/normalisation.ts'
import type { Identifier } from './domain/resolution.ts'
import type { TraitGroup } from './domain/trait-groups.ts'
import { promotedIdentifiers, type TraitsInput } from './domain/traits.ts'
import type { WrittenIdentifier } from './profile-writing.ts'

/** The configuration of an identifier type that a request names. Throws `invalid` when the store has no such type. */
export function requireIdentifierConfig(settings: IdentitySettings, idType: string): IdentifierConfig {
  const config = identifierConfig(settings, idType)
  if (!config) {
    const known = settings.identifierConfigs.map((one) => one.idType).join(', ')
    throw refused('idType', `idType must be one of this memory store's identifier types: ${known}`)
  }
  return config
}

/** An identifier of a request in the form in which it is stored. Throws `invalid`, naming the field. */
export function requireIdentifier(config: IdentifierConfig, value: string, field: string): Identifier {
  const normalized = normalizeIdentifier(config, value)
  if (normalized === undefined) throw refused(field, `${field} ${problemOf(config)}`)
  return { idType: config.idType, value: normalized }
}

/**
 * The identifiers that promoted traits of a request stand for. Throws `invalid`, naming the trait. A trait whose identifier
 * type the store has no longer is a trait like any other.
 */
export function requirePromoted(
  settings: IdentitySettings,
  groups: readonly TraitGroup[],
  traits: TraitsInput,
): WrittenIdentifier[] {
  return promotedIdentifiers(groups, traits).flatMap(({ idType, value, field }) => {
    const config = identifierConfig(settings, idType)
    return config ? [{ ...requireIdentifier(config, value, field), detail: field.replace('traits.', 'trait:') }] : []
  })
}

function problemOf({ normalization }: IdentifierConfig): string {
  return normalization === 'phone'
    ? 'must be a telephone number: + and 8 to 15 digits, or 10 digits of a North American number'
    : `must have 1 to ${maxIdentifierLength} characters that are not blank`
}

function refused(field: string, message: string): Failure {
  return new Failure('invalid', message, { code: 520046, field })
}
