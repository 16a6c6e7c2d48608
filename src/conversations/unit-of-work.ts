import type { EventType } from '../events/append.ts'
import { wakeLanes } from '../events/lanes.ts'
import { assert } from '../kernel/assert.ts'
import { inOrder } from '../store/in-order.ts'
import type { Reader, Tx } from '../store/store.ts'
import { type AccountCache, type AccountKnowledge, bridgedService, type Snapshot } from './account-cache.ts'
import { addressReference } from './domain/address.ts'
import type { Communication, Overrides, Stream } from './domain/conversation.ts'
import {
  addAddressChannel,
  communicate,
  type Lifecycle,
  type Outcome,
  open,
  settle,
  type Transition,
} from './domain/lifecycle.ts'
import type { Participant } from './domain/model.ts'
import type { EventSubject } from './event-data.ts'
import { HeldKeys, type WantedKeys } from './held-keys.ts'
import { PendingEvents } from './pending-events.ts'
import { PendingRows } from './pending-rows.ts'
import type { BridgedChange, ReactToBridged } from './reactions.ts'
import {
  type ConversationRow,
  conversationOf,
  conversationsByIds,
  lockConversations,
  participantOf,
  participantsOf,
} from './rows.ts'
import type { Unit } from './unit.ts'
import { saveUnits } from './unit-saving.ts'

export interface UnitOfWorkOptions {
  account: number
  cache: AccountCache
  knowledge: AccountKnowledge
  /** Business time at which everything here happens, except for transitions, which happen when they were due. */
  now: number
  requestId: string
  /** Hears of changes to conversations that are bridged to a classic service. */
  onBridged?: ReactToBridged
}

/**
 * The conversations that one transaction works on: loads and locks them in ascending order, applies what has fallen due
 * before anything else happens to them, gathers every change and event in memory, and writes all of it with a fixed number
 * of statements. Whoever changes a conversation does it through here.
 */
export class UnitOfWork {
  readonly options: UnitOfWorkOptions
  requestId: string
  /** What is worth counting of all that happens here. */
  readonly happened = { conversations: 0, closed: 0, communications: 0 }
  /** After `save`: somebody follows what happened, and should hear of it once it is committed. */
  followed = false
  readonly #read: Reader
  readonly #units = new Map<string, Unit>()
  readonly #keys: HeldKeys
  readonly #rows: PendingRows
  readonly #events: PendingEvents

  constructor(read: Reader, options: UnitOfWorkOptions) {
    this.#read = read
    this.options = options
    this.requestId = options.requestId
    this.#keys = new HeldKeys(read, options.account)
    this.#rows = new PendingRows(options.account)
    this.#events = new PendingEvents(options.knowledge)
  }

  get reader(): Reader {
    return this.#read
  }

  get now(): number {
    return this.options.now
  }

