import type { AccountSecrets } from '../../accounts/secrets.ts'
import type { RouteContext } from '../../http/context.ts'
import type { SendCallback } from '../sending.ts'

export interface EventsContext extends RouteContext {
  secrets: AccountSecrets
  send: SendCallback
  /** Tells the loop that delivers that something is due. */
  pokeDeliveries: () => void
}
