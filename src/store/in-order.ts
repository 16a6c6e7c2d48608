/** Waits for statements that were begun together and throws what failed first; what comes after a failed one fails for that reason alone. */
export async function inOrder(statements: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(statements)) if (outcome.status === 'rejected') throw outcome.reason
}
