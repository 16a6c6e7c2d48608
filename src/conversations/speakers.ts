import { statements } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import { type ConversationTables, communicationOf, participantsOf } from './rows.ts'

/** Who said something, as they are known now. Ids without prefix. */
export interface Speaker {
  participantId: string
  type: string
  /** The call that it was said on; null: it was no speech. */
  call: string | null
}

const statement = statements<ConversationTables>()
const communicationsByIds = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  db.selectFrom('communication').selectAll().where('account', '=', p.account).where(d.among('id', p.ids)),
)

/** By communication. Somebody who has been removed since is UNKNOWN. */
export async function speakersOf(
  read: Reader,
  account: number,
  { conversationIds, communicationIds }: { conversationIds: string[]; communicationIds: string[] },
): Promise<Map<string, Speaker>> {
  if (communicationIds.length === 0) return new Map()
  const rows = await read.all(communicationsByIds, { account, ids: communicationIds })
  const participants = await read.all(participantsOf, { account, conversationIds })
  const types = new Map(participants.map(({ id, type }) => [id, type]))
  return new Map(
    rows.map(communicationOf).map(({ id, author: { participantId, channel }, channelId }) => {
      const type = types.get(participantId) ?? 'UNKNOWN'
      return [id, { participantId, type, call: channel === 'VOICE' ? (channelId ?? '') : null }]
    }),
  )
}
