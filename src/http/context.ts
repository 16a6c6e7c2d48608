import type { Clock } from '../kernel/clock.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Log } from '../kernel/log.ts'
import type { Store } from '../store/store.ts'

/** What every room's routes are handed. Rooms add their own needs to it. */
export interface RouteContext {
  store: Store
  clock: Clock
  limits: Limits
  log: Log
  /** Prefix of `statusUrl` and `Location`; undefined: the host that the request named. */
  configuredUrl: string | undefined
  /** Tells the loop that carries out operations that one has been accepted. */
  pokeOperations: () => void
}
