import type { RouteContext } from '../../http/context.ts'

export interface IntelligenceContext extends RouteContext {
  /** Whether rules may post to private addresses and by plain http. */
  allowPrivateCallbacks: boolean
}
