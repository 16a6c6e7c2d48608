import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { OfConversation, One } from './places.ts'

export const classicMessageTable = table('classic_message', {
  account: 'int',
  sid: 'text',
  conversation_sid: 'text',
  place: 'big',
  author: 'text',
  body: 'text?',
  attributes: 'text',
  participant_sid: 'text?',
  conversation_id: 'text?',
  communication_id: 'text?',
  resource_id: 'text?',
  created_at: 'big',
  updated_at: 'big',
})

export type ClassicMessageRow = RowOf<typeof classicMessageTable>

const statement = statements<{ classic_message: ClassicMessageRow }>()

export const messagesBefore = statement<OfConversation & { after: number; limit: number }>()((db, p) =>
  db
    .selectFrom('classic_message')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('place', '<', p.after)
    .orderBy('place', 'desc')
    .limit(p.limit),
)
export const messagesAfter = statement<OfConversation & { after: number; limit: number }>()((db, p) =>
  db
    .selectFrom('classic_message')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('place', '>', p.after)
    .orderBy('place')
    .limit(p.limit),
)
export const messageBySid = statement<OfConversation & { sid: string }>()((db, p) =>
  db
    .selectFrom('classic_message')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('sid', '=', p.sid),
)
export const lockMessage = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('classic_message').selectAll().where('account', '=', p.account).where('sid', '=', p.sid)),
)
export const messagesByCommunications = statement<{ account: number; communicationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('classic_message')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('communication_id', p.communicationIds)),
)
export const messageSidsAmong = statement<{ account: number; sids: string[] }>()((db, p, d) =>
  db.selectFrom('classic_message').select('sid').where('account', '=', p.account).where(d.among('sid', p.sids)),
)
export const removeMessage = statement<One>()((db, p) =>
  db.deleteFrom('classic_message').where('account', '=', p.account).where('sid', '=', p.sid),
)
export const removeMessagesOf = statement<OfConversation>()((db, p) =>
  db.deleteFrom('classic_message').where('account', '=', p.account).where('conversation_sid', '=', p.conversationSid),
)
export const messageByResource = statement<{ account: number; resourceId: string }>()((db, p) =>
  db.selectFrom('classic_message').selectAll().where('account', '=', p.account).where('resource_id', '=', p.resourceId),
)
