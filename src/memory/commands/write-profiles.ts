import { reportDiagnostic } from '../../events/report.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import type { TraitsInput } from '../domain/traits.ts'
import { type BatchOutcome, writeProfiles } from '../profile-batch.ts'
import { storeHeld } from '../store-rows.ts'
import { requireActiveStore } from '../stores.ts'
import { allTraitGroups } from '../trait-groups.ts'

export interface WriteProfiles {
  account: number
  storeId: string
  profiles: readonly { traits: TraitsInput }[]
  requestId: string
  now: number
}

/** What one transaction takes, so that others get their turn in between. */
const itemsPerTransaction = 100
/** What is told of a request; the count tells how many there were. */
const maxToldRefusals = 20

/**
 * Writes each item to the profile that its identifiers belong to, or to a new one. Items that may not be are passed over and
 * told to the debugger, by their place and code alone. Throws when the store can not be written to; answers how many were written.
 */
export async function writeProfilesInBulk(store: Store, input: WriteProfiles): Promise<{ written: number }> {
  const { account, storeId, profiles, requestId, now } = input
  const outcomes: BatchOutcome[] = []
  for (let at = 0; at < profiles.length; at += itemsPerTransaction) {
    const items = profiles.slice(at, at + itemsPerTransaction).map(({ traits }) => ({ traits, newProfileId: newId() }))
    const some = await store.transact(async (tx) => {
      const memoryStore = await requireActiveStore(tx, account, storeId, storeHeld)
      const groups = await allTraitGroups(tx, account, storeId)
      return writeProfiles(tx, account, { store: memoryStore, groups, items, source: 'bulk', requestId, now })
    })
    outcomes.push(...some)
  }
  const refused = outcomes.flatMap((one, item) => ('refusal' in one ? [{ item, code: one.refusal.details.code }] : []))
  if (refused.length > 0) {
    await store.transact((tx) =>
      reportDiagnostic(tx, account, {
        level: 'warning',
        code: 520010,
        message: `${refused.length} of ${profiles.length} profiles of a bulk request were not written.`,
        resource: wireId('memoryStore', storeId),
        details: { items: refused.slice(0, maxToldRefusals) },
        requestId,
        count: refused.length,
        at: now,
      }),
    )
  }
  return { written: outcomes.length - refused.length }
}
