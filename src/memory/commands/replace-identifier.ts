import { Failure, notFound } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import { normalizeIdentifier } from '../domain/normalisation.ts'
import { requireIdentifier, requireIdentifierConfig } from '../identifiers.ts'
import { changeProfile, type ProfileChange } from '../profile-changing.ts'
import { identifiersOfType } from '../profiles.ts'

export interface ReplaceIdentifier extends ProfileChange {
  idType: string
  oldValue: string
  newValue: string
}

/**
 * Puts one value of a profile in the place of another. Throws `not_found` when the profile does not hold the old one and
 * a conflict when it holds the new one besides. Answers the canonical id, as the new value can merge profiles.
 */
export function replaceIdentifier(store: Store, input: ReplaceIdentifier): Promise<string> {
  return changeProfile(store, input, async (tx, memoryStore, profile) => {
    const config = requireIdentifierConfig(memoryStore.identitySettings, input.idType)
    const added = requireIdentifier(config, input.newValue, 'newValue')
    const oldValue = normalizeIdentifier(config, input.oldValue)
    const held = await identifiersOfType(tx, profile, config.idType)
    const removed = held.find(({ value }) => value === oldValue)
    if (!removed) throw notFound(`This profile has no ${config.idType} identifier with that oldValue.`, 520014)
    if (removed.value === added.value) return undefined
    if (held.some(({ value }) => value === added.value)) {
      throw new Failure('conflict', `This profile has a ${config.idType} identifier with that newValue already.`)
    }
    return { identifiers: [added], removed: [removed] }
  })
}
