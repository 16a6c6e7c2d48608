import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const serviceTable = table('classic_service', {
  account: 'int',
  sid: 'text',
  friendly_name: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export type ServiceRow = RowOf<typeof serviceTable>

export const roleTable = table('classic_role', {
  account: 'int',
  sid: 'text',
  service_sid: 'text',
  friendly_name: 'text',
  type: 'text',
  permissions: 'text',
  created_at: 'big',
  updated_at: 'big',
})
export type RoleRow = RowOf<typeof roleTable>

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

export const classicParticipantTable = table('classic_participant', {
  account: 'int',
  sid: 'text',
  conversation_sid: 'text',
  identity: 'text?',
  channel: 'text?',
  address: 'text?',
  proxy_address: 'text?',
  role_sid: 'text?',
  attributes: 'text',
  participant_id: 'text?',
  last_read_index: 'big?',
  last_read_timestamp: 'text?',
  created_at: 'big',
  updated_at: 'big',
})
export type ClassicParticipantRow = RowOf<typeof classicParticipantTable>

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

/** A message on its way to a bound phone. */
export const sendingTable = table('classic_sending', {
  account: 'int',
  message_sid: 'text',
  participant_sid: 'text',
  conversation_id: 'text?',
  channel: 'text',
  sender: 'text',
  recipient: 'text',
  body: 'text',
  tries: 'int',
  due_at: 'big',
})
export type SendingRow = RowOf<typeof sendingTable>

/** The carrier's id of what was sent, by which reports speak of it. */
export const sentTable = table('classic_sent', {
  account: 'int',
  message_id: 'text',
  message_sid: 'text',
  channel: 'text',
  recipient: 'text',
  conversation_id: 'text?',
})
type SentRow = RowOf<typeof sentTable>

interface Tables {
  classic_sending: SendingRow
  classic_sent: SentRow

  classic_service: ServiceRow
  classic_role: RoleRow
  classic_conversation: ClassicConversationRow
  classic_participant: ClassicParticipantRow
  classic_message: ClassicMessageRow
}

const statement = statements<Tables>()

interface One {
  account: number
  sid: string
}
interface OfService {
  account: number
  serviceSid: string
}
interface OfConversation {
  account: number
  conversationSid: string
}
interface Place {
  /** Beyond this one, in the direction of the list. */
  after: string
  limit: number
}

export const serviceBySid = statement<One>()((db, p) =>
  db.selectFrom('classic_service').selectAll().where('account', '=', p.account).where('sid', '=', p.sid),
)
/** Who puts something into a service holds it, so that it is not deleted meanwhile. */
export const lockService = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('classic_service').select('sid').where('account', '=', p.account).where('sid', '=', p.sid)),
)
export const servicesBefore = statement<{ account: number } & Place>()((db, p) =>
  db
    .selectFrom('classic_service')
    .selectAll()
    .where('account', '=', p.account)
    .where('sid', '<', p.after)
    .orderBy('sid', 'desc')
    .limit(p.limit),
)
export const servicesAfter = statement<{ account: number } & Place>()((db, p) =>
  db
    .selectFrom('classic_service')
    .selectAll()
    .where('account', '=', p.account)
    .where('sid', '>', p.after)
    .orderBy('sid')
    .limit(p.limit),
)
export const serviceCount = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('classic_service')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account', '=', p.account),
)

export const rolesOf = statement<OfService>()((db, p) =>
  db
    .selectFrom('classic_role')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .orderBy('sid'),
)
export const roleBySid = statement<OfService & { sid: string }>()((db, p) =>
  db
    .selectFrom('classic_role')
    .selectAll()
    .where('account', '=', p.account)
    .where('service_sid', '=', p.serviceSid)
    .where('sid', '=', p.sid),
)

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

