import type { Store } from '../../store/store.ts'
import { requireIdentifier, requireIdentifierConfig } from '../identifiers.ts'
import { changeProfile, type ProfileChange } from '../profile-changing.ts'

/**
 * Adds an identifier to a profile, which merges it with whoever holds the value already. A value that is there changes
 * nothing, and one beyond a `lifo` limit is refused silently. Answers the canonical id.
 */
export function addIdentifier(store: Store, input: ProfileChange & { idType: string; value: string }): Promise<string> {
  return changeProfile(store, input, async (_tx, memoryStore) => {
    const config = requireIdentifierConfig(memoryStore.identitySettings, input.idType)
    return { identifiers: [requireIdentifier(config, input.value, 'value')] }
  })
}
