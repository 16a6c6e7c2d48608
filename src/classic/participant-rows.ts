import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'
import type { OfConversation, One, Place } from './places.ts'

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

const statement = statements<{ classic_participant: ClassicParticipantRow }>()

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
export const lockParticipant = statement<One>()((db, p, d) =>
  d.lock(db.selectFrom('classic_participant').selectAll().where('account', '=', p.account).where('sid', '=', p.sid)),
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
export const participantByBinding = statement<{ account: number; address: string; proxyAddress: string }>()((db, p) =>
  db
    .selectFrom('classic_participant')
    .selectAll()
    .where('account', '=', p.account)
    .where('address', '=', p.address)
    .where('proxy_address', '=', p.proxyAddress),
)
