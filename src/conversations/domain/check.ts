export const checkOutcomes = ['OK', 'PROBLEM', 'NOT_APPLICABLE'] as const
export type CheckOutcome = (typeof checkOutcomes)[number]

/** One question of a checklist, answered. `ids` are wire ids of what it found. */
export interface Check<Name extends string = string> {
  check: Name
  outcome: CheckOutcome
  message: string
  /** What to do about a problem. */
  remedy: string | null
  ids: string[]
}

export function fine<N extends string>(check: N, message: string, ids: string[] = []): Check<N> {
  return { check, outcome: 'OK', message, remedy: null, ids }
}

export function problem<N extends string>(check: N, message: string, remedy: string, ids: string[] = []): Check<N> {
  return { check, outcome: 'PROBLEM', message, remedy, ids }
}

export function pointless<N extends string>(check: N, message: string): Check<N> {
  return { check, outcome: 'NOT_APPLICABLE', message, remedy: null, ids: [] }
}

/** An operation as far as a diagnosis looks at it. `id` is a wire id. */
export interface SeenOperation {
  id: string
  status: 'PENDING' | 'COMPLETED' | 'FAILED'
  createdAt: number
  /** Why it failed. */
  error: string | null
}

/** An operation that takes longer than this is stuck. */
const patienceMs = 60_000

/** Whether what was asked for has been done: the newest first, as far back as operations are kept. */
export function checkOperations<N extends string>(
  check: N,
  operations: readonly SeenOperation[],
  now: number,
): Check<N> {
  const stuck = operations.filter(({ status, createdAt }) => status === 'PENDING' && now - createdAt > patienceMs)
  if (stuck.length > 0) {
    const remedy = 'See that a node with access to the database is running, and look into its log.'
    return problem(check, 'An operation has been waiting for more than a minute.', remedy, idsOf(stuck))
  }
  const pending = operations.filter(({ status }) => status === 'PENDING')
  if (pending.length > 0) {
    const remedy = 'Wait until the operation is COMPLETED: until then everything goes by what was before.'
    return problem(check, 'A change has been accepted and is not in force yet.', remedy, idsOf(pending))
  }
  const [last] = operations
  if (last?.status === 'FAILED') {
    const remedy = 'Correct what the error names and send the change again.'
    return problem(check, `The last operation failed: ${last.error ?? 'no reason is kept'}`, remedy, [last.id])
  }
  return fine(check, 'No operation is waiting, and the last one that is remembered did not fail.')
}

function idsOf(found: readonly { id: string }[]): string[] {
  return found.map(({ id }) => id)
}