export const participantsOf = statement<OfConversation>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .orderBy('sid'),
)
export const participantsBefore = statement<OfConversation & Place>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('sid', '<', p.after)
    .orderBy('sid', 'desc')
    .limit(p.limit),
)
export const participantsAfter = statement<OfConversation & Place>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('sid', '>', p.after)
    .orderBy('sid')
    .limit(p.limit),
)
export const participantBySid = statement<OfConversation & { sid: string }>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('sid', '=', p.sid),
)
export const removeParticipants = statement<{ account: number; sids: string[] }>()((db, p, d) =>
  db.deleteFrom('classic_participant').where('account', '=', p.account).where(d.among('sid', p.sids)),
)
export const removeParticipantsOf = statement<OfConversation>()((db, p) =>
  db
    .deleteFrom('classic_participant')
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid),
)
/** Bindings free their pair when their conversation closes. */
export const releaseBindings = statement<OfConversation>()((db, p) =>
  db
    .deleteFrom('classic_participant')
    .where('account', '=', p.account)
    .where('conversation_sid', '=', p.conversationSid)
    .where('address', 'is not', null),
)

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
export const messagesByCommunications = statement<{ account: number; communicationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('classic_message')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('communication_id', p.communicationIds)),
)
export const removeMessage = statement<One>()((db, p) =>
  db.deleteFrom('classic_message').where('account', '=', p.account).where('sid', '=', p.sid),
)
export const removeMessagesOf = statement<OfConversation>()((db, p) =>
  db.deleteFrom('classic_message').where('account', '=', p.account).where('conversation_sid', '=', p.conversationSid),
)
export const removeConversation = statement<One>()((db, p) =>
  db.deleteFrom('classic_conversation').where('account', '=', p.account).where('sid', '=', p.sid),
)

export const participantByBinding = statement<{ account: number; address: string; proxyAddress: string }>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('address', '=', p.address)
    .where('proxy_address', '=', p.proxyAddress),
)
export const messageByResource = statement<{ account: number; resourceId: string }>()((db, p) =>
  db.selectFrom('classic_message').selectAll().where('account', '=', p.account).where('resource_id', '=', p.resourceId),
)

/** What is to be sent to bound phones and has not been. */
export const sendingsDue = statement<{ now: number; limit: number }>()((db, p) =>
  db.selectFrom('classic_sending').selectAll().where('due_at', '<=', p.now).orderBy('due_at').limit(p.limit),
)
export const nextSending = statement<object>()((db) =>
  db.selectFrom('classic_sending').select((eb) => eb.fn.min('due_at').as('due_at')),
)
export const sendingByCarrierId = statement<{ account: number; messageId: string }>()((db, p) =>
  db.selectFrom('classic_sent').selectAll().where('account', '=', p.account).where('message_id', '=', p.messageId),
)
export const removeSending = statement<{ account: number; messageSid: string; participantSid: string }>()((db, p) =>
  db
    .deleteFrom('classic_sending')
    .where('account', '=', p.account)
    .where('message_sid', '=', p.messageSid)
    .where('participant_sid', '=', p.participantSid),
)

/** In this order they leave nothing of a service. */
export const forgetService = [
  statement<OfService>()((db, p) =>
    db
      .deleteFrom('classic_message')
      .where('account', '=', p.account)
      .where('conversation_sid', 'in', (eb) =>
        eb
          .selectFrom('classic_conversation')
          .select('sid')
          .where('account', '=', p.account)
          .where('service_sid', '=', p.serviceSid),
      ),
  ),
  statement<OfService>()((db, p) =>
    db
      .deleteFrom('classic_participant')
      .where('account', '=', p.account)
      .where('conversation_sid', 'in', (eb) =>
        eb
          .selectFrom('classic_conversation')
          .select('sid')
          .where('account', '=', p.account)
          .where('service_sid', '=', p.serviceSid),
      ),
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
export const unbridge = statement<{ account: number; conversationId: string }>()((db, p) =>
  db
    .updateTable('classic_conversation')
    .set({ conversation_id: null })
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId),
)
