import { parseWireId } from '../../kernel/ids.ts'
import { aliasesOf, lookupIdentifiers } from '../../memory/steps.ts'
import type { Reader } from '../../store/store.ts'
import type { AccountKnowledge, Configuration } from '../account-cache.ts'
import { type CaptureCandidate, matchRules, type RuleDecision } from '../domain/capture.ts'
import { diagnostics, type Reason } from '../domain/diagnostics.ts'
import { type EventKeys, type EventParty, eventKeys, lookedUpKeys } from '../domain/event-keys.ts'
import { determineParties, type PartyEvidence, settleByLookup } from '../domain/parties.ts'
import { type AddressIdentifierType, identifierTypesFor } from '../domain/resolution.ts'
import {
  type Observed,
  type ObservedCommunication,
  type ObservedStreamStart,
  observe,
  type Side,
  type TrafficItem,
} from '../domain/traffic.ts'

export type ObservedEvent = ObservedCommunication | ObservedStreamStart

/** A party of an event with what memory knows of it. The author comes first, then the recipients in order. */
export interface PlannedParty extends EventParty {
  address: string
  others?: readonly Side[]
  foundBy: AddressIdentifierType | null
}

/** An event that no current rule captures, as it reads under a configuration some of whose past rules may still hold. */
export interface PinnedReading {
  configuration: Configuration
  /** With the profiles that memory has for their addresses, whoever turns out to be the customer. */
  parties: PlannedParty[]
  /** Every key by which a conversation could hold it. */
  keys: readonly string[]
}

/** What can be said about an event before any conversation has been looked at. */
export interface EventPlan {
  event: ObservedEvent
  /** Bare ids of an explicit route. */
  conversationId?: string
  /** Where it is grouped; without one only pinned rules of open conversations may still take it. */
  configuration?: Configuration
  mode: 'PASSIVE' | 'CONFIGURATION'
  decision: RuleDecision
  candidate: CaptureCandidate
  evidence: PartyEvidence
  parties: PlannedParty[]
  /** Under its configuration, once its parties are known. */
  keys?: EventKeys
  /** Where no configuration takes it: those that may have pinned a rule for it. */
  pinned: PinnedReading[]
  diagnostics: number[]
}

export type Plan = { refused: Reason } | { observed: Exclude<Observed, ObservedEvent> } | EventPlan

/** Reads an item and matches it against the rules; nothing here asks the database. */
export function planItem(item: TrafficItem, knowledge: AccountKnowledge): Plan {
  const reading = observe(item, (key) => knowledge.owned.has(key))
  if ('refused' in reading) return reading
  const { observed } = reading
  if (observed.kind === 'DELIVERY' || observed.kind === 'STREAM_STOPPED') return { observed }
  const route = routeOf(observed, knowledge)
  if ('refused' in route) return route
  const candidate: CaptureCandidate = {
    channel: observed.channel,
    from: observed.from.key,
    to: observed.to.map(({ key }) => key),
    ...(observed.callType ? { callType: observed.callType } : {}),
    ...(observed.chatService ? { chatService: observed.chatService } : {}),
  }
  const passive = route.configuration === undefined && route.conversationId === undefined
  const decision = passive ? matchRules(knowledge.rules, candidate) : { shadowed: [] }
  const configuration = route.configuration ?? knowledge.configurations.get(decision.winner?.configurationId ?? '')
  const sides = determineParties({
    from: observed.from.key,
    to: candidate.to,
    isOwned: (key) => knowledge.owned.has(key),
    ...(observed.direction ? { direction: observed.direction } : {}),
    ...(decision.winner ? { rule: decision.winner } : {}),
  })
  const addresses = new Map([observed.from, ...observed.to].map((side) => [side.key, side.address]))
  return {
    event: observed,
    ...(route.conversationId === undefined ? {} : { conversationId: route.conversationId }),
    ...(configuration === undefined ? {} : { configuration }),
    mode: passive ? 'PASSIVE' : 'CONFIGURATION',
    decision,
    candidate,
    evidence: sides.evidence,
    parties: sides.parties.map(({ key, type }) => ({
      key,
      type,
      profileId: null,
      aliases: [],
      address: addresses.get(key) as string,
      ...(key === observed.from.key && observed.from.others ? { others: observed.from.others } : {}),
      foundBy: null,
    })),
    pinned: [],
    diagnostics: decision.shadowed.length > 0 ? [diagnostics.overlappingRules.code] : [],
  }
}

/**
 * Asks memory who the parties are, for all events at once, where that decides their grouping: under profile grouping, and
 * where nothing else tells the sides apart.
 */
export async function identify(
  read: Reader,
  account: number,
  knowledge: AccountKnowledge,
  plans: readonly EventPlan[],
): Promise<void> {
  const asking = plans.filter((plan) => {
    const body = plan.configuration?.body
    if (!body || !knowledge.activeStores.has(body.memoryStoreId)) return false
    return body.conversationGroupingType === 'GROUP_BY_PROFILE' || plan.evidence === 'NONE'
  })
  await lookUpParties(
    read,
    account,
    asking.flatMap((plan) => {
      const asked = plan.parties.filter(({ type }) => type === 'CUSTOMER' || plan.evidence === 'NONE')
      return asked.map((party) => ({ plan, party, storeId: (plan.configuration as Configuration).body.memoryStoreId }))
    }),
  )
  for (const plan of asking) tellSidesByLookup(plan)
  await addAliases(
    read,
    account,
    asking.flatMap((plan) =>
      plan.parties.map((party) => ({ party, storeId: (plan.configuration as Configuration).body.memoryStoreId })),
    ),
  )
}

