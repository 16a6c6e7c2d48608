import { cosineOf, type Vector } from './vectors.ts'

/** How much what a text means counts; the rest is for the words that it has. */
const meaningWeight = 0.7

/**
 * Scores from 0 to 1 out of those of full text and of what query and texts mean. A text that has no vector of the query's
 * space keeps its score of full text.
 */
export function hybridScores(
  lexical: readonly number[],
  vectors: readonly (Vector | undefined)[],
  query: Vector,
): number[] {
  return lexical.map((score, at) => {
    const vector = vectors[at]
    const cosine = vector && cosineOf(vector, query)
    if (cosine === undefined) return score
    return meaningWeight * ((cosine + 1) / 2) + (1 - meaningWeight) * score
  })
}
