import type { Tx } from '../store/store.ts'
import { forgetExecutions, forgetProgress } from './execution-rows.ts'
import { forgetResults } from './result-rows.ts'

/** Deletes what was found in a conversation that is deleted. What is being executed is waited for, and then finds nothing to save. */
export async function forgetFindings(tx: Tx, account: number, conversationId: string): Promise<void> {
  await tx.run(forgetExecutions, { account, conversationId })
  await tx.run(forgetResults, { account, conversationId })
  await tx.run(forgetProgress, { account, conversationId })
}
