import { syncTargets } from '../../events/targets.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { newId, parseWireId } from '../../kernel/ids.ts'
import { addressKey } from '../domain/address.ts'
import type { Overrides } from '../domain/conversation.ts'
import { conversationKeys } from '../domain/conversation-keys.ts'
import type { Participant } from '../domain/model.ts'
import { groupingParticipant, type Unit } from '../unit.ts'
import { claimedKeys, loadToClaim, refuseHeldKeys, refuseTooManyKeys } from './claiming.ts'
import { makeParticipant, type ParticipantInput, refuseSharedAddresses } from './participant-input.ts'
import type { Resolved } from './resolving.ts'
import { type CommandContext, type Request, type Working, work } from './working.ts'

export interface CreateConversation {
  /** Wire id. */
  configurationId: string
  name?: string | null
  metadata?: Record<string, string>
  overrides?: Overrides
  participants?: ParticipantInput[]
}

/**
 * Creates a conversation with its participants. It never joins another: when an open conversation of the configuration
 * holds one of its grouping keys, that is a conflict which names it.
 */
export function createConversation(
  context: CommandContext,
  request: Request,
  input: CreateConversation,
): Promise<Unit> {
  return work(context, request, async (working) => {
    const { knowledge, settings, work } = working
    const configuration = knowledge.configurations.get(parseWireId('configuration', input.configurationId) ?? '')
    if (!configuration || configuration.deletedAt !== null) {
      throw notFound(`There is no configuration ${input.configurationId.slice(0, 100)}.`)
    }
    const described = input.participants ?? []
    if (described.length > settings.limits.participants) {
      throw invalid('participants', `A conversation has at most ${settings.limits.participants} participants.`)
    }
    const { memoryStoreId, conversationGroupingType } = configuration.body
    const resolved = await makeParticipants(working, memoryStoreId, described)
    const participants = resolved.map(({ participant }) => participant)
    refuseSharedAddresses(participants)
    const grouped = participants.map(groupingParticipant)
    refuseTooManyKeys(conversationGroupingType, grouped)
    const keys = [...conversationKeys(conversationGroupingType, grouped)]
    const claimed = await claimedKeys(working, memoryStoreId, keys, grouped)
    await loadToClaim(work, configuration.id, claimed)
    refuseHeldKeys(work, configuration.id, claimed)

    const { account, cache } = work.options
    const id = newId()
    const unit = work.create({
      id,
      configurationId: configuration.id,
      configurationVersion: configuration.version,
      snapshot: await cache.snapshot(working.tx, account, configuration.id, configuration.version),
      name: input.name ?? null,
      metadata: input.metadata ?? {},
      overrides: await overridesWithTargets(working, id, input.overrides ?? {}),
    })
    for (const { participant, codes } of resolved) {
      work.addParticipant(unit, participant)
      recordCodes(working, unit, participant, codes)
    }
    for (const key of keys) work.takeKey(unit, key, true)
    return unit
  })
}

/** Notes what kept a participant's profile from being resolved. */
export function recordCodes({ work }: Working, unit: Unit, participant: Participant, codes: readonly number[]): void {
  for (const code of codes) work.record(unit, 'DIAGNOSTIC', { participant, note: { code } })
}

/** A conversation that is created with callbacks of its own has targets of its own. */
async function overridesWithTargets(
  { tx, account, now }: Working,
  id: string,
  overrides: Overrides,
): Promise<Overrides> {
  const { statusCallbacks } = overrides
  if (!statusCallbacks) return overrides
  const targetIds = await syncTargets(tx, account, { kind: 'conversation', id }, statusCallbacks, now)
  return { ...overrides, targetIds }
}

/**
 * One after the other, so that two descriptions of one customer find one profile; and in the order of their addresses,
 * whatever the request's, so that two requests that create the same profiles do not wait for each other.
 */
async function makeParticipants(
  working: Working,
  storeId: string,
  described: readonly ParticipantInput[],
): Promise<Resolved[]> {
  // Ids are given in the request's order, which is the order of lists.
  const ids = described.map(() => newId())
  const inOrder = [...described.entries()].sort(([, a], [, b]) => compareText(firstAddress(a), firstAddress(b)))
  const resolved: Resolved[] = []
  for (const [at, input] of inOrder) {
    const known = { id: ids[at] as string, createdAt: working.now }
    resolved[at] = await makeParticipant(working, storeId, input, `participants[${at}].`, known)
  }
  return resolved
}

function firstAddress({ addresses }: ParticipantInput): string {
  return (addresses ?? []).map(({ channel, address }) => addressKey(channel, address)).sort()[0] ?? ''
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
