import type { Limits } from '../kernel/limits.ts'
import type { PassiveProfiles } from './domain/resolution.ts'

/** What the operator decides for the whole server. */
export interface OrchestratorSettings {
  limits: Limits
  /** Whether callbacks may go to private addresses and over plain http. */
  allowPrivateCallbacks: boolean
  /** Whether captured customers without a profile get one. */
  passiveProfiles: PassiveProfiles
  /** How long a call may be between two streams before a conversation with null voice timeouts closes. */
  graceMs: number
  /** Closes calls in which nobody ever spoke; undefined: never. */
  silentCallMs: number | undefined
}
