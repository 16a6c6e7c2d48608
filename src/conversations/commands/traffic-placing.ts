import { newId } from '../../kernel/ids.ts'
import type { Configuration } from '../account-cache.ts'
import type { Communication, Recipient } from '../domain/conversation.ts'
import { diagnostics, type Reason } from '../domain/diagnostics.ts'
import { addressesOf, type EventKeys, eventKeys, type GroupingEvent, lookedUpKeys } from '../domain/event-keys.ts'
import { decideGrouping, type GroupingDecision, type Holder } from '../domain/grouping.ts'
import { isBusiness } from '../domain/grouping-keys.ts'
import type { Channel, DeliveryStatus, Participant } from '../domain/model.ts'
import type { CompactTrace, TrafficTrace } from '../domain/trace.ts'
import { findParticipant, groupingParticipant, newParticipant, type Unit } from '../unit.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import type { Intake } from './intake.ts'
import { standIn } from './traffic-agents.ts'
import { matchPinned } from './traffic-pinned.ts'
import { type EventPlan, keysFor, type ObservedEvent, type PlannedParty, unknownRoute } from './traffic-plan.ts'
import { beginStream, boundConversation } from './traffic-streams.ts'
import { compactTrace, fullTrace, noteDiagnostics, type Place } from './traffic-tracing.ts'
import { learn } from './widening.ts'

export type Placement =
  | { outcome: 'REFUSED'; reason: Reason }
  | { outcome: 'NOT_CAPTURED'; reason: Reason }
  | { outcome: 'DUPLICATE'; communication: Communication }
  | {
      outcome: 'CAPTURED'
      conversationId: string
      communicationId: string | null
      created: boolean
      repeated?: readonly number[]
      trace: TrafficTrace | null
    }

/** Finds or creates the conversation of one event, and adds to it what the event brings. */
export async function placeEvent(intake: Intake, plan: EventPlan): Promise<Placement> {
  const duplicate = duplicateOf(intake, plan)
  if (duplicate) return { outcome: 'DUPLICATE', communication: duplicate }
  const place = await findPlace(intake, plan)
  if (place === undefined) return { outcome: 'NOT_CAPTURED', reason: diagnostics.noRule }
  if ('refused' in place) return { outcome: 'REFUSED', reason: place.refused }
  const { unit } = place
  if (unit.conversation.lifecycle.status === 'CLOSED') return { outcome: 'REFUSED', reason: diagnostics.closed }
  const present = unit.participants.length
  const crowd =
    refusedCrowd(intake, present, plan.parties.length) && refusedCrowd(intake, present, newcomersOf(unit, plan))
  if (crowd) return { outcome: 'REFUSED', reason: crowd }
  const created = unit.isNew && present === 0
  const admitted = admit(intake.work, unit, plan)
  if (place.grouping) regroup(intake.work, unit, place.grouping)
  const trace = compactTrace(plan, place, created)
  const communicationId = take(intake, unit, plan, admitted, trace)
  const repeated = noteDiagnostics(intake.work, unit, trace, { created, joined: unit.participants.length > present })
  return {
    outcome: 'CAPTURED',
    conversationId: unit.conversation.id,
    communicationId,
    created,
    ...(repeated.length > 0 ? { repeated } : {}),
    trace: intake.explain ? fullTrace(intake, plan, place, trace) : null,
  }
}

function duplicateOf({ resources }: Intake, { event }: EventPlan): Communication | undefined {
  return event.kind === 'COMMUNICATION' && event.resourceId !== null ? resources.get(event.resourceId)?.[0] : undefined
}

async function findPlace(intake: Intake, plan: EventPlan): Promise<Place | { refused: Reason } | undefined> {
  const { work } = intake
  if (plan.conversationId !== undefined) {
    const unit = work.unit(plan.conversationId)
    return unit ? { unit, mode: 'CONVERSATION' } : unknownRoute('conversationId')
  }
  const asked = plan.mode === 'CONFIGURATION' ? plan.configuration?.id : undefined
  const bound = boundConversation(intake, plan.event, asked)
  if (bound) return { unit: bound, mode: 'STREAM' }
  if (plan.configuration) return group(intake, plan, plan.configuration)
  return findPinned(intake, plan)
}

