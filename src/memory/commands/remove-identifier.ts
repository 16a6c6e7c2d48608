import { notFound } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import { requireIdentifierConfig } from '../identifiers.ts'
import { changeProfile, type ProfileChange } from '../profile-changing.ts'
import { identifiersOfType } from '../profiles.ts'

export interface RemoveIdentifier extends ProfileChange {
  idType: string
  removeAll: boolean
}

/**
 * Removes all values of one identifier type, or the one that would be evicted next. Throws `not_found` when the profile
 * has none. Answers the canonical id.
 */
export function removeIdentifier(store: Store, input: RemoveIdentifier): Promise<string> {
  return changeProfile(store, input, async (tx, memoryStore, profile) => {
    const config = requireIdentifierConfig(memoryStore.identitySettings, input.idType)
    const held = await identifiersOfType(tx, profile, config.idType)
    if (held.length === 0) throw notFound(`This profile has no ${config.idType} identifier.`, 520014)
    const next = config.limitPolicy === 'fifo' ? held.slice(0, 1) : held.slice(-1)
    return input.removeAll ? { removedTypes: [config.idType] } : { removed: next }
  })
}
