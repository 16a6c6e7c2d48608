import type { Reader } from '../../store/store.ts'
import type { AccountKnowledge, Configuration } from '../account-cache.ts'
import { compileRules, matchRules, type RuleMatch } from '../domain/capture.ts'
import { eventKeys, lookedUpKeys } from '../domain/event-keys.ts'
import { determineParties, type ObservedSides, type PartyEvidence } from '../domain/parties.ts'
import type { Unit } from '../unit.ts'
import {
  addAliases,
  type EventPlan,
  lookUpParties,
  type PinnedReading,
  type PlannedParty,
  settleSides,
} from './traffic-plan.ts'

/** What the rule that an open conversation pinned makes of an event. */
export interface PinnedMatch {
  rule: RuleMatch & { version: number }
  parties: PlannedParty[]
  evidence: PartyEvidence
  /** Nothing but a look-up could tell the sides, and that found several. */
  ambiguous: boolean
}

/** Prepares the events that no current rule captures, yet may belong to a conversation that pinned one; asks memory for all at once. */
export async function readPinned(
  read: Reader,
  account: number,
  knowledge: AccountKnowledge,
  plans: readonly EventPlan[],
): Promise<void> {
  const astray = plans.filter((plan) => plan.configuration === undefined && plan.conversationId === undefined)
  const configurations = astray.length === 0 ? [] : pinnedConfigurations(knowledge)
  if (configurations.length === 0) return
  for (const plan of astray) plan.pinned = configurations.map((configuration) => blankReading(plan, configuration))
  const questions = astray.flatMap((plan) =>
    plan.pinned
      .filter(({ configuration: { body } }) => isAsked(body, knowledge))
      .flatMap(({ configuration: { body }, parties }) =>
        parties.map((party) => ({ plan, party, storeId: body.memoryStoreId })),
      ),
  )
  await lookUpParties(read, account, questions)
  await addAliases(read, account, questions)
  for (const plan of astray) {
    for (const reading of plan.pinned) reading.keys = possibleKeys(plan, reading, knowledge)
  }
}

/** Reads the event by the rule that the conversation pinned for it; undefined when it has none. */
export function matchPinned(
  { conversation, snapshot }: Unit,
  plan: EventPlan,
  reading: PinnedReading,
  knowledge: AccountKnowledge,
): PinnedMatch | undefined {
  const { channelSettings } = snapshot.body
  const index = compileRules([{ id: conversation.configurationId, createdAt: 0, channelSettings }])
  const { winner } = matchRules(index, plan.candidate)
  if (!winner) return undefined
  return {
    rule: { ...winner, version: conversation.configurationVersion },
    ...partiesBy(winner, plan, reading, knowledge),
  }
}

/** Those that have, or had, other rules than now. */
function pinnedConfigurations(knowledge: AccountKnowledge): Configuration[] {
  return [...knowledge.configurations.values()].filter(({ version, deletedAt }) => version > 1 || deletedAt !== null)
}

function blankReading(plan: EventPlan, configuration: Configuration): PinnedReading {
  return { configuration, parties: plan.parties.map((party) => ({ ...party })), keys: [] }
}

function isAsked({ memoryStoreId, conversationGroupingType }: Configuration['body'], knowledge: AccountKnowledge) {
  return conversationGroupingType === 'GROUP_BY_PROFILE' && knowledge.activeStores.has(memoryStoreId)
}

type LiteralSides = NonNullable<ObservedSides['rule']>

/** Every key by which a conversation could hold the event. Which rule it pinned, and so who is the customer, shows only then. */
function possibleKeys(plan: EventPlan, reading: PinnedReading, knowledge: AccountKnowledge): string[] {
  const groupingType = reading.configuration.body.conversationGroupingType
  const { channel } = plan.event
  const literals: LiteralSides[] = [
    { fromLiteral: true, toLiteral: true, recipient: 0 },
    { fromLiteral: true, toLiteral: false, recipient: 0 },
    ...plan.candidate.to.map((_, recipient) => ({ fromLiteral: false, toLiteral: true, recipient })),
  ]
  const keys = literals.flatMap((rule) =>
    lookedUpKeys(eventKeys(groupingType, { channel, parties: partiesBy(rule, plan, reading, knowledge).parties })),
  )
  return [...new Set(keys)]
}

function partiesBy(
  rule: LiteralSides,
  { event, candidate }: EventPlan,
  reading: PinnedReading,
  { owned }: AccountKnowledge,
): Omit<PinnedMatch, 'rule'> {
  const { parties, evidence } = determineParties({
    from: candidate.from,
    to: candidate.to,
    isOwned: (key) => owned.has(key),
    ...(event.direction ? { direction: event.direction } : {}),
    rule,
  })
  const known = new Map(reading.parties.map((party) => [party.key, party]))
  const told = parties.map(({ key, type }) => ({ ...(known.get(key) as PlannedParty), type }))
  return { evidence, ...settleSides(told, evidence) }
}