  /** Loads conversations and, to write, locks them. Unknown ids, and those being deleted, are left out. `settleAll` comes next. */
  async load(ids: Iterable<string>, lock: boolean): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.#units.has(id)).sort()
    if (wanted.length === 0) return
    const { account } = this.options
    // Executed one after the other: the participants are read once the locks are held.
    const [rows, participants] = await Promise.all([
      this.#read.all(lock ? lockConversations : conversationsByIds, { account, ids: wanted }),
      this.#read.all(participantsOf, { account, conversationIds: wanted }),
    ])
    const byConversation = Map.groupBy(participants, (row) => row.conversation_id)
    for (const row of rows) {
      if (row.deleting === 1) continue
      this.#units.set(row.id, await this.#unitOf(row, (byConversation.get(row.id) ?? []).map(participantOf)))
    }
  }

  /** Applies what has fallen due in every loaded conversation, before anything else happens to them. */
  settleAll(): void {
    for (const unit of this.#units.values()) this.settle(unit)
  }

  unit(id: string): Unit | undefined {
    return this.#units.get(id)
  }

  get units(): Iterable<Unit> {
    return this.#units.values()
  }

  /** Looks up who holds the keys; answers the ids of the conversations that do. */
  lookUpHolders(wanted: readonly WantedKeys[]): Promise<Set<string>> {
    return this.#keys.lookUp(wanted)
  }

  /** After the locks were got, the holders must still be who they were; else everything starts over. */
  confirmHolders(wanted: readonly WantedKeys[]): Promise<void> {
    return this.#keys.confirm(wanted)
  }

  holder(configurationId: string, key: string): Unit | undefined {
    const id = this.#keys.holder(configurationId, key)
    return id === undefined ? undefined : this.#units.get(id)
  }

  /** Whether anybody holds the key, as far as has been looked up. */
  isHeld(configurationId: string, key: string): boolean {
    return this.#keys.holder(configurationId, key) !== undefined
  }

  /** A new conversation, ACTIVE from now, with its CONVERSATION_CREATED. */
  create(created: {
    id: string
    configurationId: string
    configurationVersion: number
    snapshot: Snapshot
    name?: string | null
    metadata?: Record<string, string>
    overrides?: Overrides
  }): Unit {
    const unit: Unit = {
      conversation: {
        id: created.id,
        configurationId: created.configurationId,
        configurationVersion: created.configurationVersion,
        name: created.name ?? null,
        metadata: created.metadata ?? {},
        overrides: created.overrides ?? {},
        lifecycle: open(this.now, created.snapshot.rules, []),
        lastCommunicationAt: null,
        eventCount: 0,
        updatedAt: this.now,
        deleting: false,
      },
      participants: [],
      snapshot: created.snapshot,
      isNew: true,
      wakeAt: null,
      stuck: false,
      channels: 0,
      changed: true,
      attributesChanged: true,
    }
    this.#units.set(created.id, unit)
    this.happened.conversations += 1
    this.record(unit, 'CONVERSATION_CREATED')
    return unit
  }

  /** Applies the transitions that have fallen due, each at its own time. */
  settle(unit: Unit): void {
    if (unit.conversation.lifecycle.status === 'CLOSED') return
    this.become(unit, settle(unit.conversation.lifecycle, unit.snapshot.rules, this.now))
  }

  /** Takes over a decided lifecycle with its transitions; closing releases every key. */
  become(unit: Unit, { lifecycle, transitions }: Outcome): void {
    if (lifecycle === unit.conversation.lifecycle) return
    unit.conversation.lifecycle = lifecycle
    unit.changed = true
    for (const transition of transitions) this.#announce(unit, transition)
    if (lifecycle.status !== 'CLOSED') return
    this.happened.closed += 1
    this.#keys.releaseAll(ownerOf(unit))
  }

  setLifecycle(unit: Unit, lifecycle: Lifecycle): void {
    this.become(unit, { lifecycle, transitions: [] })
  }

  /** Appends CONVERSATION_UPDATED for a change other than of status. */
  updated(unit: Unit): void {
    unit.conversation.updatedAt = this.now
    unit.attributesChanged = true
    this.record(unit, 'CONVERSATION_UPDATED')
  }

  addParticipant(unit: Unit, participant: Participant): Participant {
    unit.participants.push(participant)
    this.#rows.addParticipant(unit.conversation.id, participant)
    this.#followAddresses(unit, participant)
    this.record(unit, 'PARTICIPANT_ADDED', { participant })
    return participant
  }

  /** `participant` is the same id with new content. */
  changeParticipant(unit: Unit, participant: Participant): void {
    const at = unit.participants.findIndex(({ id }) => id === participant.id)
    assert(at >= 0, 'a changed participant takes part in the conversation')
    unit.participants[at] = participant
    this.#rows.changeParticipant(unit.conversation.id, participant)
    this.#followAddresses(unit, participant)
    this.record(unit, 'PARTICIPANT_UPDATED', { participant })
  }

  removeParticipant(unit: Unit, id: string): void {
    const participant = unit.participants.find((one) => one.id === id)
    assert(participant, 'a removed participant takes part in the conversation')
    unit.participants = unit.participants.filter((one) => one !== participant)
    this.#rows.removeParticipant(unit.conversation.id, id)
    this.record(unit, 'PARTICIPANT_REMOVED', { participant })
  }

  /** Stores a communication and lets it act on the clocks. The conversation is settled and open. */
  append(unit: Unit, communication: Communication): void {
    const { conversation, snapshot } = unit
    const { channel } = communication.author
    this.become(unit, communicate(conversation.lifecycle, snapshot.rules, channel, this.now))
    conversation.lastCommunicationAt = Math.max(conversation.lastCommunicationAt ?? this.now, this.now)
    unit.changed = true
    this.#rows.addCommunication(communication)
    this.happened.communications += 1
    this.record(unit, 'COMMUNICATION_CREATED', { communication })
  }

  /** A change of a communication that is stored already, such as its delivery status; clocks are not touched. */
  changeCommunication(unit: Unit | undefined, communication: Communication): void {
    this.#rows.changeCommunication(communication)
    if (unit) this.record(unit, 'COMMUNICATION_UPDATED', { communication })
  }

  saveStream(stream: Stream, isNew: boolean): void {
    this.#rows.saveStream(stream, isNew)
    this.refer(stream.channelId, stream.conversationId)
  }

  /** Makes the conversation findable by an external id before any communication carries it. */
  refer(value: string, conversationId: string): void {
    this.#rows.refer(value, conversationId)
  }

  /** Takes a key for the conversation. One that is `required` and was taken meanwhile starts everything over; another is left to its holder. */
  takeKey(unit: Unit, key: string, required: boolean): void {
    this.#keys.take(ownerOf(unit), key, required)
  }

  dropKey(unit: Unit, key: string): void {
    this.#keys.drop(ownerOf(unit), key)
  }

  /** Appends an event about the conversation itself, or about the participant or communication that is given. */
  record(unit: Unit, type: EventType, about: EventSubject = {}, at = this.now): void {
    unit.conversation.eventCount += 1
    unit.changed = true
    this.#events.record(unit, type, about, { requestId: this.requestId, at })
  }

  /**
   * Writes everything. Locks are got in the house's order: conversations are locked already, then keys, sorted, and lanes
   * last. Nothing waits for the answer of what was written before it, so that PostgreSQL gets all of it in one journey.
   */
  async save(tx: Tx): Promise<void> {
    const { account } = this.options
    const followed = this.#events.writeDown()
    this.followed = followed.length > 0
    await inOrder([
      ...saveUnits(tx, account, this.#units.values(), this.now),
      ...this.#keys.save(tx),
      ...this.#rows.saveParticipants(tx),
      ...this.#rows.saveCommunications(tx),
      this.#rows.saveReferences(tx),
      ...this.#rows.saveStreams(tx),
      this.#events.append(tx, account),
    ])
    const bridged = this.#bridgedChanges()
    if (bridged.length > 0) await this.options.onBridged?.(tx, account, bridged, this.now)
    await wakeLanes(tx, account, followed, this.now)
  }

  /** Who came and went, and what was said, in conversations that a classic service has a part in. */
  #bridgedChanges(): BridgedChange[] {
    const changes: BridgedChange[] = []
    for (const { conversation, participants, changed } of this.#units.values()) {
      const configuration = this.options.knowledge.configurations.get(conversation.configurationId)
      const serviceId = configuration && bridgedService(configuration)
      if (!changed || !serviceId) continue
      const { id, name } = conversation
      const { joined, removed, communications } = this.#rows.of(id)
      if (!joined && removed.length === 0 && communications.length === 0) continue
      changes.push({ conversationId: id, name, serviceId, participants, removed, communications })
    }
    return changes
  }

  async #unitOf(row: ConversationRow, participants: Participant[]): Promise<Unit> {
    const { account, cache } = this.options
    return {
      conversation: conversationOf(row),
      participants,
      snapshot: await cache.snapshot(this.#read, account, row.configuration_id, row.configuration_version),
      isNew: false,
      wakeAt: row.wake_at,
      stuck: row.stuck === 1,
      channels: row.channels,
      changed: false,
      attributesChanged: false,
    }
  }

  #announce(unit: Unit, { to, at, cause }: Transition): void {
    unit.conversation.updatedAt = Math.max(unit.conversation.updatedAt, at)
    unit.attributesChanged = true
    this.record(unit, 'CONVERSATION_UPDATED', { note: { status: to, cause } }, at)
  }

  #followAddresses(unit: Unit, { addresses }: Participant): void {
    for (const { channel, address, channelId } of addresses) {
      const { lifecycle } = unit.conversation
      this.setLifecycle(unit, addAddressChannel(lifecycle, unit.snapshot.rules, channel, this.now))
      this.refer(addressReference(channel, address), unit.conversation.id)
      if (channelId) this.refer(channelId, unit.conversation.id)
    }
  }
}

function ownerOf({ conversation: { id, configurationId }, isNew }: Unit) {
  return { id, configurationId, isNew }
}
