import type { AccountCache } from '../../conversations/account-cache.ts'
import { intelligenceFollower, intelligenceLinksOf } from '../../conversations/intelligence-lane.ts'
import { conversationOf, conversationsByIds } from '../../conversations/rows.ts'
import { type Speaker, speakersOf } from '../../conversations/speakers.ts'
import type { EventNote } from '../../events/append.ts'
import { type FollowedEvent, type FollowedLane, holdLanes, passLanes, readLanes } from '../../events/following.ts'
import { newId, parseWireId } from '../../kernel/ids.ts'
import { inOrder } from '../../store/in-order.ts'
import type { Reader, Store, Tx } from '../../store/store.ts'
import { configurationOf } from '../configurations.ts'
import type { IntelligenceConfiguration } from '../domain/rules.ts'
import {
  type Followed,
  follow,
  type Happening,
  nothingYet,
  type Progress,
  queue,
  type Triggered,
} from '../domain/triggers.ts'
import {
  type ExecutionRow,
  executionTable,
  type ProgressRow,
  progressOf,
  progressTable,
  waitingExecutions,
} from '../execution-rows.ts'
import { configurationsByIds } from '../rows.ts'

export interface QueueContext {
  store: Store
  cache: AccountCache
  account: number
  now: number
  /** Conversations at once. */
  limit: number
  /** Executions of one rule that may wait in one conversation before they are put together. */
  maxWaiting: number
}

/** What is needed to decide what is triggered. */
interface Read {
  followed: Map<string, Followed>
  speakers: Map<string, Speaker>
  before: Map<string, ProgressRow>
}

/**
 * Reads on in conversations that rules follow and queues what is triggered, in one commit. Answers how many were read. Lanes are
 * locked only to write what was decided, since traffic waits for them.
 */
export async function queueExecutions(context: QueueContext): Promise<number> {
  const { store, account, now, limit } = context
  const seen = await readLanes(store.read, { account, follower: intelligenceFollower, now, limit })
  if (seen.length === 0) return 0
  const conversationIds = seen.map(({ lane }) => lane.conversation_id)
  const followed = await followedBy(store.read, context, conversationIds)
  const speakers = await filteredSpeakers(store.read, account, seen, followed)
  const progress = await store.read.all(progressOf, { account, conversationIds })
  const before = new Map(progress.map((row) => [row.conversation_id, row]))
  return store.transact((tx) => save(tx, context, seen, { followed, speakers, before }))
}

/** Nobody else has read on in a lane that is still where it was, so what was read of its conversation is as it was too. */
async function save(
  tx: Tx,
  { account, maxWaiting }: QueueContext,
  seen: readonly FollowedLane[],
  { followed, speakers, before }: Read,
): Promise<number> {
  const held = await holdLanes(tx, seen)
  if (held.length === 0) return 0
  const conversationIds = held.map(({ lane }) => lane.conversation_id)
  const [counted, queuedBefore] = await Promise.all([
    tx.all(conversationsByIds, { account, ids: conversationIds }),
    tx.all(waitingExecutions, { account, conversationIds }),
  ])
  const waiting = Map.groupBy(queuedBefore, (row) => row.conversation_id)
  const changes = { created: [] as ExecutionRow[], extended: [] as ExecutionRow[] }
  const progressed = { created: [] as ProgressRow[], changed: [] as ProgressRow[] }
  for (const { lane, page } of held) {
    const id = lane.conversation_id
    const reading = followed.get(id)
    const happenings = page.flatMap((event) => happeningOf(event, speakers))
    if (!reading || happenings.length === 0) continue
    const known = before.get(id)
    const progress: Progress = known === undefined ? nothingYet : JSON.parse(known.state)
    const outcome = follow(progress, happenings, reading)
    const row = { account, conversation_id: id, state: JSON.stringify(outcome.progress) }
    if (known === undefined) progressed.created.push(row)
    else if (known.state !== row.state) progressed.changed.push(row)
    const rows = waiting.get(id) ?? []
    const queued = queue(outcome, rows.map(waitingOf), maxWaiting)
    for (const one of queued.created) changes.created.push(newExecution(account, id, one))
    for (const { id: waitingId, to } of queued.extended) {
      const row = rows.find((one) => one.id === waitingId)
      if (row) changes.extended.push({ ...row, ...readingOf(to) })
    }
    for (const { id: waitingId, dueAt } of queued.hastened) {
      const row = rows.find((one) => one.id === waitingId)
      if (row) changes.extended.push({ ...row, due_at: Math.min(row.due_at ?? dueAt, dueAt) })
    }
  }
  await inOrder([
    tx.insert(progressTable, progressed.created),
    tx.update(progressTable, ['account', 'conversation_id'], ['state'], progressed.changed),
    tx.insert(executionTable, changes.created),
    tx.update(
      executionTable,
      ['account', 'id'],
      ['place', 'triggered_at', 'until_id', 'request_id', 'due_at'],
      changes.extended,
    ),
    passLanes(tx, held, new Map(counted.map((row) => [row.id, row.event_count]))),
  ])
  return held.length
}

