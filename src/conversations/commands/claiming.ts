import { Failure, type FailureDetails, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { aliasesOf, canonicalIds } from '../../memory/steps.ts'
import { LostRace } from '../../store/store.ts'
import type { GroupingParticipant } from '../domain/conversation-keys.ts'
import { groupingLimitProblem } from '../domain/conversation-keys.ts'
import { profileKeys } from '../domain/event-keys.ts'
import { profileKey } from '../domain/grouping-keys.ts'
import type { GroupingType } from '../domain/model.ts'
import type { Unit } from '../unit.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import type { Working } from './working.ts'

/** Throws when the participants cannot be in one conversation. */
export function refuseTooManyKeys(groupingType: GroupingType, participants: readonly GroupingParticipant[]): void {
  const problem = groupingLimitProblem(groupingType, participants)
  if (problem) throw new Failure('limit', problem.message, { code: problem.code, field: 'participants' })
}

/**
 * The keys to look at before keys are claimed: those themselves, and for a profile's those that merged profiles left
 * behind. A profile whose key is not claimed now is left out: who holds its aliases is settled already.
 */
export async function claimedKeys(
  { tx, account }: Working,
  storeId: string,
  keys: readonly string[],
  participants: readonly GroupingParticipant[],
): Promise<string[]> {
  const profileIds = participants.flatMap(({ type, profileId }) =>
    type === 'CUSTOMER' && profileId && keys.includes(profileKey([profileId])) ? [profileId] : [],
  )
  if (profileIds.length === 0) return [...keys]
  const canonical = await canonicalIds(
    tx,
    account,
    profileIds.map((profileId) => ({ storeId, profileId })),
  )
  // A client may give an id that a merge has retired.
  const own = [...new Set(canonical.values())]
  const aliases = await aliasesOf(
    tx,
    account,
    own.map((profileId) => ({ storeId, profileId })),
  )
  return [...new Set([...keys, ...own.flatMap((id) => profileKeys(id, aliases.get(id) ?? []))])]
}

/**
 * Locks the conversation that is to be changed together with all that hold one of the keys, in the house's order, and
 * settles them. Throws when it does not exist, and starts over when a holder has changed meanwhile.
 */
export async function loadToClaim(
  work: UnitOfWork,
  configurationId: string,
  keys: readonly string[],
  conversationId?: string,
): Promise<void> {
  const wanted = [{ configurationId, keys }]
  const holders = await work.lookUpHolders(wanted)
  await work.load([...holders, ...(conversationId === undefined ? [] : [conversationId])], true)
  await work.confirmHolders(wanted)
  if (conversationId !== undefined) openUnit(work, conversationId)
  work.settleAll()
}

/** Throws a conflict that names the open conversation which holds one of the keys, unless it is this one. */
export function refuseHeldKeys(work: UnitOfWork, configurationId: string, keys: readonly string[], own?: Unit): void {
  const holder = keys.map((key) => work.holder(configurationId, key)).find((unit) => unit !== undefined && unit !== own)
  if (!holder) return
  const id = wireId('conversation', holder.conversation.id)
  throw new Failure('conflict', `The addresses are already mapped to conversation ${id}.`, {
    params: { conversationId: id },
    conflictingResourceId: id,
  })
}

/** Throws 404 when the conversation is not there. */
export function openUnit(work: UnitOfWork, id: string): Unit {
  const unit = work.unit(id)
  if (!unit) throw notFound(`There is no conversation ${wireId('conversation', id)}.`)
  return unit
}

/** Throws when the conversation is CLOSED; `what` begins the sentence. */
export function refuseClosed(unit: Unit, what: string): void {
  if (unit.conversation.lifecycle.status !== 'CLOSED') return
  const id = wireId('conversation', unit.conversation.id)
  throw new ClosedConversation(`${what}: conversation ${id} is CLOSED, which is final.`, unit.conversation.id)
}

/** A write to a conversation that is CLOSED. */
export class ClosedConversation extends Failure {
  /** Without prefix. */
  readonly conversationId: string

  constructor(message: string, conversationId: string, details: FailureDetails = { params: { status: 'CLOSED' } }) {
    super('invalid', message, details)
    this.conversationId = conversationId
  }
}

/** What was decided before the locks were got must still hold. */
export function confirmUnchanged(before: readonly string[], after: readonly string[]): void {
  const known = new Set(before)
  if (!after.every((key) => known.has(key))) throw new LostRace()
}
