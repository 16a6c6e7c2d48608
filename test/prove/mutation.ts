import type { Draft } from './draft.ts'
import type { FuzzWorld } from './fuzz-world.ts'
import type { Random } from './random.ts'

export interface MutationContext {
  random: Random
  /** The account that sends the request. */
  world: FuzzWorld
  /** Ids of the other account, by no right of ours. */
  foreignIds: readonly string[]
  /** Page tokens of any list of the other account. */
  foreignTokens: readonly string[]
}

/** Changes one thing in the request. Answers false, having changed nothing, when the request has no such thing. */
export type Mutation = (draft: Draft, context: MutationContext) => boolean
