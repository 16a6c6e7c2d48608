import { wireDate } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Party, RecalledCommunication } from '../communications.ts'
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

export function presentCommunication({
  id,
  channelId,
  text,
  createdAt,
  updatedAt,
  author,
  recipients,
}: RecalledCommunication) {
  return {
    id: wireId('communication', id),
    ...(channelId === null ? {} : { channelId }),
    content: { text },
    createdAt: wireDate(createdAt),
    updatedAt: wireDate(updatedAt),
    author: presentParty(author),
    recipients: recipients.map(({ deliveryStatus, ...party }) => ({
      ...presentParty(party),
      ...(deliveryStatus === null ? {} : { deliveryStatus }),
    })),
  }
}

function presentParty({ participantId, name, type, profileId, address, channel }: Party) {
  return {
    id: wireId('participant', participantId),
    name,
    ...(type === null ? {} : { type }),
    ...(profileId === null ? {} : { profileId: wireId('profile', profileId) }),
    address,
    channel,
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
