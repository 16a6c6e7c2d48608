import { Failure } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import type { Person } from '../domain/person.ts'
import type { ForeseenConversation, IdentityEffects, Side } from '../effects.ts'
import { requireIdentifier, requireIdentifierConfig } from '../identifiers.ts'
import { countMemories } from '../memories.ts'
import { type Moved, movedBy, type PlannedMerge, sidesOf, wonTraits } from '../merging.ts'
import { planWrite } from '../profile-writing.ts'
import { requireProfile } from '../profiles.ts'
import { requireActiveStore } from '../stores.ts'
import { foreseeMergeOnRequest } from './merge-profiles.ts'

export interface PreviewMerge {
  account: number
  storeId: string
  /** Ids made for what is only thought of. */
  mergeId: string
  question: { profileIds: readonly [string, string] } | { profileId: string; idType: string; value: string }
  now: number
}

export interface MergePreview {
  /** Why it would be refused. */
  refusal: string | null
  merges: { merge: PlannedMerge; moved: Moved; traits: string[] }[]
  person: Person | null
  conversations: ForeseenConversation[]
}

/** What a merge on request, or an identifier given to a profile, would do. Saves nothing. */
export function previewMerge(store: Store, input: PreviewMerge, effects: IdentityEffects): Promise<MergePreview> {
  const { account, storeId } = input
  return store.transact(async (tx) => {
    const memoryStore = await requireActiveStore(tx, account, storeId)
    const planned = await plan()
    if ('refusal' in planned) return { ...planned, merges: [], person: null, conversations: [] }
    const merges = []
    const conversations = new Map<string, ForeseenConversation>()
    for (const merge of planned.merges) {
      const { retired } = sidesOf(merge)
      const memories = await countMemories(tx, { account, storeId, profileIds: [retired.id] })
      merges.push({ merge, moved: movedBy(merge, memories), traits: wonTraits(merge) })
      const sides = [sideOf(merge.left), sideOf(merge.right)] as const
      for (const one of await effects.foreseeMerge(tx, account, { storeId, sides })) {
        conversations.set(one.conversationId, one)
      }
    }
    return { refusal: null, merges, person: planned.person, conversations: [...conversations.values()] }

    async function plan(): Promise<{ refusal: string } | { merges: PlannedMerge[]; person: Person }> {
      const { question, mergeId, now } = input
      try {
        if ('profileIds' in question) {
          const { profileIds } = question
          const request = { account, storeId, profileIds, mergeId }
          const merge = await foreseeMergeOnRequest(tx, memoryStore.identitySettings, request)
          return { merges: [merge], person: merge.merged }
        }
        const config = requireIdentifierConfig(memoryStore.identitySettings, question.idType)
        const identifier = requireIdentifier(config, question.value, 'value')
        const { id: target } = await requireProfile(tx, account, storeId, question.profileId)
        const { merges, after } = await planWrite(tx, account, {
          store: memoryStore,
          target,
          targetNamed: question.profileId,
          newProfileId: mergeId,
          changeId: mergeId,
          identifiers: [identifier],
          source: 'api',
          requestId: '',
          now,
        })
        return { merges, person: after }
      } catch (error) {
        if (error instanceof Failure && error.kind === 'conflict') return { refusal: error.message }
        throw error
      }
    }
  })
}

function sideOf({ id, layers }: Person): Side {
  return { id, ids: layers.map((layer) => layer.id) }
}
