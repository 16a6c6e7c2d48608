import type { Tx } from '../store/store.ts'
import { forgetMessagesOf } from './message-rows.ts'
import { forgetMediaOf } from './rows.ts'

/** Deletes what this room keeps of a conversation that is deleted. */
export async function forgetCarried(tx: Tx, account: number, conversationId: string): Promise<void> {
  await tx.run(forgetMediaOf, { account, conversationId })
  await tx.run(forgetMessagesOf, { account, conversationId })
}
