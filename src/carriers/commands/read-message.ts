import { invalid, notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import {
  callbackTable,
  channelOfRow,
  lockMessage,
  type MessageRow,
  messageById,
  messageSid,
  messageTable,
  statusCallbacks,
  statusOfRow,
} from '../message-rows.ts'
import type { Network } from '../network.ts'

/**
 * A handset shows what arrived at it, and lets the sender know: the communication, the message and its status callback hear of
 * it. Said again it changes nothing. On SMS nobody hears of such things.
 */
export async function readMessage(
  { store, clock, traffic, wake }: Network,
  request: { account: number; requestId: string },
  { id, addresses }: { id: string; addresses: readonly string[] },
): Promise<MessageRow> {
  const { account } = request
  const row = await store.read.get(messageById, { account, id })
  if (!row || !addresses.includes(row.to_address)) throw notFound('No such message arrived at this handset.')
  refuseUnreadable(row)
  // Before the message itself, as reporting again after a crash changes nothing.
  if (row.captured === 1) await traffic.reports(request, [{ messageId: messageSid(row), status: 'read' }])
  const now = await clock.now()
  const callbackId = newId()
  const saved = await store.transact(async (tx) => {
    const present = await tx.get(lockMessage, { account, id })
    if (present?.status !== 'delivered') return present
    const read: MessageRow = { ...present, status: 'read', updated_at: now }
    await tx.update(messageTable, ['account', 'id'], ['status', 'updated_at'], [read])
    await tx.insert(callbackTable, statusCallbacks(read, { id: callbackId, status: 'read', errorCode: null, at: now }))
    return read
  })
  wake()
  return saved ?? row
}

function refuseUnreadable(row: MessageRow): void {
  if (channelOfRow(row) === 'SMS') throw invalid('status', 'status cannot be told on SMS, which has no receipts.')
  const status = statusOfRow(row)
  if (status === 'delivered' || status === 'read') return
  throw invalid('status', `status can be read when the message has been delivered; it is ${status}.`)
}
