import { statements } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import type { Communication } from './domain/conversation.ts'
import { type ConversationTables, communicationOf } from './rows.ts'

/** What was said in a conversation between two communications, by their ids: after the first, up to the second. */
export interface Stretch {
  account: number
  conversationId: string
  since: string
  until: string
}

const statement = statements<ConversationTables>()
const perRead = 200
const afterAll = '8'

const stretchBackwards = statement<Stretch & { occurredAt: number; id: string; limit: number }>()((db, p) =>
  db
    .selectFrom('communication')
    .selectAll()
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .where('id', '>', p.since)
    .where('id', '<=', p.until)
    .where('occurred_at', '<=', p.occurredAt)
    .where((eb) => eb.or([eb('occurred_at', '<', p.occurredAt), eb('id', '<', p.id)]))
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** The last ones first, as many as hold so many characters, and one more if there is any; of those that are wanted. */
export async function readStretch(
  read: Reader,
  stretch: Stretch,
  maxCharacters: number,
  isWanted: (communication: Communication) => boolean = () => true,
): Promise<Communication[]> {
  const found: Communication[] = []
  let characters = 0
  let place = { occurredAt: Number.MAX_SAFE_INTEGER, id: afterAll }
  for (;;) {
    const rows = await read.all(stretchBackwards, { ...stretch, ...place, limit: perRead })
    for (const row of rows) {
      const communication = communicationOf(row)
      if (!isWanted(communication)) continue
      found.push(communication)
      characters += row.text.length
    }
    const last = rows.at(-1)
    if (!last || rows.length < perRead || characters > maxCharacters) return found
    place = { occurredAt: last.occurred_at, id: last.id }
  }
}
