import { appendEvents, type EventType, isPublished, type NewEvent } from '../events/append.ts'
import { type Followed, wakeLanes } from '../events/lanes.ts'
import { assert } from '../kernel/assert.ts'
import { newId } from '../kernel/ids.ts'
import { isUniqueViolation, LostRace, type Reader, type Tx } from '../store/store.ts'
import { type AccountCache, type AccountKnowledge, bridgedService, type Snapshot } from './account-cache.ts'
import { addressKey } from './domain/address.ts'
import {
  type Communication,
  type Conversation,
  type Overrides,
  participantAt,
  type Stream,
} from './domain/conversation.ts'
import type { GroupingParticipant } from './domain/conversation-keys.ts'
import {
  addAddressChannel,
  communicate,
  dueAt,
  isClockRunning,
  type Lifecycle,
  type Outcome,
  open,
  settle,
  type Transition,
} from './domain/lifecycle.ts'
import type { Channel, Participant } from './domain/model.ts'
import { type EventSubject, eventData, followersOf, noteOf } from './event-data.ts'
import type { BridgedChange, ReactToBridged } from './reactions.ts'
import {
  type ConversationRow,
  communicationRow,
  communicationTable,
  conversationOf,
  conversationRow,
  conversationsByIds,
  conversationTable,
  groupingKeyTable,
  holdersOf,
  lockConversations,
  participantOf,
  participantRow,
  participantsOf,
  participantTable,
  referenceTable,
  releaseAllKeys,
  releaseKeys,
  removeParticipant,
  streamTable,
} from './rows.ts'

/** One conversation while it is being worked on. */
export interface Unit {
  conversation: Conversation
  participants: Participant[]
  snapshot: Snapshot
  /** Created here and not yet in the database. */
  isNew: boolean
  /** The wake-up time that its row has; the row's may be earlier than what is due, never later. */
  wakeAt: number | null
  stuck: boolean
  changed: boolean
  /** More than its clocks and counters changed: status, name, metadata, overrides. */
  attributesChanged: boolean
}

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

interface PendingEvent {
  event: NewEvent
  unit: Unit
  about: EventSubject
  /** As it was when the event happened. */
  conversation: Conversation
}

interface KeyChange {
  conversationId: string
  configurationId: string
  key: string
  /** Whether the whole transaction depends on getting it. */
  required: boolean
}

/**
 * The conversations that one transaction works on: loads and locks them in ascending order, applies what has fallen due
 * before anything else happens to them, gathers every change and event in memory, and writes all of it with a fixed number
 * of statements. Whoever changes a conversation does it through here.
 */
export class UnitOfWork {
  readonly options: UnitOfWorkOptions
  requestId: string
  /** After `save`: somebody follows what happened, and should hear of it once it is committed. */
  followed = false
  readonly #read: Reader
  readonly #units = new Map<string, Unit>()
  /** Who holds a key, as far as has been looked up: `configuration key` to conversation id. */
  readonly #holders = new Map<string, string>()
  readonly #takes = new Map<string, KeyChange>()
  readonly #drops = new Map<string, Set<string>>()
  readonly #closed = new Set<string>()
  readonly #newParticipants: { conversationId: string; participant: Participant }[] = []
  readonly #changedParticipants = new Map<string, { conversationId: string; participant: Participant }>()
  readonly #removedParticipants: { conversationId: string; id: string }[] = []
  readonly #newCommunications: Communication[] = []
  readonly #changedCommunications = new Map<string, Communication>()
  readonly #references = new Map<string, { value: string; conversationId: string }>()
  readonly #streams = new Map<string, { stream: Stream; isNew: boolean }>()
  readonly #events: PendingEvent[] = []