async function group(
  intake: Intake,
  plan: EventPlan,
  configuration: Configuration,
): Promise<Place | { refused: Reason }> {
  const { work } = intake
  const keys = keysFor(plan, configuration)
  const grouping = decide(work, { channel: plan.event.channel, parties: plan.parties }, configuration, keys)
  const rule = plan.decision.winner && { ...plan.decision.winner, version: configuration.version }
  const place = { mode: plan.mode, keys, grouping, ...(rule ? { rule } : {}) }
  const joined = grouping.outcome === 'JOIN' ? work.unit(grouping.conversationId) : undefined
  if (joined) return { ...place, unit: joined }
  const crowd = refusedCrowd(intake, 0, plan.parties.length)
  if (crowd) return { refused: crowd }
  const { account, cache } = work.options
  const snapshot = await cache.snapshot(work.reader, account, configuration.id, configuration.version)
  const unit = work.create({
    id: newId(),
    configurationId: configuration.id,
    configurationVersion: configuration.version,
    snapshot,
  })
  return { ...place, unit }
}

/** Traffic that no current rule captures still reaches an open conversation that pinned a rule for it and holds its key. */
function findPinned({ work, knowledge }: Intake, plan: EventPlan): Place | undefined {
  for (const reading of plan.pinned) {
    const { configuration } = reading
    const units = reading.keys.map((key) => work.holder(configuration.id, key)).filter((unit) => unit !== undefined)
    const matched = new Map([...new Set(units)].map((unit) => [unit, matchPinned(unit, plan, reading, knowledge)]))
    for (const match of matched.values()) {
      if (!match) continue
      const { parties } = match
      const { channel } = plan.event
      const keys = eventKeys(configuration.body.conversationGroupingType, { channel, parties })
      const grouping = decide(
        work,
        { channel, parties },
        configuration,
        keys,
        (unit) => matched.get(unit) !== undefined,
      )
      const unit = grouping.outcome === 'JOIN' ? work.unit(grouping.conversationId) : undefined
      if (!unit) continue
      plan.parties = parties
      plan.evidence = match.evidence
      if (match.ambiguous) plan.diagnostics.push(diagnostics.bothKnown.code)
      return { unit, mode: 'PINNED_RULE', keys, grouping, rule: matched.get(unit)?.rule ?? match.rule }
    }
  }
  return undefined
}

function decide(
  work: UnitOfWork,
  event: GroupingEvent,
  configuration: Configuration,
  keys: EventKeys,
  isEligible: (unit: Unit) => boolean = () => true,
): GroupingDecision {
  const holders = new Map<string, Holder>()
  for (const key of lookedUpKeys(keys)) {
    const unit = work.holder(configuration.id, key)
    if (unit && isEligible(unit)) holders.set(key, holderOf(unit))
  }
  return decideGrouping({
    groupingType: configuration.body.conversationGroupingType,
    event,
    keys,
    holders,
  })
}

/** Participants are described only when the decision asks, which for most events it does not. */
function holderOf(unit: Unit): Holder {
  const { conversation } = unit
  return {
    conversationId: conversation.id,
    lastCommunicationAt: conversation.lastCommunicationAt,
    createdAt: conversation.lifecycle.createdAt,
    get participants() {
      return unit.participants.map((participant) => ({ id: participant.id, ...groupingParticipant(participant) }))
    },
  }
}

function refusedCrowd({ settings }: Intake, present: number, newcomers: number): Reason | undefined {
  const most = settings.limits.participants
  if (present + newcomers <= most) return undefined
  return { code: 20001, message: `A conversation has at most ${most} participants.` }
}

function newcomersOf(unit: Unit, { parties, event }: EventPlan): number {
  return parties.filter((party) => !presentParty(unit, event, party)).length
}

/** A participant of an event and the address at which it takes part. */
interface Admitted {
  participant: Participant
  address: string
}

/** The participants of the event by address key; those who are missing join, customers first. */
function admit(work: UnitOfWork, unit: Unit, plan: EventPlan): Map<string, Admitted> {
  const byCustomerFirst = plan.parties.toSorted((a, b) => Number(isBusiness(a.type)) - Number(isBusiness(b.type)))
  return new Map(byCustomerFirst.map((party) => [party.key, admitParty(work, unit, plan, party)]))
}

