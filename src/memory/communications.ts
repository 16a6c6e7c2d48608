/** Someone who takes part in a communication. */
export interface Party {
  participantId: string
  name: string
  /** Null when the participant is there no more. */
  type: string | null
  profileId: string | null
  address: string
  channel: string
}

/** A communication as recall shows it. */
export interface RecalledCommunication {
  id: string
  channelId: string | null
  text: string
  createdAt: number
  updatedAt: number
  author: Party
  recipients: (Party & { deliveryStatus: string | null })[]
}

/** The last communications of a conversation, the earliest first; none when there is no such conversation. */
export type ReadCommunications = (
  account: number,
  conversationId: string,
  limit: number,
) => Promise<RecalledCommunication[]>
