import { hybridScores } from './domain/hybrid.ts'
import { type Recalled, type RecallWish, selectMemories } from './domain/recall.ts'
import type { Vector } from './domain/vectors.ts'
import { englishThesaurus } from './english.ts'
import { fullTextScores, tellsSomething } from './ranking/full-text.ts'
import type { Memory, ProfileMemories, RecallCache } from './recall-cache.ts'
import type { ObservationRow, ProfileRow, SummaryRow } from './rows.ts'

export interface RecallQuestion extends Omit<RecallWish, 'limit'> {
  /** What to be relevant to; undefined asks for what is most recent. */
  query: string | undefined
  observationsLimit: number
  summariesLimit: number
}

/** What a query means, if that can be had soon. */
export type VectorOfQuery = (query: string) => Promise<Vector | undefined>

export interface RecalledMemories {
  observations: Recalled<Memory<ObservationRow>>[]
  summaries: Recalled<Memory<SummaryRow>>[]
}

/** Ranks all memories of a profile together, so that scores of both kinds compare, and selects of each kind as many as are wanted. */
export async function recallMemories(
  cache: RecallCache,
  profile: ProfileRow,
  question: RecallQuestion,
  vectorOf: VectorOfQuery = async () => undefined,
): Promise<RecalledMemories> {
  const memories = await cache.memoriesOf(profile)
  const { observations, summaries } = memories
  const scores = await scoresOf(memories, question.query, vectorOf)
  return {
    observations: selectMemories(observations, scores?.slice(0, observations.length), {
      ...question,
      limit: question.observationsLimit,
    }),
    summaries: selectMemories(summaries, scores?.slice(observations.length), {
      ...question,
      limit: question.summariesLimit,
    }),
  }
}

/** One score a memory, observations first; undefined when the query could find nothing. */
async function scoresOf(
  { observations, summaries }: ProfileMemories,
  query: string | undefined,
  vectorOf: VectorOfQuery,
): Promise<number[] | undefined> {
  if (query === undefined || !tellsSomething(query)) return undefined
  const memories = [...observations, ...summaries]
  const lexical = fullTextScores(
    query,
    memories.map(({ text }) => text),
    englishThesaurus(),
  )
  const vectors = memories.map(({ vector }) => vector)
  const asked = vectors.some((vector) => vector !== undefined) ? await vectorOf(query) : undefined
  return asked ? hybridScores(lexical, vectors, asked) : lexical
}
