import type { ConversationView } from '../conversations/conversation-views.ts'
import type { Communication } from '../conversations/domain/conversation.ts'
import type { Participant } from '../conversations/domain/model.ts'
import type { ProfileTraits } from '../memory/domain/traits.ts'
import { observationsOf } from '../memory/observation-rows.ts'
import { requireProfile } from '../memory/profiles.ts'
import type { Reader } from '../store/store.ts'
import type { RuleFilter } from './domain/filter.ts'
import { newestThatFits, type Reading, type Spoken, sideOf } from './domain/reading.ts'
import type { SharedReading } from './shared-reading.ts'

/** What an execution reads: a stretch of a conversation, who took part, and what they are to each other. */
export interface Material extends Reading {
  view: ConversationView
  /** Of every communication that was read, in order. */
  communications: Communication[]
}

interface Wanted {
  conversationId: string
  /** Communications, without prefix; the first is left out itself. */
  since: string
  until: string
  maxCharacters: number
  /** Of whose words alone it is. */
  filter?: RuleFilter | undefined
}

/** Undefined when the conversation is gone. */
export async function readMaterial(
  reading: SharedReading,
  { maxCharacters, filter, ...stretch }: Wanted,
): Promise<Material | undefined> {
  const view = await reading.view(stretch.conversationId)
  if (!view) return undefined
  const newestFirst = await reading.stretch(stretch, { view, filter, maxCharacters })
  const types = new Map(view.participants.map(({ id, type }) => [id, type]))
  const fitting = newestThatFits(
    newestFirst.map((one) => spokenOf(one, types)),
    maxCharacters,
  )
  const communications = newestFirst.slice(0, fitting.transcript.length).reverse()
  return { ...fitting, view, communications }
}

function spokenOf({ id, author, content }: Communication, types: ReadonlyMap<string, Participant['type']>): Spoken {
  const { participantId, channel } = author
  return { id, participantId, channel, side: sideOf(types.get(participantId)), text: content.text }
}

/** The customer whose memory operators are offered: of several, the one who came first. */
export function rememberedCustomer({ participants }: ConversationView): { profileId: string } | undefined {
  const [first] = participants
    .filter(({ type, profileId }) => type === 'CUSTOMER' && profileId !== null)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  return first?.profileId == null ? undefined : { profileId: first.profileId }
}

const maxKnown = 100

interface KnownProfile {
  account: number
  storeId: string
  profileId: string
}

/** What was observed of a profile, the latest first. Throws what memory refuses. */
export async function readObservations(read: Reader, { account, storeId, profileId }: KnownProfile): Promise<string[]> {
  const profile = await requireProfile(read, account, storeId, profileId)
  const rows = await read.all(observationsOf, { account, storeId, profileId: profile.id })
  const latest = rows.toSorted((a, b) => b.occurred_at - a.occurred_at).slice(0, maxKnown)
  return latest.map(({ content }) => content)
}

/** The traits of a profile in words. Throws what memory refuses. */
export async function readTraits(read: Reader, { account, storeId, profileId }: KnownProfile): Promise<string[]> {
  const profile = await requireProfile(read, account, storeId, profileId)
  const traits = Object.entries(JSON.parse(profile.traits) as ProfileTraits).flatMap(([group, named]) =>
    Object.entries(named).map(([name, { value }]) => `${group} ${name}: ${[value].flat().join(', ')}`),
  )
  return traits.slice(0, maxKnown)
}
