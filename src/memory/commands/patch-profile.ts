import type { Store } from '../../store/store.ts'
import { checkTraits, type TraitsInput } from '../domain/traits.ts'
import { requirePromoted } from '../identifiers.ts'
import { changeProfile, type ProfileChange } from '../profile-changing.ts'
import { traitGroupsNamed } from '../trait-groups.ts'

/**
 * Adds, overwrites and, by null, removes traits. A promoted value becomes an identifier too, which can merge profiles;
 * removing the trait leaves the identifier. Answers the canonical id.
 */
export function patchProfile(store: Store, input: ProfileChange & { traits: TraitsInput }): Promise<string> {
  return changeProfile(store, input, async (tx, memoryStore) => {
    const groups = await traitGroupsNamed(tx, input.account, input.storeId, Object.keys(input.traits))
    checkTraits(groups, input.traits, { mayRemove: true })
    return { traits: input.traits, identifiers: requirePromoted(memoryStore.identitySettings, groups, input.traits) }
  })
}
