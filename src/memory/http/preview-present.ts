import type { Static } from 'typebox'
import { wireId } from '../../kernel/ids.ts'
import type { MergePreview } from '../commands/preview-merge.ts'
import type { ProfileState } from '../domain/merging.ts'
import { sidesOf } from '../merging.ts'
import type { PreviewAnswer } from './identity-schemas.ts'
import { valuesOf } from './present.ts'

export function presentPreview({ refusal, merges, person, conversations }: MergePreview): Static<typeof PreviewAnswer> {
  return {
    refusal,
    merges: merges.map(({ merge, moved, traits }) => ({
      survivingProfileId: wireId('profile', sidesOf(merge).survivor.id),
      retiredProfileId: wireId('profile', sidesOf(merge).retired.id),
      cause: merge.cause,
      evidence: merge.evidence.map(({ idType, value }) => ({ idType, value })),
      moved,
      traits,
    })),
    profile: person && presentView(person.view),
    conversations: conversations.map(({ conversationId, configurationId, profileId, effect, goesOn }) => ({
      conversationId: wireId('conversation', conversationId),
      configurationId: wireId('configuration', configurationId),
      profileId: wireId('profile', profileId),
      effect,
      goesOn,
    })),
  }
}

function presentView({ id, traits, identifiers }: ProfileState) {
  return {
    id: wireId('profile', id),
    traits: Object.fromEntries(Object.entries(traits).map(([group, ofGroup]) => [group, valuesOf(ofGroup)])),
    identifiers: [...Map.groupBy(identifiers, ({ idType }) => idType)].map(([idType, ofType]) => ({
      idType,
      values: ofType.map(({ value }) => value),
    })),
  }
}
