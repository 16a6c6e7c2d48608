import type { IdentitySettings } from './domain/identity-settings.ts'

export type StoreStatus = 'QUEUED' | 'PROVISIONING' | 'ACTIVE' | 'FAILED'

/** The container of an account's profiles and of the settings by which they are told apart. */
export interface MemoryStore {
  id: string
  displayName: string
  description: string | null
  status: StoreStatus
  intelligenceServiceId: string
  version: number
  identitySettings: IdentitySettings
  identityVersion: number
  /** How many values are on its list of those that never merge. */
  sharedValues: number
}
