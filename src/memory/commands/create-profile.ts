import { Failure } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import { checkTraits, type TraitsInput } from '../domain/traits.ts'
import { requirePromoted } from '../identifiers.ts'
import { type WrittenProfile, writeProfile } from '../profile-writing.ts'
import { tellingRefusals } from '../refusals.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { traitGroupsNamed } from '../trait-groups.ts'

export interface CreateProfile {
  account: number
  storeId: string
  traits: TraitsInput
  newProfileId: string
  requestId: string
  now: number
}

/** Writes traits to the profile that their identifiers belong to, or to a new one. Throws unless at least one trait identifies. */
export function createProfile(store: Store, input: CreateProfile): Promise<WrittenProfile> {
  return tellingRefusals(store, input, async (tx) => {
    const memoryStore = await requireActiveStore(tx, input.account, input.storeId, storeHeld)
    const groups = await traitGroupsNamed(tx, input.account, input.storeId, Object.keys(input.traits))
    checkTraits(groups, input.traits, { mayRemove: false })
    const identifiers = requirePromoted(memoryStore.identitySettings, groups, input.traits)
    if (identifiers.length === 0) {
      throw new Failure('invalid', 'traits must hold at least one that is promoted to an identifier', {
        code: 520046,
        field: 'traits',
      })
    }
    return writeProfile(tx, input.account, {
      ...input,
      store: memoryStore,
      changeId: input.newProfileId,
      identifiers,
      source: 'api',
    })
  })
}
