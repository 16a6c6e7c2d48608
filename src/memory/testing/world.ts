import { accountTable } from '../../accounts/rows.ts'
import type { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { openLog } from '../../kernel/log.ts'
import { Operations } from '../../operations/operations.ts'
import { findOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { addIdentifier } from '../commands/add-identifier.ts'
import { createProfile } from '../commands/create-profile.ts'
import { createStore } from '../commands/create-store.ts'
import { deleteStore } from '../commands/delete-store.ts'
import { mergeProfilesOnRequest } from '../commands/merge-profiles.ts'
import { patchProfile } from '../commands/patch-profile.ts'
import { type ControlPlaneRequest, patchStore, type StoreChange } from '../commands/patch-store.ts'
import { removeIdentifier } from '../commands/remove-identifier.ts'
import { replaceIdentifier } from '../commands/replace-identifier.ts'
import { replaceIdentitySettings } from '../commands/replace-identity-settings.ts'
import { undoMerge } from '../commands/undo-merge.ts'
import type { IdentifierConfigInput } from '../domain/identity-settings.ts'
import type { TraitsInput } from '../domain/traits.ts'
import type { IdentityEffects } from '../effects.ts'
import { identifiersOf } from '../identifier-rows.ts'
import { type MergeRow, mergesAfter } from '../merge-rows.ts'
import { memoryOperationHandlers } from '../operations.ts'
import { requireProfile } from '../profiles.ts'

let accounts = 0

/** A server without conversations. */
export const noEffects: IdentityEffects = {
  divide: async () => ({ rekeyed: [], closed: [] }),
  foreseeMerge: async () => [],
  onFollowed: () => {},
}

/** One account of its own in a shared database, and the commands as a test says them. */
export class World {
  readonly store: Store
  readonly account: number
  /** Stores that a configuration uses, with its id. */
  readonly references = new Map<string, string>()
  readonly operations: Operations
  now = Date.UTC(2026, 0, 5, 9)

  static async open(store: Store): Promise<World> {
    accounts += 1
    const world = new World(store, accounts)
    const row = {
      account: world.account,
      sid: `AC${String(world.account).padStart(32, '0')}`,
      name: 'test',
      epoch: 1,
      auth_token: '',
      secondary_auth_token: null,
      webhook_secret: '',
      webhook_secret_at: world.now,
      secondary_webhook_secret: null,
      secondary_webhook_secret_at: null,
      created_at: world.now,
    }
    await store.transact((tx) => tx.insert(accountTable, [row]))
    return world
  }

  private constructor(store: Store, account: number) {
    this.store = store
    this.account = account
    const handlers = memoryOperationHandlers(async (_tx, _account, id) => this.references.get(id))
    this.operations = new Operations({ store, log: openLog('silent', false), handlers })
  }

  /** Accepts the creation of a store, which stays QUEUED. */
  async queueStore(displayName = 'main', maxStores = 15): Promise<{ id: string; operationId: string }> {
    const id = newId()
    const operationId = newId()
    await createStore(this.store, {
      account: this.account,
      id,
      operationId,
      intelligenceServiceId: newId(),
      displayName,
      description: null,
      maxStores,
      requestId: 'RQ1',
      now: this.now,
    })
    return { id, operationId }
  }

  /** An ACTIVE store, with these identifier types beside the reserved ones. */
  async activeStore(types: IdentifierConfigInput[] = [], rules: string[] = types.map((type) => type.idType)) {
    const { id } = await this.queueStore(`store-${newId()}`, Number.POSITIVE_INFINITY)
    await this.runOperations()
    if (types.length > 0) await this.configure(id, types, rules)
    return id
  }

  async configure(storeId: string, types: IdentifierConfigInput[], rules: string[]): Promise<string> {
    const own = new Set(types.map((type) => type.idType))
    const reserved = ['email', 'whatsapp', 'phone', 'chat'].filter((idType) => !own.has(idType))
    const request = this.request(storeId)
    await replaceIdentitySettings(this.store, {
      ...request,
      settings: {
        identifierConfigs: [...reserved.map((idType) => ({ idType })), ...types],
        matchingRules: [...new Set(['phone', ...rules])],
      },
    })
    await this.runOperations()
    return request.operationId
  }

  async patchStore(storeId: string, change: StoreChange, ifMatch?: string): Promise<string> {
    const request = this.request(storeId)
    await patchStore(this.store, { ...request, change, ifMatch })
    return request.operationId
  }

  async deleteStore(storeId: string): Promise<string> {
    const request = this.request(storeId)
    await deleteStore(this.store, request, async (_tx, _account, id) => this.references.get(id))
    return request.operationId
  }

  runOperations(): Promise<number> {
    return this.operations.tick(this.now)
  }

  operation(id: string) {
    return findOperation(this.store.read, this.account, 'memory', id)
  }

  async create(storeId: string, contact: TraitsInput[string], newProfileId = newId()): Promise<string> {
    const { account, now } = this
    const input = { account, storeId, traits: { Contact: contact }, newProfileId, requestId: 'RQ1', now }
    return (await createProfile(this.store, input)).profileId
  }

  patch(storeId: string, profileId: string, contact: TraitsInput[string]): Promise<string> {
    return patchProfile(this.store, { ...this.change(storeId, profileId), traits: { Contact: contact } })
  }

  add(storeId: string, profileId: string, idType: string, value: string): Promise<string> {
    return addIdentifier(this.store, { ...this.change(storeId, profileId), idType, value })
  }

  replace(storeId: string, profileId: string, idType: string, oldValue: string, newValue: string): Promise<string> {
    return replaceIdentifier(this.store, { ...this.change(storeId, profileId), idType, oldValue, newValue })
  }

  remove(storeId: string, profileId: string, idType: string, removeAll = false): Promise<string> {
    return removeIdentifier(this.store, { ...this.change(storeId, profileId), idType, removeAll })
  }

  /** Merges two profiles on request; answers the id of the merge. */
  async merge(storeId: string, one: string, other: string): Promise<string> {
    const { account, now } = this
    const mergeId = newId()
    const input = { account, storeId, profileIds: [one, other] as const, mergeId, requestId: 'RQ3', now }
    await mergeProfilesOnRequest(this.store, input)
    return mergeId
  }

  undo(storeId: string, mergeId: string, keepApart = true) {
    const { account, now } = this
    const input = { account, storeId, mergeId, keepApart, changeId: newId(), requestId: 'RQ4', now }
    return undoMerge(this.store, input, noEffects)
  }

  /** The merges of a store, the oldest first. */
  merges(storeId: string): Promise<MergeRow[]> {
    return this.store.read.all(mergesAfter, { account: this.account, storeId, id: '', limit: 1000 })
  }

  /** What a profile holds: trait values of Contact, and identifiers as `type value`, oldest first. */
  async profile(storeId: string, profileId: string) {
    const row = await requireProfile(this.store.read, this.account, storeId, profileId)
    const rows = await this.store.read.all(identifiersOf, { account: this.account, storeId, profileIds: [row.id] })
    const contact: Record<string, { value: unknown }> = JSON.parse(row.traits).Contact ?? {}
    return {
      id: row.id,
      contact: Object.fromEntries(Object.entries(contact).map(([name, trait]) => [name, trait.value])),
      identifiers: rows.map((identifier) => `${identifier.id_type} ${identifier.value}`),
    }
  }

  /** The values of all of its traits, by group. */
  async traits(storeId: string, profileId: string): Promise<Record<string, Record<string, unknown>>> {
    const row = await requireProfile(this.store.read, this.account, storeId, profileId)
    const groups = Object.entries<Record<string, { value: unknown }>>(JSON.parse(row.traits))
    const valuesOf = (held: Record<string, { value: unknown }>) =>
      Object.fromEntries(Object.entries(held).map(([name, trait]) => [name, trait.value]))
    return Object.fromEntries(groups.map(([group, held]) => [group, valuesOf(held)]))
  }

  request(storeId: string): Omit<ControlPlaneRequest, 'ifMatch'> {
    return { account: this.account, storeId, operationId: newId(), requestId: 'RQ1', now: this.now }
  }

  private change(storeId: string, profileId: string) {
    return { account: this.account, storeId, profileId, changeId: newId(), requestId: 'RQ2', now: this.now }
  }
}

/** For `assert.rejects`: a refusal with this code. */
export function refusal(code: number) {
  return (error: unknown): boolean => (error as Failure).details?.code === code
}
