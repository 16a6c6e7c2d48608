import { openUnit, refuseClosed } from '../../conversations/commands/claiming.ts'
import { type CommandContext, type Request, work } from '../../conversations/commands/working.ts'
import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { type ActionMessageRow, type ActionRow, actionMessageTable, actionTable } from '../action-rows.ts'
import { type PartyReference, resolveParties } from '../domain/action.ts'
import { mediaAt } from '../domain/media.ts'
import { packedMedia } from '../message-rows.ts'

export interface CreateAction {
  conversationId: string
  from: PartyReference
  to: readonly PartyReference[]
  text: string
  contentId: string | null
  variables: Record<string, string> | null
  mediaUrls: readonly string[]
  channelSettings: Record<string, unknown> | null
}

/** Accepts an action: from this commit on the message will be sent, whatever happens to the process. */
export async function createAction(context: CommandContext, request: Request, input: CreateAction): Promise<ActionRow> {
  const id = newId()
  const keys = input.to.map(() => newId())
  const row = await work(context, request, async ({ tx, account, requestId, now, work }) => {
    await work.load([input.conversationId], true)
    const unit = openUnit(work, input.conversationId)
    work.settleAll()
    refuseClosed(unit, 'The message cannot be sent')
    const resolved = resolveParties(unit.participants, input.from, input.to)
    if ('problem' in resolved) {
      const { message, field, code = 20001 } = resolved.problem
      throw new Failure('invalid', message, { field, code })
    }
    const { channel, from, to } = resolved.parties
    const action: ActionRow = {
      account,
      id,
      conversation_id: input.conversationId,
      channel,
      from_address: from,
      text: input.text,
      media: packedMedia(input.mediaUrls.map(mediaAt)),
      content_id: input.contentId,
      variables: input.variables && JSON.stringify(input.variables),
      channel_settings: input.channelSettings && JSON.stringify(input.channelSettings),
      status: 0,
      message_id: null,
      communication_id: null,
      failure_reason: null,
      tries: 0,
      request_id: requestId,
      created_at: now,
      updated_at: now,
      completed_at: null,
      due_at: now,
      leased_until: null,
    }
    await tx.insert(actionTable, [action])
    await tx.insert(
      actionMessageTable,
      to.map(
        (address, n): ActionMessageRow => ({
          account,
          action_id: id,
          n,
          message_key: keys[n] ?? id,
          address,
          message_id: null,
          resource_id: null,
          failure: null,
        }),
      ),
    )
    return action
  })
  return row
}
