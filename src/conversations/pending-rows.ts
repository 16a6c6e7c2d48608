import { isUniqueViolation, LostRace, type Tx } from '../store/store.ts'
import type { RowOf, Table } from '../store/table.ts'
import type { Communication, Stream } from './domain/conversation.ts'
import type { Participant } from './domain/model.ts'
import { compareTexts } from './held-keys.ts'
import {
  communicationRow,
  communicationTable,
  participantRow,
  participantTable,
  referenceTable,
  removeParticipant,
  streamTable,
} from './rows.ts'

interface InConversation {
  conversationId: string
  participant: Participant
}

/** What is in conversations, as far as one transaction adds to it or changes it. */
export class PendingRows {
  readonly #account: number
  readonly #newParticipants: InConversation[] = []
  readonly #changedParticipants = new Map<string, InConversation>()
  readonly #removedParticipants: { conversationId: string; id: string }[] = []
  readonly #newCommunications: Communication[] = []
  readonly #changedCommunications = new Map<string, Communication>()
  readonly #references = new Map<string, { value: string; conversationId: string }>()
  readonly #streams = new Map<string, { stream: Stream; isNew: boolean }>()

  constructor(account: number) {
    this.#account = account
  }

  addParticipant(conversationId: string, participant: Participant): void {
    this.#newParticipants.push({ conversationId, participant })
  }

  changeParticipant(conversationId: string, participant: Participant): void {
    const added = this.#newParticipants.find((other) => other.participant.id === participant.id)
    if (added) added.participant = participant
    else this.#changedParticipants.set(participant.id, { conversationId, participant })
  }

  removeParticipant(conversationId: string, id: string): void {
    this.#removedParticipants.push({ conversationId, id })
  }

  addCommunication(communication: Communication): void {
    this.#newCommunications.push(communication)
  }

  changeCommunication(communication: Communication): void {
    const added = this.#newCommunications.findIndex(({ id }) => id === communication.id)
    if (added >= 0) this.#newCommunications[added] = communication
    else this.#changedCommunications.set(communication.id, communication)
  }

  saveStream(stream: Stream, isNew: boolean): void {
    const known = this.#streams.get(stream.channelId)
    this.#streams.set(stream.channelId, { stream, isNew: isNew || (known?.isNew ?? false) })
  }

  refer(value: string, conversationId: string): void {
    this.#references.set(`${value} ${conversationId}`, { value, conversationId })
  }

  /** Whether somebody joined or changed in the conversation, who left it, and what was said. */
  of(conversationId: string): { joined: boolean; removed: string[]; communications: Communication[] } {
    const isHere = (one: { conversationId: string }) => one.conversationId === conversationId
    return {
      joined: this.#newParticipants.some(isHere) || [...this.#changedParticipants.values()].some(isHere),
      removed: this.#removedParticipants.filter(isHere).map(({ id }) => id),
      communications: this.#newCommunications.filter(isHere),
    }
  }

  saveParticipants(tx: Tx): Promise<unknown>[] {
    const account = this.#account
    const rowOf = ({ conversationId, participant }: InConversation) =>
      participantRow(account, conversationId, participant)
    return [
      tx.insert(participantTable, this.#newParticipants.map(rowOf)),
      tx.update(
        participantTable,
        ['account', 'conversation_id', 'id'],
        ['name', 'type', 'profile_id', 'addresses', 'updated_at'],
        [...this.#changedParticipants.values()].map(rowOf),
      ),
      ...this.#removedParticipants.map(({ conversationId, id }) =>
        tx.run(removeParticipant, { account, conversationId, id }),
      ),
    ]
  }

  saveCommunications(tx: Tx): Promise<unknown>[] {
    const account = this.#account
    return [
      this.#saveNewCommunications(tx),
      tx.update(
        communicationTable,
        ['account', 'id'],
        ['occurred_at', 'author', 'recipients', 'text', 'transcription', 'channel_id', 'updated_at'],
        [...this.#changedCommunications.values()].map((communication) => communicationRow(account, communication)),
      ),
    ]
  }

  saveReferences(tx: Tx): Promise<unknown> {
    const rows = [...this.#references.values()].map(({ value, conversationId }) => ({
      account: this.#account,
      value,
      conversation_id: conversationId,
    }))
    return tx.insert(referenceTable, rows, 'nothing')
  }

  saveStreams(tx: Tx): Promise<unknown>[] {
    const rows = [...this.#streams.values()].map(({ stream, isNew }) => ({
      isNew,
      row: {
        account: this.#account,
        channel_id: stream.channelId,
        conversation_id: stream.conversationId,
        started_at: stream.startedAt,
        heartbeat_at: null,
        stopped_at: stream.stoppedAt,
        call_over: stream.callOver ? 1 : 0,
      },
    }))
    return [
      insertUnlessThere(
        tx,
        streamTable,
        rows.filter(({ isNew }) => isNew).map(({ row }) => row),
      ),
      tx.update(
        streamTable,
        ['account', 'channel_id'],
        ['conversation_id', 'started_at', 'stopped_at', 'call_over'],
        rows.filter(({ isNew }) => !isNew).map(({ row }) => row),
      ),
    ]
  }

  /** Another node may have taken in the same resource meanwhile; then it is a duplicate, which starting over will find. */
  async #saveNewCommunications(tx: Tx): Promise<void> {
    const rows = this.#newCommunications.map((communication) => communicationRow(this.#account, communication))
    // Two nodes that take in the same resources wait for each other in one order, not crosswise.
    if (tx.dialect === 'postgres') rows.sort((a, b) => compareTexts(a.resource_id ?? '', b.resource_id ?? ''))
    await insertUnlessThere(tx, communicationTable, rows)
  }
}

/** What is there already, another node has written meanwhile. */
async function insertUnlessThere<T extends Table>(tx: Tx, table: T, rows: readonly RowOf<T>[]): Promise<void> {
  try {
    await tx.insert(table, rows)
  } catch (error) {
    if (isUniqueViolation(error)) throw new LostRace({ cause: error })
    throw error
  }
}
