import { Failure } from '../kernel/failure.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type IdentitySettings, identifierConfig } from './domain/identity-settings.ts'
import { normalizeIdentifier } from './domain/normalisation.ts'
import { identifierKey } from './domain/resolution.ts'
import { defaultTraitGroups } from './domain/trait-groups.ts'
import { promotingTrait } from './domain/traits.ts'
import { holdersAmong, holdersHeld } from './identifier-rows.ts'
import { requireIdentifier, requireIdentifierConfig } from './identifiers.ts'
import type { StoreStatus } from './memory-store.ts'
import { aliasesByCanonical, aliasesByIds, aliasesHeld, profileCount, profileIdsAmong } from './profile-rows.ts'
import { writeProfile } from './profile-writing.ts'
import { storeHeld, storesByIds, storesByStatus } from './store-rows.ts'
import { requireActiveStore } from './stores.ts'
import { sharedKeys } from './unmergeable.ts'

export interface WantedIdentifier {
  storeId: string
  idType: string
  value: string
}

export interface LookedUpIdentifier extends WantedIdentifier {
  /** The value as the store compares it; as given when it can not be normalised or the store has no such type. */
  normalizedValue: string
  /** Canonical, earliest first. */
  profileIds: string[]
  /** On the list of values that never merge: who has it may be anybody, so it tells nobody. */
  shared: boolean
}

export interface ProfileInStore {
  storeId: string
  profileId: string
}

export interface AddressProfile {
  storeId: string
  newProfileId: string
  idType: string
  value: string
  source: string
  /** Wire id of what brought it, such as the participant. */
  detail?: string
  requestId: string
  now: number
}

/** Who holds these identifiers, in the order of the question, in two statements. Values must match exactly once normalised. */
export async function lookupIdentifiers(
  tx: Reader,
  account: number,
  wanted: readonly WantedIdentifier[],
): Promise<LookedUpIdentifier[]> {
  if (wanted.length === 0) return []
  const stores = await tx.all(storesByIds, { account, ids: distinct(wanted.map(({ storeId }) => storeId)) })
  const settings = new Map(stores.map((row) => [row.id, JSON.parse(row.identity_settings) as IdentitySettings]))
  const asked = wanted.map((one) => ({ one, identifier: normalizedOf(settings.get(one.storeId), one) }))
  const comparable = asked.flatMap(({ one, identifier }) =>
    identifier ? [{ storeId: one.storeId, ...identifier }] : [],
  )
  const holders = await holdersByIdentifier(tx, account, comparable)
  return asked.map(({ one, identifier }) => ({
    ...one,
    normalizedValue: identifier?.value ?? one.value,
    ...((identifier && holders.get(`${one.storeId} ${identifierKey(identifier)}`)) ?? {
      profileIds: [],
      shared: false,
    }),
  }))
}

/** The ids that merges have retired, by the canonical id that took their place. Profiles without any are absent. */
export async function aliasesOf(
  tx: Reader,
  account: number,
  profiles: readonly ProfileInStore[],
): Promise<Map<string, string[]>> {
  const rows =
    profiles.length === 0
      ? []
      : await tx.all(isTransaction(tx) ? aliasesHeld : aliasesByCanonical, { account, ...placesOf(profiles) })
  const retired = new Map<string, string[]>()
  for (const row of rows) retired.set(row.canonical_id, [...(retired.get(row.canonical_id) ?? []), row.id])
  return retired
}

/** The canonical id of each of these ids; one that no merge has retired is its own. */
export async function canonicalIds(
  tx: Reader,
  account: number,
  ids: readonly ProfileInStore[],
): Promise<Map<string, string>> {
  const rows = ids.length === 0 ? [] : await tx.all(aliasesByIds, { account, ...placesOf(ids) })
  const canonical = new Map(ids.map(({ profileId }) => [profileId, profileId]))
  for (const row of rows) canonical.set(row.id, row.canonical_id)
  return canonical
}

/** Those of these ids that stand for a profile of the store, retired ids included. */
export async function profilesExist(
  tx: Reader,
  account: number,
  storeId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const aliases = await tx.all(aliasesByIds, { account, storeIds: [storeId], ids: [...ids] })
  const live = await tx.all(profileIdsAmong, { account, storeId, ids: [...ids] })
  return new Set([...live, ...aliases].map((row) => row.id))
}

