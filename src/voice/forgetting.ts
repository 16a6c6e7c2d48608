import type { Tx } from '../store/store.ts'
import { forgetCallsOf, forgetTranscriptionsOf } from './rows.ts'

/** Deletes the calls and transcriptions whose words a deleted conversation held. */
export async function forgetCalls(tx: Tx, account: number, conversationId: string): Promise<void> {
  await tx.run(forgetCallsOf, { account, conversationId })
  await tx.run(forgetTranscriptionsOf, { account, conversationId })
}
