import type { Vault } from '../../accounts/vault.ts'
import type { RouteContext } from '../../http/context.ts'
import type { ReadCommunications } from '../communications.ts'
import type { OverflowPolicy } from '../domain/room.ts'
import type { IdentityEffects } from '../effects.ts'
import type { VectorOfQuery } from '../recall.ts'
import type { RecallCache } from '../recall-cache.ts'
import type { IsStoreReferenced } from '../stores.ts'

export interface MemoryContext extends RouteContext {
  recallCache: RecallCache
  /** Left out when there is no embedding: recall ranks by words alone. */
  vectorOfQuery?: VectorOfQuery
  readCommunications: ReadCommunications
  isStoreReferenced: IsStoreReferenced
  identityEffects: IdentityEffects
  /** Signs the addresses that take files. */
  vault: Vault
  /** How long such an address is good for. */
  uploadLifetimeMs: number
  /** Tells the loop that imports files that one is there. */
  pokeImports: () => void
  /**
   * What a request for a retired profile id gets: `follow`, the default, answers from the profile that took its place;
   * `strict` sends the caller there, as the published description has it, though the official clients do not follow.
   */
  memoryRedirects?: 'follow' | 'strict'
  /** What a full profile does with one more observation or summary; it evicts unless told otherwise. */
  memoryOverflow?: OverflowPolicy
}