/** What each conversation is read by. The newest version of a configuration counts; one that is gone triggers nothing. */
async function followedBy(
  read: Reader,
  { cache, account }: QueueContext,
  conversationIds: string[],
): Promise<Map<string, Followed>> {
  const rows = await read.all(conversationsByIds, { account, ids: conversationIds })
  const links = new Map<string, { ids: string[]; extracts: boolean }>()
  for (const row of rows) {
    if (row.deleting === 1) continue
    const snapshot = await cache.snapshot(read, account, row.configuration_id, row.configuration_version)
    const ids = intelligenceLinksOf({ conversation: conversationOf(row), snapshot })
    links.set(row.id, {
      ids: [...new Set(ids)].flatMap((text) => parseWireId('intelligenceConfiguration', text) ?? []),
      extracts: snapshot.body.memoryExtractionEnabled,
    })
  }
  const wanted = [...new Set([...links.values()].flatMap(({ ids }) => ids))]
  const configurations = new Map<string, IntelligenceConfiguration>()
  if (wanted.length > 0) {
    for (const row of await read.all(configurationsByIds, { account, ids: wanted }))
      configurations.set(row.id, configurationOf(row))
  }
  return new Map(
    [...links].map(([id, { ids, extracts }]) => [
      id,
      {
        extracts,
        rules: ids.flatMap((one) =>
          (configurations.get(one)?.rules ?? []).map((rule) => ({ configurationId: one, rule })),
        ),
      },
    ]),
  )
}

/** Who said what was said in conversations whose rules ask for it. */
function filteredSpeakers(
  read: Reader,
  account: number,
  taken: readonly FollowedLane[],
  followed: ReadonlyMap<string, Followed>,
): Promise<Map<string, Speaker>> {
  const filtered = taken.filter(({ lane }) => followed.get(lane.conversation_id)?.rules.some(({ rule }) => rule.filter))
  return speakersOf(read, account, {
    conversationIds: filtered.map(({ lane }) => lane.conversation_id),
    communicationIds: filtered.flatMap(({ page }) =>
      page.flatMap(({ type, subject }) => (type === 'COMMUNICATION_CREATED' ? [subject] : [])),
    ),
  })
}

function happeningOf(
  { n, id, type, subject, request_id: requestId, at, note }: FollowedEvent,
  speakers: ReadonlyMap<string, Speaker>,
): Happening[] {
  if (type === 'COMMUNICATION_CREATED') {
    return [{ n, id, at, requestId, what: { communicationId: subject, speaker: speakers.get(subject) } }]
  }
  if (type !== 'CONVERSATION_UPDATED' || note === null) return []
  const { status } = JSON.parse(note) as EventNote
  return status === 'INACTIVE' || status === 'CLOSED' ? [{ n, id, at, requestId, what: status }] : []
}

function waitingOf({ id, rule_id: ruleId, trigger_name: on }: ExecutionRow) {
  return { id, ruleId, on }
}

function newExecution(account: number, conversationId: string, triggered: Triggered): ExecutionRow {
  return {
    account,
    id: newId(),
    conversation_id: conversationId,
    configuration_id: triggered.configurationId,
    rule_id: triggered.ruleId,
    cause_id: triggered.causeId,
    trigger_name: triggered.on,
    since_id: triggered.since ?? '',
    input: null,
    tries: 0,
    lease: null,
    leased_until: null,
    outcome: null,
    detail: null,
    ended_at: null,
    held: null,
    ...readingOf(triggered),
  }
}

function readingOf({ n, at, dueAt, until, requestId }: Triggered) {
  const place = String(n).padStart(12, '0')
  return { place, triggered_at: at, due_at: dueAt, until_id: until, request_id: requestId }
}
