import { bumpEpoch } from '../../accounts/epochs.ts'
import { Failure } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { defaultIdentitySettings } from '../domain/identity-settings.ts'
import { storeTable } from '../rows.ts'
import { nameTaken, refuseTakenName } from '../store-names.ts'
import { storeCount } from '../store-rows.ts'

export interface CreateStore {
  account: number
  id: string
  operationId: string
  intelligenceServiceId: string
  displayName: string
  description: string | null
  maxStores: number
  requestId: string
  now: number
}

/** Records a store as QUEUED and the operation that makes it ACTIVE. Throws when the name is taken or the account has its maximum. */
export function createStore(store: Store, input: CreateStore): Promise<void> {
  const { account, id, displayName, description, now } = input
  return store.transact(async (tx) => {
    // Moving the epoch holds the account's row, so that simultaneous creations take turns and the count is true.
    await bumpEpoch(tx, account)
    await refuseTakenName(tx, account, displayName)
    const count = await tx.get(storeCount, { account })
    if ((count?.n ?? 0) >= input.maxStores) {
      throw new Failure('limit', `This account has its maximum of ${input.maxStores} memory stores.`, {
        code: 520044,
        params: { limit: input.maxStores },
      })
    }
    const row = {
      account,
      id,
      display_name: displayName,
      description,
      status: 'QUEUED',
      intelligence_service_id: input.intelligenceServiceId,
      version: 1,
      identity_settings: JSON.stringify(defaultIdentitySettings),
      identity_version: 1,
      created_at: now,
      updated_at: now,
    }
    if ((await tx.insert(storeTable, [row], 'nothing')) === 0) throw nameTaken(displayName)
    await startOperation(
      tx,
      account,
      {
        id: input.operationId,
        api: 'memory',
        kind: 'memory.store.create',
        subject: wireId('memoryStore', id),
        input: { storeId: id },
        related: {},
        requestId: input.requestId,
      },
      now,
    )
  })
}
