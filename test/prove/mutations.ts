import type { Draft } from './draft.ts'
import type { FuzzWorld } from './fuzz-world.ts'
import { bodyMutations } from './mutations-body.ts'
import { envelopeMutations } from './mutations-envelope.ts'
import { wireMutations } from './mutations-wire.ts'
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

/** Changes one thing in the request and answers what was done to it. */
export function mutate(draft: Draft, context: MutationContext): string {
  const { random } = context
  for (;;) {
    const dice = random.next()
    const family = dice < 0.6 ? bodyMutations : dice < 0.9 ? envelopeMutations : wireMutations
    const [name, mutation] = random.pick(Object.entries(family))
    if (mutation(draft, context)) return name
  }
}
