import { narrowTargets, syncTargets } from '../../events/targets.ts'
import { invalid } from '../../kernel/failure.ts'
import { setStatus } from '../domain/lifecycle.ts'
import type { Status, StatusCallback } from '../domain/model.ts'
import type { Unit } from '../unit.ts'
import { ClosedConversation, openUnit, refuseClosed } from './claiming.ts'
import { type CommandContext, type Request, type Working, work } from './working.ts'

/** What is absent stays as it is. */
export interface UpdateConversation {
  conversationId: string
  status?: Status
  /** Null clears it. */
  name?: string | null
  /** Replaces all of it, or merges where a value of null removes its entry. */
  metadata?:
    | { mode: 'REPLACE'; entries: Record<string, string> }
    | { mode: 'MERGE'; entries: Record<string, string | null> }
  /** For this conversation only; null goes back to the configuration's. */
  statusCallbacks?: StatusCallback[] | null
}

/** Changes status, name, metadata or callbacks. A CLOSED conversation takes nothing but metadata, and CLOSED once more. */
export function updateConversation(
  context: CommandContext,
  request: Request,
  input: UpdateConversation,
): Promise<Unit> {
  return work(context, request, async (working) => {
    const { work, now, settings } = working
    await work.load([input.conversationId], true)
    const unit = openUnit(work, input.conversationId)
    work.settleAll()
    const { conversation } = unit
    const renamed = input.name !== undefined && input.name !== conversation.name
    if (renamed) refuseClosed(unit, 'The name cannot be changed')
    if (input.statusCallbacks !== undefined) refuseClosed(unit, 'The callbacks cannot be changed')

    if (input.metadata) conversation.metadata = changedMetadata(unit, input.metadata, settings.limits.metadataEntries)
    if (input.statusCallbacks !== undefined) await setCallbacks(working, unit, input.statusCallbacks)
    if (input.metadata || input.statusCallbacks !== undefined) {
      conversation.updatedAt = now
      unit.changed = true
      unit.attributesChanged = true
    }
    if (renamed) conversation.name = input.name ?? null
    const moved =
      input.status === undefined ? undefined : setStatus(conversation.lifecycle, unit.snapshot.rules, input.status, now)
    if (moved && 'refused' in moved) throw new ClosedConversation(moved.refused, conversation.id, { field: 'status' })
    if (moved) work.become(unit, moved)
    // A change of name and status together is one update.
    if (renamed && !moved?.transitions.length) work.updated(unit)
    return unit
  })
}

function changedMetadata(
  { conversation }: Unit,
  change: NonNullable<UpdateConversation['metadata']>,
  maxEntries: number,
): Record<string, string> {
  const merged: Record<string, string | null> =
    change.mode === 'REPLACE' ? change.entries : { ...conversation.metadata, ...change.entries }
  const kept = Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null)
  if (kept.length > maxEntries) throw invalid('metadata', `metadata has at most ${maxEntries} entries`)
  return Object.fromEntries(kept)
}

/** From this commit on nobody else hears of the conversation, and what others had not got yet is cancelled. */
async function setCallbacks(
  { tx, account, now, knowledge }: Working,
  { conversation }: Unit,
  statusCallbacks: StatusCallback[] | null,
): Promise<void> {
  const { statusCallbacks: _, targetIds: __, ...others } = conversation.overrides
  const { id, configurationId } = conversation
  const targetIds = await syncTargets(tx, account, { kind: 'conversation', id }, statusCallbacks ?? [], now)
  conversation.overrides = statusCallbacks === null ? others : { ...others, statusCallbacks, targetIds }
  const followers = statusCallbacks === null ? (knowledge.targets.get(configurationId) ?? []) : targetIds
  await narrowTargets(tx, account, id, followers, now)
}
