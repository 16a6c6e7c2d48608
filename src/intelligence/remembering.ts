import { Failure } from '../kernel/failure.ts'
import { newId, wireId } from '../kernel/ids.ts'
import type { OverflowPolicy } from '../memory/domain/room.ts'
import { changeProfile, holdProfiles } from '../memory/memory-changing.ts'
import { addObservations, addSummaries, type NewObservation, reviseObservation } from '../memory/memory-writing.ts'
import { observationsOf } from '../memory/observation-rows.ts'
import { termsOf } from '../memory/ranking/words.ts'
import type { OfProfile } from '../memory/rows.ts'
import type { Tx } from '../store/store.ts'
import { reconcile, type StoredStatement } from './domain/reconciliation.ts'

interface Finding {
  content: string
  /** The operator result that it came from, without prefix. */
  resultId: string
  occurredAt: number
}

/** What was found of one customer. */
export interface ProfileFindings {
  profileId: string
  observations: Finding[]
  summary: Finding | null
}

export interface RememberedFinding {
  storeId: string
  /** Without prefix. */
  conversationId: string
  profiles: ProfileFindings[]
}

export interface RememberingOptions {
  account: number
  now: number
  observationsPerProfile: number
  summariesPerProfile: number
  policy: OverflowPolicy
}

/** Conversations that an observation names as its origin. */
const maxOrigins = 10

/**
 * Locks the profiles that findings belong to, in the house's order, before anything else is locked. Profiles that were erased
 * meanwhile are left out. Throws when the store is no more ACTIVE.
 */
export async function holdRemembered(
  tx: Tx,
  { account }: RememberingOptions,
  { storeId, profiles }: RememberedFinding,
): Promise<Map<string, OfProfile>> {
  return holdProfiles(tx, { account, storeId, profileIds: profiles.map(({ profileId }) => profileId) })
}

/** Writes findings to held profiles: each observation beside what is known already, and summaries as they are. */
export async function remember(
  tx: Tx,
  options: RememberingOptions,
  { conversationId, profiles }: RememberedFinding,
  held: ReadonlyMap<string, OfProfile>,
): Promise<void> {
  for (const { profileId, observations, summary } of profiles) {
    const place = held.get(profileId)
    if (!place || (observations.length === 0 && !summary)) continue
    await changeProfile(tx, place, newId(), async () => {
      await rememberObservations(tx, options, { place, originId: profileId, conversationId, observations })
      if (!summary) return
      const { content, resultId, occurredAt } = summary
      const row = { id: newId(), content, source: sourceOf(resultId), conversationId, occurredAt }
      const { summariesPerProfile: maximum, policy, now } = options
      await addSummaries(tx, place, [row], { originId: profileId, maximum, policy, now })
    })
  }
}

async function rememberObservations(
  tx: Tx,
  { observationsPerProfile: maximum, policy, now }: RememberingOptions,
  found: { place: OfProfile; originId: string; conversationId: string; observations: readonly Finding[] },
): Promise<void> {
  const { place, originId, conversationId, observations } = found
  if (observations.length === 0) return
  const rows = await tx.all(observationsOf, place)
  const stored: StoredStatement[] = rows.map(({ id, content }) => ({ id, content, stems: termsOf(content) }))
  const added: NewObservation[] = []
  for (const { content, resultId, occurredAt } of observations) {
    const decided = reconcile({ content, stems: termsOf(content) }, stored)
    if (decided.action === 'discard') continue
    const source = sourceOf(resultId)
    if (decided.action === 'add') {
      const id = newId()
      added.push({ id, content, source, conversationIds: [conversationId], occurredAt })
      stored.push({ id, content, stems: termsOf(content) })
      continue
    }
    const at = stored.findIndex(({ id }) => id === decided.id)
    stored[at] = { id: decided.id, content, stems: termsOf(content) }
    const mine = added.find(({ id }) => id === decided.id)
    const before = rows.find(({ id }) => id === decided.id)
    if (mine) mine.content = content
    else if (before) {
      const origins = [...new Set([...(JSON.parse(before.conversation_ids) as string[]), conversationId])]
      const patch = { content, source, occurredAt, conversationIds: origins.slice(-maxOrigins) }
      await reviseObservation(tx, place, before, patch, now)
    }
  }
  await addObservations(tx, place, added, { originId, maximum, policy, now })
}

function sourceOf(resultId: string): string {
  return wireId('operatorResult', resultId)
}

/** Whether memory itself refused, which another try would not change. */
export function isMemoryRefusal(error: unknown): error is Failure {
  return error instanceof Failure && error.kind !== 'unavailable'
}
