import type { Tx } from '../store/store.ts'
import { forgetActionMessages, forgetActions, messageKeysIn } from './action-rows.ts'
import { forgetMessagesOf, removeMessage } from './message-rows.ts'
import { forgetMediaOf } from './rows.ts'

/** Deletes what this room keeps of a conversation that is deleted. */
export async function forgetCarried(tx: Tx, account: number, conversationId: string): Promise<void> {
  const sent = await tx.all(messageKeysIn, { account, conversationId })
  for (const { key: id } of sent) await tx.run(removeMessage, { account, id })
  await tx.run(forgetActionMessages, { account, conversationId })
  await tx.run(forgetActions, { account, conversationId })
  await tx.run(forgetMediaOf, { account, conversationId })
  await tx.run(forgetMessagesOf, { account, conversationId })
}
