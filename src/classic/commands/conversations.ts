import { type CommandContext, type Request, work } from '../../conversations/commands/working.ts'
import { setStatus } from '../../conversations/domain/lifecycle.ts'
import { Failure } from '../../kernel/failure.ts'
import { newOrderedSid } from '../../kernel/ids.ts'
import { isUniqueViolation } from '../../store/store.ts'
import { hold } from '../bridging.ts'
import {
  type ClassicConversationRow,
  classicConversationTable,
  lockBridged,
  lockConversation,
  removeConversation,
} from '../conversation-rows.ts'
import { type ConversationPath, requireConversation, requireService } from '../finding.ts'
import { removeMessagesOf } from '../message-rows.ts'
import { releaseBindings, removeParticipantsOf } from '../participant-rows.ts'
import { lockService } from '../service-rows.ts'

export const states = ['active', 'inactive', 'closed'] as const
export type ClassicState = (typeof states)[number]

/** What is absent stays as it is, and is empty at first. An empty unique name is none. */
export interface ConversationFields {
  friendlyName?: string
  uniqueName?: string
  attributes?: string
  messagingServiceSid?: string
  state?: ClassicState
}

export function createClassicConversation(
  { store, clock }: CommandContext,
  { account }: Request,
  serviceSid: string,
  fields: ConversationFields,
): Promise<ClassicConversationRow> {
  const sid = newOrderedSid('CH')
  return refusingTakenName(fields, async () => {
    const now = await clock.now()
    const row: ClassicConversationRow = {
      ...blank,
      account,
      sid,
      service_sid: serviceSid,
      created_at: now,
      updated_at: now,
      ...columnsOf(fields),
    }
    await store.transact(async (tx) => {
      await tx.get(lockService, { account, sid: serviceSid })
      await requireService(tx, account, serviceSid)
      await tx.insert(classicConversationTable, [row])
    })
    return row
  })
}

/** A new name is also the bridged conversation's; a classic conversation that closes closes that too, if no other is bridged to it. */
export function updateClassicConversation(
  context: CommandContext,
  request: Request,
  path: ConversationPath,
  fields: ConversationFields,
): Promise<ClassicConversationRow> {
  return refusingTakenName(fields, () =>
    work(context, request, async (working) => {
      const { tx, account, now } = working
      const seen = await requireConversation(tx, account, path)
      const { row, unit } = await hold(working, seen, () => false)
      if (row.state === 'closed') throw new Failure('invalid', `Conversation ${row.sid} is closed, which is final.`)
      const changed = { ...row, ...columnsOf(fields), updated_at: now }
      await tx.update(
        classicConversationTable,
        ['account', 'sid'],
        ['unique_name', 'friendly_name', 'attributes', 'messaging_service_sid', 'state', 'updated_at'],
        [changed],
      )
      const closes = changed.state === 'closed'
      if (closes) await tx.run(releaseBindings, { account, conversationSid: row.sid })
      if (unit && changed.friendly_name !== row.friendly_name) {
        unit.conversation.name = changed.friendly_name
        if (!closes) working.work.updated(unit)
      }
      if (unit && closes) {
        const { id } = unit.conversation
        const bridged = await tx.all(lockBridged, { account, conversationIds: [id] })
        const moved = setStatus(unit.conversation.lifecycle, unit.snapshot.rules, 'CLOSED', now)
        if (bridged.every(({ state }) => state === 'closed') && !('refused' in moved)) working.work.become(unit, moved)
      }
      return changed
    }),
  )
}

/** Deletes it with its participants and messages. The conversation that it was bridged to lives on. */
export async function deleteClassicConversation(
  { store }: CommandContext,
  { account }: Request,
  path: ConversationPath,
): Promise<void> {
  await store.transact(async (tx) => {
    const { sid } = await requireConversation(tx, account, path)
    // Whoever writes in it is through by then, or finds it gone.
    await tx.get(lockConversation, { account, sid })
    await tx.run(removeMessagesOf, { account, conversationSid: sid })
    await tx.run(removeParticipantsOf, { account, conversationSid: sid })
    await tx.run(removeConversation, { account, sid })
  })
}

const blank = {
  unique_name: null,
  friendly_name: null,
  attributes: '{}',
  messaging_service_sid: null,
  state: 'active',
  conversation_id: null,
  next_index: 0,
}

function columnsOf({ friendlyName, uniqueName, attributes, messagingServiceSid, state }: ConversationFields) {
  return {
    ...(friendlyName === undefined ? {} : { friendly_name: friendlyName || null }),
    ...(uniqueName === undefined ? {} : { unique_name: uniqueName || null }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(messagingServiceSid === undefined ? {} : { messaging_service_sid: messagingServiceSid || null }),
    ...(state === undefined ? {} : { state }),
  }
}

async function refusingTakenName<T>({ uniqueName }: ConversationFields, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Failure('conflict', `The service has a conversation with the unique name ${uniqueName} already.`, {
      code: 50353,
      field: 'UniqueName',
    })
  }
}
