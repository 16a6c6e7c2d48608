import { setTimeout } from 'node:timers/promises'
import type { Asked, Reaction } from '../model-stub.ts'
import type { Random } from './random.ts'

/** So often it fails at the same task: once less than is tried. */
const maxFailures = 2
/** Customers whose risk is answered with what does not fit the schema, and not at all. */
export const misjudged = 0
export const refused = 1

const failures: Reaction[] = [
  { status: 500 },
  { status: 503, retryAfter: '20' },
  { status: 429 },
  { status: 429, retryAfter: '3' },
  'cut',
  'half',
]

/** A model that is slow and fails, in ways that pass; but answers one customer wrongly and refuses another, always. */
export function capriciousModel(random: Random): (asked: Asked) => Promise<Reaction> {
  const failed = new Map<string, number>()
  return async (asked) => {
    await setTimeout(random.integer(1, 40))
    const key = JSON.stringify([asked.task, asked.said])
    const times = failed.get(key) ?? 0
    if (times < maxFailures && random.chance(0.15)) {
      failed.set(key, times + 1)
      return random.pick(failures)
    }
    return answerTo(asked)
  }
}

function answerTo({ task, said }: Asked): Reaction {
  const customer = Number(/customer (\d+)$/.exec(said[0]?.text ?? '')?.[1])
  if (task.includes('worth remembering')) {
    return { answer: { observations: [{ content: `The customer is the one with the number ${customer}.` }] } }
  }
  if (task.startsWith('Rate the risk') && customer === misjudged) return { answer: { risk: 'high' } }
  if (task.startsWith('Rate the risk') && customer === refused) return { refusal: 'That is not for me to say.' }
  return {}
}
