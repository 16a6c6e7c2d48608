import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import { dueRows } from './due-rows.ts'

export const actionTable = table('action', {
  account: 'int',
  id: 'text',
  conversation_id: 'text',
  channel: 'text',
  from_address: 'text',
  text: 'text',
  media: 'text?',
  content_id: 'text?',
  variables: 'text?',
  channel_settings: 'text?',
  status: 'int',
  message_id: 'text?',
  communication_id: 'text?',
  failure_reason: 'text?',
  tries: 'int',
  request_id: 'text',
  created_at: 'big',
  updated_at: 'big',
  completed_at: 'big?',
  due_at: 'big?',
  leased_until: 'big?',
})
export type ActionRow = RowOf<typeof actionTable>

export const actionMessageTable = table('action_message', {
  account: 'int',
  action_id: 'text',
  n: 'int',
  message_key: 'text',
  address: 'text',
  message_id: 'text?',
  resource_id: 'text?',
  failure: 'text?',
})
export type ActionMessageRow = RowOf<typeof actionMessageTable>

export const actionStatuses = ['PENDING', 'COMPLETED', 'FAILED'] as const

interface Tables {
  action: ActionRow
  action_message: ActionMessageRow
}

const statement = statements<Tables>()

export const actionById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('action').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const lockAction = statement<{ account: number; id: string }>()((db, p, d) =>
  d.lock(db.selectFrom('action').select('status').where('account', '=', p.account).where('id', '=', p.id)),
)
export const messagesOfAction = statement<{ account: number; actionId: string }>()((db, p) =>
  db
    .selectFrom('action_message')
    .selectAll()
    .where('account', '=', p.account)
    .where('action_id', '=', p.actionId)
    .orderBy('n'),
)
export const dueActions = dueRows<ActionRow>(actionTable)
/** Which actions sent the messages, and for whom; whether the recipient's first message was another. */
export const sendersOf = statement<{ account: number; messageIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('action_message')
    .innerJoin('action', (join) =>
      join.onRef('action.account', '=', 'action_message.account').onRef('action.id', '=', 'action_message.action_id'),
    )
    .select([
      'action_message.message_id as message_id',
      'action_message.resource_id as resource_id',
      'action_message.address as address',
      'action.channel as channel',
      'action.conversation_id as conversation_id',
    ])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('action_message as earlier')
            .select('earlier.n')
            .whereRef('earlier.account', '=', 'action_message.account')
            .whereRef('earlier.action_id', '=', 'action_message.action_id')
            .whereRef('earlier.address', '=', 'action_message.address')
            .whereRef('earlier.n', '<', 'action_message.n'),
        )
        .as('is_further'),
    )
    .where('action_message.account', '=', p.account)
    .where('action_message.message_id', 'is not', null)
    .where(d.among('action_message.message_id', p.messageIds)),
)
/** What actions are under way with: their messages that no carrier's answer is saved of. */
export const sendingActions = statement<{ account: number; wall: number }>()((db, p) =>
  db
    .selectFrom('action')
    .innerJoin('action_message', (join) =>
      join.onRef('action.account', '=', 'action_message.account').onRef('action.id', '=', 'action_message.action_id'),
    )
    .select(['action.channel', 'action.from_address', 'action.text', 'action.content_id', 'action_message.address'])
    .where('action.account', '=', p.account)
    .where('action.due_at', 'is not', null)
    .where('action.leased_until', '>', p.wall)
    .where('action_message.message_id', 'is', null),
)
export type SendingAction = Pick<ActionRow, 'channel' | 'from_address' | 'text' | 'content_id'> &
  Pick<ActionMessageRow, 'address'>
/** Keys of the messages that the actions of a conversation sent. */
export const messageKeysIn = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .selectFrom('action_message')
    .innerJoin('action', (join) =>
      join.onRef('action.account', '=', 'action_message.account').onRef('action.id', '=', 'action_message.action_id'),
    )
    .select('action_message.message_key as key')
    .where('action.account', '=', p.account)
    .where('action.conversation_id', '=', p.conversationId),
)
export const forgetActionMessages = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .deleteFrom('action_message')
    .where('account', '=', p.account)
    .where('action_id', 'in', (eb) =>
      eb
        .selectFrom('action')
        .select('id')
        .where('account', '=', p.account)
        .where('conversation_id', '=', p.conversationId),
    ),
)
export const forgetActions = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('action').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
