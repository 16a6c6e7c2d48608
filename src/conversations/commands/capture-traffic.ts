import { assert } from '../../kernel/assert.ts'
import { LostRace, type Reader, type Tx } from '../../store/store.ts'
import type { AccountCache } from '../account-cache.ts'
import type { Communication } from '../domain/conversation.ts'
import { diagnostics, type Reason } from '../domain/diagnostics.ts'
import type { Observed } from '../domain/traffic.ts'
import type { ReactToBridged } from '../reactions.ts'
import { communicationOf, communicationsByResources, streamOf, streamsByChannels } from '../rows.ts'
import type { OrchestratorSettings } from '../settings.ts'
import { UnitOfWork } from '../unit-of-work.ts'
import type { Intake, Streams } from './intake.ts'
import { recordDelivery } from './record-delivery.ts'
import { readPinned } from './traffic-pinned.ts'
import { type Placement, placeEvent } from './traffic-placing.ts'
import { type EventPlan, identify, type Plan, planItem, wantedKeys } from './traffic-plan.ts'
import { createMissingProfiles, identifyNewcomers } from './traffic-profiles.ts'
import { nothing, type TrafficRequest, type TrafficResult } from './traffic-result.ts'
import { stopStreamOf } from './traffic-streams.ts'

export interface CaptureContext {
  account: number
  cache: AccountCache
  settings: OrchestratorSettings
  /** Business time of acceptance, the same for all items. */
  now: number
  onBridged?: ReactToBridged
  /** Called before the commit when there is something that followers should hear of after it. */
  onFollowed?: () => void
  /** Called before the commit, with what is worth counting. */
  onHappened?: (happened: UnitOfWork['happened']) => void
}

/**
 * Takes in traffic, any number of items of one account in order: loads what all of them need with a fixed number of
 * statements, decides one after the other in memory, and writes everything at once. Answers one result an item.
 */
export async function captureTraffic(
  tx: Tx,
  context: CaptureContext,
  requests: readonly TrafficRequest[],
): Promise<TrafficResult[]> {
  const { work, results } = await decide(tx, context, requests, tx)
  await work.save(tx)
  if (work.followed) context.onFollowed?.()
  context.onHappened?.(work.happened)
  return results
}

/** The same decisions without saving anything. */
export async function explainTraffic(
  read: Reader,
  context: CaptureContext,
  requests: readonly TrafficRequest[],
): Promise<TrafficResult[]> {
  return (await decide(read, context, requests, undefined)).results
}

async function decide(read: Reader, context: CaptureContext, requests: readonly TrafficRequest[], tx: Tx | undefined) {
  const { account, cache, settings, now, onBridged } = context
  const knowledge = await cache.know(read, account)
  const plans = requests.map(({ item }) => planItem(item, knowledge))
  const events = plans.filter(isEvent)
  const work = new UnitOfWork(read, {
    account,
    cache,
    knowledge,
    now,
    requestId: requests[0]?.requestId ?? '',
    ...(onBridged === undefined ? {} : { onBridged }),
  })
  const seen = await loadMentions(read, account, plans)
  await identify(read, account, knowledge, events)
  await readPinned(read, account, knowledge, events)
  if (settings.passiveProfiles === 'create') await createMissingProfiles(tx, account, events, now)
  const wanted = wantedKeys(events)
  const holders = await work.lookUpHolders(wanted)
  const loaded = work.load([...holders, ...mentioned(events, seen)], tx !== undefined)
  // Executed after the locks were got, though it travels with them.
  const [, , { resources, streams }] = await Promise.all([
    loaded,
    tx && work.confirmHolders(wanted),
    tx === undefined ? seen : confirmMentions(tx, account, plans, seen),
  ])
  work.settleAll()
  await identifyNewcomers(read, account, { work, knowledge, streams }, events)
  const intake: Intake = { work, knowledge, settings, resources, streams, explain: tx === undefined }
  const results: TrafficResult[] = []
  for (const [at, plan] of plans.entries()) {
    work.requestId = requests[at]?.requestId ?? ''
    results.push(await resultOf(intake, plan))
  }
  return { work, results }
}

