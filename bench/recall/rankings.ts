import { hybridScores } from '../../src/memory/domain/hybrid.ts'
import { selectMemories } from '../../src/memory/domain/recall.ts'
import { unitVector, type Vector } from '../../src/memory/domain/vectors.ts'
import { englishThesaurus } from '../../src/memory/english.ts'
import { fullTextScores, searchedText } from '../../src/memory/ranking/full-text.ts'
import { embedLocally } from './local-embedder.ts'
import type { LabelledProfile } from './quality.ts'

const everything = { begin: 0, end: 1, limit: 50, relevanceThreshold: 0 }

/** The ranking of a recall by words, without a server around it. */
export async function byFullText(profile: LabelledProfile, ask: string): Promise<string[]> {
  return ranked(profile, lexicalScores(profile, ask))
}

/** The ranking of a recall by words and by vectors of the local embedder. */
export async function byHybrid(profile: LabelledProfile, ask: string): Promise<string[]> {
  const vectors = Object.values(profile.observations).map(vectorOf)
  return ranked(profile, hybridScores(lexicalScores(profile, ask), vectors, vectorOf(ask)))
}

function lexicalScores({ observations }: LabelledProfile, ask: string): number[] {
  return fullTextScores(ask, Object.values(observations).map(searchedText), englishThesaurus())
}

function ranked({ observations }: LabelledProfile, scores: readonly number[]): string[] {
  const memories = Object.keys(observations).map((id) => ({ id, occurredAt: 0 }))
  return selectMemories(memories, scores, everything).map(({ id }) => id)
}

const known = new Map<string, Vector>()

function vectorOf(text: string): Vector {
  const vector = known.get(text) ?? (unitVector(embedLocally(text)) as Vector)
  known.set(text, vector)
  return vector
}
