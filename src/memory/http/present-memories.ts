import { wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { ObservationRow, RevisionRow, SummaryRow } from '../rows.ts'

type Wording = Omit<RevisionRow, 'account' | 'observation_id' | 'n'>

/** What a write is answered with: a message, and dates that tell nothing. */
export function presentAccepted(message: string) {
  return { message, occurredAt: null, createdAt: null, updatedAt: null }
}

export function presentObservation(row: Wording & Pick<ObservationRow, 'id' | 'created_at'>) {
  return {
    id: wireId('observation', row.id),
    content: row.content,
    source: row.source,
    conversationIds: (JSON.parse(row.conversation_ids) as string[]).map((id) => wireId('conversation', id)),
    occurredAt: wireDate(row.occurred_at),
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
  }
}

export function presentSummary(
  row: Omit<SummaryRow, 'account' | 'store_id' | 'profile_id' | 'origin_id' | 'embedded_with'>,
) {
  return {
    id: wireId('summary', row.id),
    content: row.content,
    conversationId: wireId('conversation', row.conversation_id),
    occurredAt: wireDate(row.occurred_at),
    ...(row.source === null ? {} : { source: row.source }),
    createdAt: wireDate(row.created_at),
    updatedAt: wireDate(row.updated_at),
  }
}
