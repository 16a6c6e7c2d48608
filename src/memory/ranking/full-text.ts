import type { Thesaurus } from './thesaurus.ts'
import { termsOf } from './words.ts'

/** A text as it is searched: how often it has each term, and how many terms it has. */
export interface SearchedText {
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
}

/** How soon a term that is repeated adds nothing more, and how much a long text is held back: the usual values of BM25. */
const saturation = 1.2
const lengthWeight = 0.5
/** What a word that says the same counts of the word that was asked for. */
const synonymWeight = 0.4
/** More words than this of a query are not looked at; the first ones are. */
const maxQueryTerms = 256

export function searchedText(text: string): SearchedText {
  const terms = termsOf(text)
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return { counts, length: terms.length }
}

/** Whether a query has a word that could be found at all. */
export function tellsSomething(query: string): boolean {
  return termsOf(query).length > 0
}

/**
 * How well each text answers the query, from 0 to 1: BM25 over these texts, divided by the best of them. A word of the query
 * counts once, by itself or by the best of those that can say the same.
 */
export function fullTextScores(query: string, texts: readonly SearchedText[], thesaurus: Thesaurus): number[] {
  const asked = [...new Set(termsOf(query))].slice(0, maxQueryTerms)
  const average = texts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, texts.length)
  const scores = texts.map(() => 0)
  for (const term of asked) {
    const best = weigh(term, 1, texts, average)
    for (const synonym of thesaurus.get(term) ?? []) {
      for (const [at, weight] of weigh(synonym, synonymWeight, texts, average)) {
        best.set(at, Math.max(weight, best.get(at) ?? 0))
      }
    }
    for (const [at, weight] of best) scores[at] = (scores[at] as number) + weight
  }
  const highest = scores.reduce((most, score) => Math.max(most, score), 0)
  return highest === 0 ? scores : scores.map((score) => score / highest)
}

/** What a term adds to each text that has it. */
function weigh(term: string, factor: number, texts: readonly SearchedText[], average: number): Map<number, number> {
  const found = new Map<number, number>()
  for (const [at, { counts }] of texts.entries()) {
    const count = counts.get(term)
    if (count !== undefined) found.set(at, count)
  }
  const rarity = Math.log(1 + (texts.length - found.size + 0.5) / (found.size + 0.5))
  for (const [at, count] of found) {
    const { length } = texts[at] as SearchedText
    const held = saturation * (1 - lengthWeight + (lengthWeight * length) / average)
    found.set(at, (factor * rarity * count * (saturation + 1)) / (count + held))
  }
  return found
}
