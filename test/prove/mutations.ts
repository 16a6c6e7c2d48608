import type { Draft } from './draft.ts'
import type { MutationContext } from './mutation.ts'
import { bodyMutations } from './mutations-body.ts'
import { envelopeMutations } from './mutations-envelope.ts'
import { wireMutations } from './mutations-wire.ts'

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