  constructor(read: Reader, options: UnitOfWorkOptions) {
    this.#read = read
    this.options = options
    this.requestId = options.requestId
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
  async lookUpHolders(wanted: readonly { configurationId: string; keys: readonly string[] }[]): Promise<Set<string>> {
    const configurationIds = [...new Set(wanted.map(({ configurationId }) => configurationId))]
    const keys = [...new Set(wanted.flatMap(({ keys }) => keys))]
    if (keys.length === 0) return new Set()
    const rows = await this.#read.all(holdersOf, { account: this.options.account, configurationIds, keys })
    for (const row of rows) this.#holders.set(holderKey(row.configuration_id, row.key), row.conversation_id)
    return new Set(rows.map((row) => row.conversation_id))
  }

  /** After the locks were got, the holders must still be who they were; else everything starts over. */
  async confirmHolders(wanted: readonly { configurationId: string; keys: readonly string[] }[]): Promise<void> {
    if (this.#read.dialect === 'sqlite') return
    const before = new Map(this.#holders)
    this.#holders.clear()
    await this.lookUpHolders(wanted)
    const same = before.size === this.#holders.size && [...before].every(([key, id]) => this.#holders.get(key) === id)
    if (!same) throw new LostRace()
  }

  holder(configurationId: string, key: string): Unit | undefined {
    const id = this.#holders.get(holderKey(configurationId, key))
    return id === undefined ? undefined : this.#units.get(id)
  }

  /** Whether anybody holds the key, as far as has been looked up. */
  isHeld(configurationId: string, key: string): boolean {
    return this.#holders.has(holderKey(configurationId, key))
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
      changed: true,
      attributesChanged: true,
    }
    this.#units.set(created.id, unit)
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
    if (lifecycle.status === 'CLOSED') this.#releaseAll(unit)
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
    this.#newParticipants.push({ conversationId: unit.conversation.id, participant })
    this.#followAddresses(unit, participant)
    this.record(unit, 'PARTICIPANT_ADDED', { participant })
    return participant
  }

  /** `participant` is the same id with new content. */
  changeParticipant(unit: Unit, participant: Participant): void {
    const at = unit.participants.findIndex(({ id }) => id === participant.id)
    assert(at >= 0, 'a changed participant takes part in the conversation')
    unit.participants[at] = participant
    const added = this.#newParticipants.find((other) => other.participant.id === participant.id)
    if (added) added.participant = participant
    else {
      this.#changedParticipants.set(participant.id, { conversationId: unit.conversation.id, participant })
    }
    this.#followAddresses(unit, participant)
    this.record(unit, 'PARTICIPANT_UPDATED', { participant })
  }

  removeParticipant(unit: Unit, id: string): void {
    const participant = unit.participants.find((one) => one.id === id)
    assert(participant, 'a removed participant takes part in the conversation')
    unit.participants = unit.participants.filter((one) => one !== participant)
    this.#removedParticipants.push({ conversationId: unit.conversation.id, id })
    this.record(unit, 'PARTICIPANT_REMOVED', { participant })
  }

  /** Stores a communication and lets it act on the clocks. The conversation is settled and open. */
  append(unit: Unit, communication: Communication): void {
    const { conversation, snapshot } = unit
    const { channel } = communication.author
    this.become(unit, communicate(conversation.lifecycle, snapshot.rules, channel, this.now))
    conversation.lastCommunicationAt = Math.max(conversation.lastCommunicationAt ?? this.now, this.now)
    unit.changed = true
    this.#newCommunications.push(communication)
    this.record(unit, 'COMMUNICATION_CREATED', { communication })
  }

  /** A change of a communication that is stored already, such as its delivery status; clocks are not touched. */
  changeCommunication(unit: Unit | undefined, communication: Communication): void {
    const added = this.#newCommunications.findIndex(({ id }) => id === communication.id)
    if (added >= 0) this.#newCommunications[added] = communication
    else this.#changedCommunications.set(communication.id, communication)
    if (unit) this.record(unit, 'COMMUNICATION_UPDATED', { communication })
  }

  saveStream(stream: Stream, isNew: boolean): void {
    const known = this.#streams.get(stream.channelId)
    this.#streams.set(stream.channelId, { stream, isNew: isNew || (known?.isNew ?? false) })
    this.refer(stream.channelId, stream.conversationId)
  }

  /** Makes the conversation findable by an external id before any communication carries it. */
  refer(value: string, conversationId: string): void {
    this.#references.set(`${value} ${conversationId}`, { value, conversationId })
  }

  /** Takes a key for the conversation. One that is `required` and was taken meanwhile starts everything over; another is left to its holder. */
  takeKey(unit: Unit, key: string, required: boolean): void {
    const { id, configurationId } = unit.conversation
    const name = holderKey(configurationId, key)
    this.#drops.get(id)?.delete(key)
    if (this.#holders.get(name) === id) return
    this.#holders.set(name, id)
    this.#takes.set(name, { conversationId: id, configurationId, key, required })
  }

  dropKey(unit: Unit, key: string): void {
    const { id, configurationId } = unit.conversation
    const name = holderKey(configurationId, key)
    if (this.#holders.get(name) === id) this.#holders.delete(name)
    if (this.#takes.delete(name) && unit.isNew) return
    const dropped = this.#drops.get(id) ?? new Set()
    this.#drops.set(id, dropped.add(key))
  }

  /** Appends an event about the conversation itself, or about the participant or communication that is given. */
  record(unit: Unit, type: EventType, about: EventSubject = {}, at = this.now): void {
    const { conversation } = unit
    conversation.eventCount += 1
    unit.changed = true
    const { participant, communication } = about
    const event: NewEvent = {
      conversationId: conversation.id,
      n: conversation.eventCount,
      type,
      subject: (participant ?? communication ?? conversation).id,
      requestId: this.requestId,
      at,
      note: noteOf(type, conversation.lifecycle.status, about),
      data: null,
    }
    // As it is now: a later event of this transaction tells of a later state.
    this.#events.push({ event, unit, about, conversation: { ...conversation } })
  }

  /**
   * Writes everything. Locks are got in the house's order: conversations are locked already, then keys, sorted, and lanes
   * last. Nothing waits for the answer of what was written before it, so that PostgreSQL gets all of it in one journey.
   */
  async save(tx: Tx): Promise<void> {
    const { account } = this.options
    const followed = this.#writeDownEvents()
    await inOrder([
      ...this.#saveConversations(tx),
      ...this.#saveKeys(tx),
      ...this.#saveParticipants(tx),
      ...this.#saveCommunications(tx),
      tx.insert(
        referenceTable,
        [...this.#references.values()].map(({ value, conversationId }) => ({
          account,
          value,
          conversation_id: conversationId,
        })),
        'nothing',
      ),
      ...this.#saveStreams(tx),
      appendEvents(
        tx,
        account,
        this.#events.map(({ event }) => event),
      ),
    ])
    const bridged = this.#bridgedChanges()
    if (bridged.length > 0) await this.options.onBridged?.(tx, account, bridged, this.now)
    await wakeLanes(tx, account, followed, this.now)
  }

  /** What is told to followers is written down as it was when it happened, and only if there are any. */
  #writeDownEvents(): Followed[] {
    const { knowledge } = this.options
    const followed = new Map<string, Followed>()
    for (const { event, unit, about, conversation } of this.#events) {
      const followers = isPublished(event.type) ? followersOf(unit, knowledge) : []
      if (followers.length === 0) continue
      event.data = JSON.stringify(eventData(event.type, { ...unit, conversation }, about, knowledge))
      const before = event.n - 1
      if (!followed.has(event.conversationId)) {
        followed.set(event.conversationId, { conversationId: event.conversationId, followers, before })
      }
    }
    this.followed = followed.size > 0
    return [...followed.values()]
  }

  /** Who came and went, and what was said, in conversations that a classic service has a part in. */
  #bridgedChanges(): BridgedChange[] {
    const changes: BridgedChange[] = []
    for (const { conversation, participants, changed } of this.#units.values()) {
      const configuration = this.options.knowledge.configurations.get(conversation.configurationId)
      const serviceId = configuration && bridgedService(configuration)
      if (!changed || !serviceId) continue
      const { id, name } = conversation
      const ofThis = (one: { conversationId: string }) => one.conversationId === id
      const removed = this.#removedParticipants.filter(ofThis).map((one) => one.id)
      const communications = this.#newCommunications.filter(ofThis)
      const joined = this.#newParticipants.some(ofThis) || [...this.#changedParticipants.values()].some(ofThis)
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
      changed: false,
      attributesChanged: false,
    }
  }

  #announce(unit: Unit, { to, at, cause }: Transition): void {
    unit.conversation.updatedAt = Math.max(unit.conversation.updatedAt, at)
    unit.attributesChanged = true
    this.record(unit, 'CONVERSATION_UPDATED', { note: { status: to, cause } }, at)
  }

