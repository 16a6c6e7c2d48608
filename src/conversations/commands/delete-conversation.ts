import { type IdempotentRequest, once } from '../../accounts/idempotency.ts'
import { forgetEvents } from '../../events/append.ts'
import { reportDeletion } from '../../events/report.ts'
import type { StoredAnswer } from '../../http/stored-answer.ts'
import { wireId } from '../../kernel/ids.ts'
import type { OperationHandler } from '../../operations/operation.ts'
import { startOperation } from '../../operations/steps.ts'
import type { Store, Tx } from '../../store/store.ts'
import { forgetConversation, releaseAllKeys } from '../rows.ts'
import { openUnit } from './claiming.ts'
import { type CommandContext, type Request, work } from './working.ts'

export const deleteConversationKind = 'conversation.delete'

export interface DeleteConversation {
  conversationId: string
  operationId: string
  idempotency: IdempotentRequest | undefined
  answer: () => StoredAnswer
}

/** Accepts the deletion: from this commit on the conversation answers 404 and holds no keys. */
export function acceptDeletion(
  context: CommandContext,
  request: Request,
  input: DeleteConversation,
): Promise<StoredAnswer> {
  return work(context, request, ({ tx, account, requestId, now, work }) =>
    once(tx, account, input.idempotency, now, async () => {
      await work.load([input.conversationId], true)
      const unit = openUnit(work, input.conversationId)
      const subject = wireId('conversation', input.conversationId)
      unit.conversation.deleting = true
      unit.changed = true
      unit.attributesChanged = true
      await tx.run(releaseAllKeys, { account, conversationIds: [input.conversationId] })
      await startOperation(
        tx,
        account,
        {
          id: input.operationId,
          api: 'conversations',
          kind: deleteConversationKind,
          subject,
          input: { conversationId: input.conversationId },
          related: { conversationId: subject },
          requestId,
        },
        now,
      )
      return input.answer()
    }),
  )
}

/** Deletes what another room keeps of a conversation, whose own rows are there still. */
export type ForgetConversation = (tx: Tx, account: number, conversationId: string) => Promise<void>

/** Deletes the conversation with everything in it, then has the store remove what lingers in its files. */
export function deletionHandler(store: Store, alsoForget: readonly ForgetConversation[] = []): OperationHandler {
  const scrub = () => store.scrub()
  return async (tx, account, operation, now) => {
    const { conversationId } = operation.input as { conversationId: string }
    await reportDeletion(tx, account, { conversationId, requestId: operation.requestId, at: now })
    await forgetEvents(tx, account, conversationId)
    for (const forget of alsoForget) await forget(tx, account, conversationId)
    for (const statement of forgetConversation) await tx.run(statement, { account, conversationId })
    return { resultId: wireId('conversation', conversationId), afterCommit: scrub }
  }
}
