import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { OfService, One, Place } from './places.ts'

export const classicConversationTable = table('classic_conversation', {
  account: 'int',
  sid: 'text',
  service_sid: 'text',
  unique_name: 'text?',
  friendly_name: 'text?',
  attributes: 'text',
  messaging_service_sid: 'text?',
  state: 'text',
  conversation_id: 'text?',
  next_index: 'big',
  created_at: 'big',
  updated_at: 'big',
})

export type ClassicConversationRow = RowOf<typeof classicConversationTable>

const statement = statements<{ classic_conversation: ClassicConversationRow }>()

/** By its SID or its unique name. */
export const conversationByName = statement<OfService & { name: string }>()((db, p) =>
  db
    .selectFrom('classic_conversation')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .where((eb) => eb.or([eb('sid', '=', p.name), eb('unique_name', '=', p.name)])),
)
export const conversationBySid = statement<One>()((db, p) =>
  db.selectFrom('classic_conversation').selectAll().where('account', '=', p.account).where('sid', '=', p.sid),
)
export const lockConversation = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('classic_conversation').selectAll().where('account', '=', p.account).where('sid', '=', p.sid)),
)
/** All of a service, in the order in which everybody locks them. */
export const lockConversationsOf = statement<OfService>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('classic_conversation')
      .select('sid')
      .where('account', '=', p.account)
      .where('service_sid', '=', p.serviceSid)
      .orderBy('sid'),
  ),
)
/** The open ones that speak for a conversation, the one where something happened last first. */
export const bridgedRows = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .selectFrom('classic_conversation')
    .select('sid')
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('state', '!=', 'closed')
    .orderBy('updated_at', 'desc')
    .orderBy('sid', 'desc'),
)
export const lockBridged = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('classic_conversation')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('conversation_id', p.conversationIds))
      .orderBy('sid'),
  ),
)
export const lockNamed = statement<{ account: number; sids: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('classic_conversation')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('sid', p.sids))
      .orderBy('sid'),
  ),
)
export const conversationsBefore = statement<OfService & Place>()((db, p) =>
  db
    .selectFrom('classic_conversation')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .where('sid', '<', p.after)
    .orderBy('sid', 'desc')
    .limit(p.limit),
)
export const conversationsAfter = statement<OfService & Place>()((db, p) =>
  db
    .selectFrom('classic_conversation')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .where('sid', '>', p.after)
    .orderBy('sid')
    .limit(p.limit),
)
export const removeConversation = statement<One>()((db, p) =>
  db.deleteFrom('classic_conversation').where('account', '=', p.account).where('sid', '=', p.sid),
)
export const unbridge = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .updateTable('classic_conversation')
    .set({ conversation_id: null })
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId),
)