  #releaseAll(unit: Unit): void {
    const { id } = unit.conversation
    for (const [name, holder] of this.#holders) if (holder === id) this.#holders.delete(name)
    for (const [name, take] of this.#takes) if (take.conversationId === id) this.#takes.delete(name)
    if (!unit.isNew) this.#closed.add(id)
  }

  #followAddresses(unit: Unit, { addresses }: Participant): void {
    for (const { channel, channelId } of addresses) {
      const { lifecycle } = unit.conversation
      this.setLifecycle(unit, addAddressChannel(lifecycle, unit.snapshot.rules, channel, this.now))
      if (channelId) this.refer(channelId, unit.conversation.id)
    }
  }

  #saveConversations(tx: Tx): Promise<unknown>[] {
    const created: ConversationRow[] = []
    const clocksOnly: ConversationRow[] = []
    const everything: ConversationRow[] = []
    for (const unit of this.#units.values()) {
      if (!unit.changed) continue
      const wake = wakeOf(unit, this.now)
      const row = conversationRow(this.options.account, unit.conversation, wake)
      if (unit.isNew) created.push(row)
      else if (unit.attributesChanged || wake.at !== unit.wakeAt || wake.stuck !== unit.stuck) everything.push(row)
      else clocksOnly.push(row)
    }
    // An ordinary message changes only these columns, and then no index of the row is touched.
    const clocks = ['clocks', 'last_communication_at', 'event_count', 'updated_at'] as const
    const others = ['status', 'name', 'metadata', 'overrides', 'wake_at', 'stuck', 'deleting'] as const
    return [
      tx.insert(conversationTable, created),
      tx.update(conversationTable, ['account', 'id'], clocks, clocksOnly),
      tx.update(conversationTable, ['account', 'id'], [...clocks, ...others], everything),
    ]
  }

  #saveKeys(tx: Tx): Promise<unknown>[] {
    const { account } = this.options
    const releases: Promise<unknown>[] = []
    if (this.#closed.size > 0) {
      releases.push(tx.run(releaseAllKeys, { account, conversationIds: [...this.#closed].sort() }))
    }
    for (const [conversationId, keys] of this.#drops) {
      if (keys.size > 0) releases.push(tx.run(releaseKeys, { account, conversationId, keys: [...keys].sort() }))
    }
    const takes = [...this.#takes.values()].sort(
      (a, b) => compare(a.configurationId, b.configurationId) || compare(a.key, b.key),
    )
    return [...releases, ...runsOf(takes).map((run) => this.#takeRun(tx, run))]
  }

  async #takeRun(tx: Tx, takes: readonly KeyChange[]): Promise<void> {
    const rows = takes.map(({ conversationId, configurationId, key }) => ({
      account: this.options.account,
      configuration_id: configurationId,
      key,
      conversation_id: conversationId,
    }))
    const inserted = await tx.insert(groupingKeyTable, rows, 'nothing')
    if (takes[0]?.required && inserted < rows.length) throw new LostRace()
  }

  #saveParticipants(tx: Tx): Promise<unknown>[] {
    const { account } = this.options
    const rowOf = ({ conversationId, participant }: { conversationId: string; participant: Participant }) =>
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

  #saveCommunications(tx: Tx): Promise<unknown>[] {
    const { account } = this.options
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

  /** Another node may have taken in the same resource meanwhile; then it is a duplicate, which starting over will find. */
  async #saveNewCommunications(tx: Tx): Promise<void> {
    const rows = this.#newCommunications.map((communication) => communicationRow(this.options.account, communication))
    // Two nodes that take in the same resources wait for each other in one order, not crosswise.
    if (tx.dialect === 'postgres') rows.sort((a, b) => compare(a.resource_id ?? '', b.resource_id ?? ''))
    try {
      await tx.insert(communicationTable, rows)
    } catch (error) {
      if (isUniqueViolation(error)) throw new LostRace({ cause: error })
      throw error
    }
  }

  #saveStreams(tx: Tx): Promise<unknown>[] {
    const rows = [...this.#streams.values()].map(({ stream, isNew }) => ({
      isNew,
      row: {
        account: this.options.account,
        channel_id: stream.channelId,
        conversation_id: stream.conversationId,
        started_at: stream.startedAt,
        heartbeat_at: null,
        stopped_at: stream.stoppedAt,
        call_over: stream.callOver ? 1 : 0,
      },
    }))
    return [
      tx.insert(
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
}

/** A participant as grouping sees it. */
export function groupingParticipant({ type, profileId, addresses }: Participant): GroupingParticipant {
  return {
    type,
    profileId,
    addresses: addresses.map(({ channel, address }) => ({ channel, key: addressKey(channel, address) })),
  }
}

export function findParticipant(unit: Unit, channel: Channel, key: string): Participant | undefined {
  return participantAt(unit.participants, channel, key, addressKey)
}

export function newParticipant(
  now: number,
  participant: Pick<Participant, 'type' | 'addresses'> & Partial<Participant>,
): Participant {
  return { id: newId(), name: null, profileId: null, createdAt: now, updatedAt: now, ...participant }
}

/** The row's wake-up time stays while it is not later than what is due: a message only moves that away. */
function wakeOf({ conversation, snapshot, isNew, wakeAt }: Unit, now: number): { at: number | null; stuck: boolean } {
  const { lifecycle } = conversation
  if (lifecycle.status === 'CLOSED' || conversation.deleting) return { at: null, stuck: false }
  const due = dueAt(lifecycle, snapshot.rules)
  const keep = !isNew && wakeAt !== null && wakeAt > now && due !== null && wakeAt <= due
  return { at: keep ? wakeAt : due, stuck: !isClockRunning(lifecycle, snapshot.rules) }
}

/** Waits for all of them and throws what failed first; what comes after a failed statement fails for that reason alone. */
async function inOrder(writes: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(writes)) if (outcome.status === 'rejected') throw outcome.reason
}

/**
 * Neighbours that are all required, or all not: the keys stay in one order whether they are required or not, for two
 * transactions that take keys crosswise would wait for each other.
 */
function runsOf(takes: readonly KeyChange[]): KeyChange[][] {
  const runs: KeyChange[][] = []
  for (const take of takes) {
    const run = runs.at(-1)
    if (run?.[0]?.required === take.required) run.push(take)
    else runs.push([take])
  }
  return runs
}

function holderKey(configurationId: string, key: string): string {
  return `${configurationId} ${key}`
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
