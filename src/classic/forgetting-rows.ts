import type { Kysely } from 'kysely'
import { statements } from '../store/statement.ts'
import type { ClassicConversationRow } from './conversation-rows.ts'
import type { ClassicMessageRow } from './message-rows.ts'
import type { ClassicParticipantRow } from './participant-rows.ts'
import type { OfService } from './places.ts'
import type { SendingRow, SentRow } from './sending-rows.ts'
import type { RoleRow, ServiceRow } from './service-rows.ts'

interface Tables {
  classic_service: ServiceRow
  classic_role: RoleRow
  classic_conversation: ClassicConversationRow
  classic_participant: ClassicParticipantRow
  classic_message: ClassicMessageRow
  classic_sending: SendingRow
  classic_sent: SentRow
}

const statement = statements<Tables>()

function conversationsOf(db: Kysely<Tables>, p: OfService) {
  return db
    .selectFrom('classic_conversation')
    .select('sid')
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
}

function messagesOf(db: Kysely<Tables>, p: OfService) {
  return db
    .selectFrom('classic_message')
    .select('sid')
    .where('account', '=', p.account)
    .where('conversation_sid', 'in', conversationsOf(db, p))
}

/** In this order they leave nothing of a service. */
export const forgetService = [
  statement<OfService>()((db, p) =>
    db.deleteFrom('classic_sending').where('account', '=', p.account).where('message_sid', 'in', messagesOf(db, p)),
  ),
  statement<OfService>()((db, p) =>
    db.deleteFrom('classic_sent').where('account', '=', p.account).where('message_sid', 'in', messagesOf(db, p)),
  ),
  statement<OfService>()((db, p) =>
    db
      .deleteFrom('classic_message')
      .where('account', '=', p.account)
      .where('conversation_sid', 'in', conversationsOf(db, p)),
  ),
  statement<OfService>()((db, p) =>
    db
      .deleteFrom('classic_participant')
      .where('account', '=', p.account)
      .where('conversation_sid', 'in', conversationsOf(db, p)),
  ),
  statement<OfService>()((db, p) =>
    db.deleteFrom('classic_conversation').where('account', '=', p.account).where('service_sid', '=', p.serviceSid),
  ),
  statement<OfService>()((db, p) =>
    db.deleteFrom('classic_role').where('account', '=', p.account).where('service_sid', '=', p.serviceSid),
  ),
  statement<OfService>()((db, p) =>
    db.deleteFrom('classic_service').where('account', '=', p.account).where('sid', '=', p.serviceSid),
  ),
]

/** What a deleted conversation had here: its messages, and those who spoke in nothing else. In this order. */
export const forgetBridged = [
  statement<{ account: number; conversationId: string }>()((db, p) =>
    db.deleteFrom('classic_sending').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
  ),
  statement<{ account: number; conversationId: string }>()((db, p) =>
    db.deleteFrom('classic_sent').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
  ),
  statement<{ account: number; conversationId: string }>()((db, p) =>
    db.deleteFrom('classic_message').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
  ),
  statement<{ account: number; conversationId: string }>()((db, p) =>
    db
      .deleteFrom('classic_participant')
      .where('account', '=', p.account)
      .where('conversation_sid', 'in', (eb) =>
        eb
          .selectFrom('classic_conversation as c')
          .select('c.sid')
          .where('c.account', '=', p.account)
          .where('c.conversation_id', '=', p.conversationId)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('classic_message as m')
                  .select('m.sid')
                  .whereRef('m.account', '=', 'c.account')
                  .whereRef('m.conversation_sid', '=', 'c.sid'),
              ),
            ),
          ),
      ),
  ),
  statement<{ account: number; conversationId: string }>()((db, p) =>
    db
      .deleteFrom('classic_conversation')
      .where('account', '=', p.account)
      .where('conversation_id', '=', p.conversationId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('classic_message as m')
              .select('m.sid')
              .whereRef('m.account', '=', 'classic_conversation.account')
              .whereRef('m.conversation_sid', '=', 'classic_conversation.sid'),
          ),
        ),
      ),
  ),
]