function admitParty(work: UnitOfWork, unit: Unit, { event }: EventPlan, party: PlannedParty): Admitted {
  const { channel, agent } = event
  const address = standIn(unit, event, party)?.address ?? party.address
  const name = party.key === event.from.key ? event.from.name : undefined
  const others = party.others?.filter(({ key }) => findParticipant(unit, channel, key) === undefined) ?? []
  const addresses = [{ channel, address }, ...others.map((other) => ({ channel, address: other.address }))]
  const present = presentParty(unit, event, party)
  if (present) return { participant: learn(work, unit, present, { name, addresses }), address }
  const type = party.type === 'AGENT' ? (agent?.type ?? party.type) : party.type
  const newcomer = newParticipant(work.now, {
    type,
    name: name ?? null,
    profileId: type === 'CUSTOMER' ? party.profileId : null,
    addresses,
  })
  return { participant: work.addParticipant(unit, newcomer), address }
}

function presentParty(unit: Unit, event: ObservedEvent, party: PlannedParty): Participant | undefined {
  const person = standIn(unit, event, party)
  if (person) return person.participant
  const keys = addressesOf(party)
  return keys.map((key) => findParticipant(unit, event.channel, key)).find(Boolean) ?? sameParty(unit, party)
}

/** Under profile grouping a customer comes with many addresses, and so may the business. */
function sameParty(unit: Unit, party: PlannedParty): Participant | undefined {
  if (unit.snapshot.body.conversationGroupingType !== 'GROUP_BY_PROFILE') return undefined
  if (party.type === 'AGENT') return unit.participants.find(({ type }) => type === 'AGENT' || type === 'AI_AGENT')
  const ids = party.profileId === null ? [] : [party.profileId, ...party.aliases]
  return unit.participants.find(
    ({ type, profileId }) => type === 'CUSTOMER' && profileId !== null && ids.includes(profileId),
  )
}

function regroup(work: UnitOfWork, unit: Unit, grouping: GroupingDecision): void {
  if (grouping.outcome === 'CREATE') {
    for (const key of grouping.takeKeys) work.takeKey(unit, key, true)
    return
  }
  for (const { participantId, profileId } of grouping.setProfiles) {
    const participant = unit.participants.find(({ id }) => id === participantId)
    if (participant) work.changeParticipant(unit, { ...participant, profileId, updatedAt: work.now })
  }
  for (const key of grouping.dropKeys) work.dropKey(unit, key)
  for (const key of grouping.takeKeys) work.takeKey(unit, key, false)
}

/** Adds what the event is about: a communication, or the start of a stream. */
function take(
  intake: Intake,
  unit: Unit,
  { event }: EventPlan,
  admitted: Map<string, Admitted>,
  trace: CompactTrace,
): string | null {
  const { work } = intake
  if (event.kind === 'STREAM_STARTED') {
    beginStream(intake, unit, event.channelId)
    return null
  }
  const { channel, from, to } = event
  const { participant: author, address } = admitted.get(from.key) as Admitted
  const status = event.deliveryStatus ?? firstStatus(author, channel)
  const communication: Communication = {
    id: newId(),
    conversationId: unit.conversation.id,
    author: { participantId: author.id, channel, address },
    recipients: to.map(({ key }): Recipient => {
      const { participant, address } = admitted.get(key) as Admitted
      return { participantId: participant.id, channel, address, deliveryStatus: status }
    }),
    content: event.content,
    channelId: event.channelId,
    resourceId: event.resourceId,
    passive: true,
    occurredAt: event.occurredAt ?? work.now,
    createdAt: work.now,
    updatedAt: work.now,
    trace: JSON.stringify(trace),
  }
  work.append(unit, communication)
  if (event.resourceId !== null) intake.resources.set(event.resourceId, [communication])
  return communication.id
}

/** What has been received is delivered; what the business sends is on its way until a report says more. */
function firstStatus({ type }: Participant, channel: Channel): DeliveryStatus {
  return isBusiness(type) && channel !== 'VOICE' ? 'IN_PROGRESS' : 'DELIVERED'
}