/** The stores of the account in which profiles can be looked up and made. */
export async function activeStores(tx: Reader, account: number): Promise<Set<string>> {
  const rows = await tx.all(storesByStatus, { account, status: 'ACTIVE' satisfies StoreStatus })
  return new Set(rows.map(({ id }) => id))
}

/** The status of a store, which from now to the end of the transaction is neither changed nor deleted; undefined when there is none. */
export async function holdStore(tx: Tx, account: number, storeId: string): Promise<StoreStatus | undefined> {
  return (await tx.get(storeHeld, { account, storeId }))?.status as StoreStatus | undefined
}

/**
 * The profile of an address: who holds it already, else a new one with the address as its first trait and identifier.
 * Throws a Failure when the store is not ACTIVE, has no such identifier type, cannot compare the value or lists it as one that never merges, or has as many
 * profiles as `maxProfiles` allows.
 */
export async function createProfileForAddress(
  tx: Tx,
  account: number,
  address: AddressProfile,
  maxProfiles = Number.POSITIVE_INFINITY,
): Promise<{ profileId: string }> {
  const store = await requireActiveStore(tx, account, address.storeId, storeHeld)
  const config = requireIdentifierConfig(store.identitySettings, address.idType)
  const identifier = requireIdentifier(config, address.value, 'address')
  if ((await sharedKeys(tx, account, store, [identifier])).size > 0) {
    throw new Failure('invalid', 'The address is on the list of values that never merge, so it is nobody’s alone.', {
      field: 'address',
    })
  }
  const trait = promotingTrait(defaultTraitGroups, config.idType)
  if (Number.isFinite(maxProfiles)) await refuseTooMany(tx, account, address.storeId, maxProfiles)
  const { profileId } = await writeProfile(tx, account, {
    ...address,
    store,
    changeId: address.newProfileId,
    traits: trait ? { [trait.group]: { [trait.name]: identifier.value } } : {},
    identifiers: [address.detail === undefined ? identifier : { ...identifier, detail: address.detail }],
  })
  return { profileId }
}

async function refuseTooMany(tx: Tx, account: number, storeId: string, maxProfiles: number): Promise<void> {
  const count = await tx.get(profileCount, { account, storeId })
  if ((count?.n ?? 0) < maxProfiles) return
  throw new Failure('limit', `This memory store has its maximum of ${maxProfiles} profiles.`, {
    params: { limit: maxProfiles },
  })
}

function normalizedOf(settings: IdentitySettings | undefined, wanted: WantedIdentifier) {
  const config = settings && identifierConfig(settings, wanted.idType)
  const value = config && normalizeIdentifier(config, wanted.value)
  return value === undefined ? undefined : { idType: (config as { idType: string }).idType, value }
}

async function holdersByIdentifier(
  tx: Reader,
  account: number,
  identifiers: readonly WantedIdentifier[],
): Promise<Map<string, { profileIds: string[]; shared: boolean }>> {
  if (identifiers.length === 0) return new Map()
  const rows = await tx.all(isTransaction(tx) ? holdersHeld : holdersAmong, {
    account,
    storeIds: distinct(identifiers.map(({ storeId }) => storeId)),
    idTypes: distinct(identifiers.map(({ idType }) => idType)),
    values: distinct(identifiers.map(({ value }) => value)),
  })
  const holders = new Map<string, { profileIds: string[]; shared: boolean }>()
  for (const row of rows) {
    const key = `${row.store_id} ${row.id_type}:${row.value}`
    const { profileIds = [], shared = false } = holders.get(key) ?? {}
    holders.set(key, { profileIds: [...profileIds, row.profile_id].sort(), shared: shared || row.shared === 1 })
  }
  return holders
}

/** Whoever writes by what was found must find it so until the end: an unmerge could give it to somebody else meanwhile. */
function isTransaction(read: Reader): read is Tx {
  return 'insert' in read
}

function placesOf(profiles: readonly ProfileInStore[]): { storeIds: string[]; ids: string[] } {
  return {
    storeIds: distinct(profiles.map(({ storeId }) => storeId)),
    ids: distinct(profiles.map(({ profileId }) => profileId)),
  }
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
