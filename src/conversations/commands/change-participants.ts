import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { participantKeyChange } from '../domain/conversation-keys.ts'
import type { Participant } from '../domain/model.ts'
import { keysOf } from '../rows.ts'
import { groupingParticipant, type Unit } from '../unit.ts'
import {
  claimedKeys,
  confirmUnchanged,
  loadToClaim,
  openUnit,
  refuseClosed,
  refuseHeldKeys,
  refuseTooManyKeys,
} from './claiming.ts'
import { recordCodes } from './create-conversation.ts'
import { makeParticipant, type ParticipantInput, refuseSharedAddresses } from './participant-input.ts'
import type { Resolved } from './resolving.ts'
import { type CommandContext, type Request, type Working, work } from './working.ts'

export interface Changed {
  unit: Unit
  participant: Participant
}

/** Adds a participant. A conflict, when the conversation would then stand for the same parties as another open one. */
export function addParticipant(
  context: CommandContext,
  request: Request,
  conversationId: string,
  input: ParticipantInput,
): Promise<Changed> {
  return work(context, request, async (working) => {
    const { work, settings } = working
    const before = await glanceAt(working, conversationId)
    refuseClosed(before, 'The participant cannot be added')
    const resolved = await makeParticipant(working, before.snapshot.body.memoryStoreId, input, '')
    const added = resolved.participant
    const unit = await claimFor(working, before, (participants) => [...participants, added], added)
    refuseClosed(unit, 'The participant cannot be added')
    if (unit.participants.length >= settings.limits.participants) {
      throw new Failure('limit', `A conversation has at most ${settings.limits.participants} participants.`)
    }
    work.addParticipant(unit, added)
    return finish(working, unit, resolved)
  })
}

/** Replaces all that is known of a participant; what the description leaves out is cleared. */
export function replaceParticipant(
  context: CommandContext,
  request: Request,
  conversationId: string,
  participantId: string,
  input: ParticipantInput,
): Promise<Changed> {
  return work(context, request, async (working) => {
    const before = await glanceAt(working, conversationId)
    const known = participantOf(before, participantId)
    refuseClosed(before, 'The participant cannot be changed')
    const resolved = await makeParticipant(working, before.snapshot.body.memoryStoreId, input, '', known)
    const replacing = (participants: readonly Participant[]) =>
      participants.map((participant) => (participant.id === participantId ? resolved.participant : participant))
    const unit = await claimFor(working, before, replacing, resolved.participant)
    refuseClosed(unit, 'The participant cannot be changed')
    participantOf(unit, participantId)
    working.work.changeParticipant(unit, resolved.participant)
    return finish(working, unit, resolved)
  })
}

/** Removes a participant; its communications stay. Losing the last grouping key is allowed. */
export async function removeParticipant(
  context: CommandContext,
  request: Request,
  conversationId: string,
  participantId: string,
): Promise<void> {
  await work(context, request, async (working) => {
    const before = await glanceAt(working, conversationId)
    participantOf(before, participantId)
    const without = (participants: readonly Participant[]) => participants.filter(({ id }) => id !== participantId)
    const unit = await claimFor(working, before, without)
    participantOf(unit, participantId)
    refuseClosed(unit, 'The participant cannot be removed')
    working.work.removeParticipant(unit, participantId)
  })
}

function finish(working: Working, unit: Unit, { participant, codes }: Resolved): Changed {
  recordCodes(working, unit, participant, codes)
  return { unit, participant }
}

/** The conversation as it is before anything is locked: what to lock has to be known first. */
async function glanceAt({ glance }: Working, conversationId: string): Promise<Unit> {
  const work = glance()
  await work.load([conversationId], false)
  const unit = openUnit(work, conversationId)
  work.settleAll()
  return unit
}

function participantOf({ conversation, participants }: Unit, id: string): Participant {
  const participant = participants.find((one) => one.id === id)
  if (participant) return participant
  const where = wireId('conversation', conversation.id)
  throw notFound(`Conversation ${where} has no participant ${wireId('participant', id)}.`)
}

type Change = (participants: readonly Participant[]) => readonly Participant[]

/** Locks the conversation and all holders of the keys it is about to take; takes and releases the difference. Throws when another holds one. */
async function claimFor(working: Working, before: Unit, change: Change, changed?: Participant): Promise<Unit> {
  const { work } = working
  const { id, configurationId } = before.conversation
  const { memoryStoreId } = before.snapshot.body
  const { take } = await keyChange(working, before, change)
  const after = change(before.participants).map(groupingParticipant)
  const claimed = await claimedKeys(working, memoryStoreId, take, after)
  await loadToClaim(work, configurationId, claimed, id)
  const unit = openUnit(work, id)
  if (unit.conversation.lifecycle.status === 'CLOSED') return unit
  const present = change(unit.participants)
  refuseSharedAddresses(present, changed)
  refuseTooManyKeys(unit.snapshot.body.conversationGroupingType, present.map(groupingParticipant))
  const difference = await keyChange(working, unit, change)
  confirmUnchanged(take, difference.take)
  refuseHeldKeys(work, configurationId, claimed, unit)
  for (const key of difference.release) work.dropKey(unit, key)
  for (const key of difference.take) work.takeKey(unit, key, true)
  return unit
}

async function keyChange({ tx, account }: Working, unit: Unit, change: Change) {
  const held = await tx.all(keysOf, { account, conversationIds: [unit.conversation.id] })
  return participantKeyChange({
    groupingType: unit.snapshot.body.conversationGroupingType,
    held: held.map(({ key }) => key),
    before: unit.participants.map(groupingParticipant),
    after: change(unit.participants).map(groupingParticipant),
  })
}