async function resultOf(intake: Intake, plan: Plan): Promise<TrafficResult> {
  if ('refused' in plan) return refused(plan.refused)
  if (isEvent(plan)) return placed(await placeEvent(intake, plan))
  const { observed } = plan
  return observed.kind === 'DELIVERY' ? recordDelivery(intake, observed) : stopStreamOf(intake, observed)
}

function placed(placement: Placement): TrafficResult {
  switch (placement.outcome) {
    case 'REFUSED':
      return refused(placement.reason)
    case 'NOT_CAPTURED':
      return { ...nothing, outcome: 'NOT_CAPTURED', reason: placement.reason }
    case 'DUPLICATE':
      return {
        ...nothing,
        outcome: 'DUPLICATE',
        conversationId: placement.communication.conversationId,
        communicationId: placement.communication.id,
        reason: diagnostics.duplicate,
      }
    case 'CAPTURED':
      return { ...placement, reason: null }
  }
}

function refused(reason: Reason): TrafficResult {
  return { ...nothing, outcome: 'REFUSED', reason }
}

function isEvent(plan: Plan): plan is EventPlan {
  return 'event' in plan
}

/** What items refer to beside conversations. */
type Mentions = Pick<Intake, 'resources' | 'streams'>

async function loadMentions(read: Reader, account: number, plans: readonly Plan[]): Promise<Mentions> {
  const [resources, streams] = await Promise.all([
    loadResources(read, account, plans),
    loadStreams(read, account, plans),
  ])
  return { resources, streams }
}

/**
 * What changes with a conversation is read once more when that is locked. In other conversations than those it must not be by
 * then, else everything starts over. A message that is new needs no look: its resource id is unique.
 */
async function confirmMentions(tx: Tx, account: number, plans: readonly Plan[], seen: Mentions): Promise<Mentions> {
  if (tx.dialect === 'sqlite') return seen
  const isReported = plans.some((plan) => observedOf(plan)?.kind === 'DELIVERY')
  const [resources, streams] = await Promise.all([
    isReported ? loadResources(tx, account, plans) : seen.resources,
    loadStreams(tx, account, plans),
  ])
  const present = { resources, streams }
  const before = new Set(placesOf(seen))
  const after = placesOf(present)
  if (new Set(after).size !== before.size || !after.every((id) => before.has(id))) throw new LostRace()
  return present
}

/** The conversations in which it is. */
function placesOf({ resources, streams }: Mentions): string[] {
  return [
    ...[...resources.values()].flat().map(({ conversationId }) => conversationId),
    ...[...streams.values()].map(({ conversationId }) => conversationId),
  ]
}

async function loadResources(
  read: Reader,
  account: number,
  plans: readonly Plan[],
): Promise<Map<string, Communication[]>> {
  const resourceIds = new Set(plans.flatMap((plan) => resourceOf(plan) ?? []))
  if (resourceIds.size === 0) return new Map()
  const rows = await read.all(communicationsByResources, { account, resourceIds: [...resourceIds] })
  return Map.groupBy(rows.map(communicationOf), ({ resourceId }) => {
    assert(resourceId !== null, 'a communication found by its resource id has one')
    return resourceId
  })
}

async function loadStreams(read: Reader, account: number, plans: readonly Plan[]): Promise<Streams> {
  const channelIds = new Set(plans.flatMap((plan) => callOf(plan) ?? []))
  if (channelIds.size === 0) return new Map()
  const rows = await read.all(streamsByChannels, { account, channelIds: [...channelIds] })
  return new Map(rows.map((row) => [row.channel_id, streamOf(row)]))
}

function resourceOf(plan: Plan): string | null {
  const observed = observedOf(plan)
  return observed && 'resourceId' in observed ? observed.resourceId : null
}

/** The call that an item belongs to, if it may be bound to a stream. */
function callOf(plan: Plan): string | null {
  const observed = observedOf(plan)
  if (!observed || observed.kind === 'DELIVERY') return null
  if (observed.kind === 'COMMUNICATION' && observed.channel !== 'VOICE') return null
  return observed.channelId
}

function observedOf(plan: Plan): Observed | undefined {
  if ('refused' in plan) return undefined
  return isEvent(plan) ? plan.event : plan.observed
}

/** Conversations that items name, directly or by a call or resource. */
function mentioned(events: readonly EventPlan[], mentions: Mentions): string[] {
  return [...events.flatMap(({ conversationId }) => conversationId ?? []), ...placesOf(mentions)]
}
