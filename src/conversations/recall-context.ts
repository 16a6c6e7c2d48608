import type { ReadCommunications, RecalledCommunication } from '../memory/communications.ts'
import type { Reader } from '../store/store.ts'
import type { Author, Communication } from './domain/conversation.ts'
import type { Participant } from './domain/model.ts'
import { lastCommunications } from './list-rows.ts'
import { communicationOf, participantOf, participantsOf } from './rows.ts'

/** What memory is told of the conversation that a recall is part of. */
export function communicationReader(read: Reader): ReadCommunications {
  return async (account, conversationId, limit) => {
    const rows = await read.all(lastCommunications, { account, conversationId, limit })
    if (rows.length === 0) return []
    const participants = await read.all(participantsOf, { account, conversationIds: [conversationId] })
    const byId = new Map(participants.map((row) => [row.id, participantOf(row)]))
    return rows.map((row) => recalled(communicationOf(row), byId)).reverse()
  }
}

function recalled(communication: Communication, participants: ReadonlyMap<string, Participant>): RecalledCommunication {
  const { id, channelId, content, createdAt, updatedAt, author, recipients } = communication
  const party = ({ participantId, address, channel }: Author) => {
    const { name = null, type = null, profileId = null } = participants.get(participantId) ?? {}
    return { participantId, name: name ?? address, type, profileId, address, channel }
  }
  return {
    id,
    channelId,
    text: content.text,
    createdAt,
    updatedAt,
    author: party(author),
    recipients: recipients.map((recipient) => ({ ...party(recipient), deliveryStatus: recipient.deliveryStatus })),
  }
}