export interface PartyQuestion {
  plan: EventPlan
  party: PlannedParty
  storeId: string
}

/** Sets the profile of each party that memory knows by its address. */
export async function lookUpParties(read: Reader, account: number, questions: readonly PartyQuestion[]): Promise<void> {
  const wanted = questions.flatMap(({ plan, party, storeId }) =>
    [party, ...(party.others ?? [])].flatMap(({ address: value }) =>
      identifierTypesFor(plan.event.channel, value).map((idType) => ({ plan, party, storeId, idType, value })),
    ),
  )
  if (wanted.length === 0) return
  const found = await lookupIdentifiers(
    read,
    account,
    wanted.map(({ storeId, idType, value }) => ({ storeId, idType, value })),
  )
  for (const [at, { plan, party, idType }] of wanted.entries()) {
    const { profileIds = [], shared = false } = found[at] ?? {}
    const [profileId] = profileIds
    if (profileId === undefined || party.profileId !== null) continue
    if (shared) {
      plan.diagnostics.push(diagnostics.sharedAddress.code)
      continue
    }
    party.profileId = profileId
    party.foundBy = idType
    if (profileIds.length > 1) plan.diagnostics.push(diagnostics.severalProfiles.code)
  }
}

/** The keys of the event under its configuration, computed once its parties are known. */
export function keysFor(plan: EventPlan, configuration: Configuration): EventKeys {
  plan.keys ??= eventKeys(configuration.body.conversationGroupingType, {
    channel: plan.event.channel,
    parties: plan.parties,
  })
  return plan.keys
}

/** Everything that has to be looked up for the events, by configuration. */
export function wantedKeys(plans: readonly EventPlan[]): { configurationId: string; keys: readonly string[] }[] {
  return plans.flatMap((plan) => {
    if (plan.conversationId !== undefined) return []
    const { configuration } = plan
    if (configuration) return [{ configurationId: configuration.id, keys: lookedUpKeys(keysFor(plan, configuration)) }]
    return plan.pinned.map(({ configuration: { id }, keys }) => ({ configurationId: id, keys }))
  })
}

type Route = { conversationId?: string; configuration?: Configuration } | { refused: Reason }

/** An explicit conversation goes before an explicit configuration, and both before the rules. */
function routeOf(event: ObservedEvent, knowledge: AccountKnowledge): Route {
  if (event.conversationId !== undefined) {
    const conversationId = parseWireId('conversation', event.conversationId)
    return conversationId === undefined ? unknownRoute('conversationId') : { conversationId }
  }
  if (event.configurationId !== undefined) {
    const id = parseWireId('configuration', event.configurationId)
    const configuration = id === undefined ? undefined : knowledge.configurations.get(id)
    return configuration === undefined || configuration.deletedAt !== null
      ? unknownRoute('configurationId')
      : { configuration }
  }
  return {}
}

export function unknownRoute(field: 'conversationId' | 'configurationId'): { refused: Reason } {
  const noun = field === 'conversationId' ? 'conversation' : 'configuration'
  return { refused: { code: 20404, field, message: `There is no ${noun} with this ${field}.` } }
}

/** Where nothing else told the sides of an event, what memory knows of its parties does. */
export function tellSidesByLookup(plan: EventPlan): void {
  const { parties, ambiguous } = settleSides(plan.parties, plan.evidence)
  plan.parties = parties
  if (ambiguous) plan.diagnostics.push(diagnostics.bothKnown.code)
}

/** Whoever is no customer has no profile, though memory may know the address. */
export function settleSides(
  parties: readonly PlannedParty[],
  evidence: PartyEvidence,
): { parties: PlannedParty[]; ambiguous: boolean } {
  const known = new Map(
    parties.flatMap(({ key, profileId }) => (profileId === null ? [] : [[key, profileId] as const])),
  )
  const untold = parties.map(({ key, type }) => ({
    key,
    type: type === 'CUSTOMER' || type === 'AGENT' ? type : ('UNKNOWN' as const),
  }))
  const { parties: told, ambiguous } =
    evidence === 'NONE' ? settleByLookup(untold, known) : { parties: untold, ambiguous: false }
  const settled = parties.map((party, at): PlannedParty => {
    const type = told[at]?.type ?? party.type
    return type === 'CUSTOMER' ? { ...party, type } : { ...party, type, profileId: null, foundBy: null }
  })
  return { parties: settled, ambiguous }
}

/** Notes under which other ids a party's profile may be held, once it is known. */
export async function addAliases(
  read: Reader,
  account: number,
  asked: readonly { party: PlannedParty; storeId: string }[],
): Promise<void> {
  const profiles = asked.flatMap(({ party: { profileId }, storeId }) =>
    profileId === null ? [] : [{ storeId, profileId }],
  )
  if (profiles.length === 0) return
  const aliases = await aliasesOf(read, account, profiles)
  for (const { party } of asked) if (party.profileId !== null) party.aliases = aliases.get(party.profileId) ?? []
}
