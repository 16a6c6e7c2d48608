import type { Utterance } from '../domain/transcript.ts'
import { type Sentence, sentencesOf } from './language.ts'

/** A summary has as many sentences at most; the original's have three to five. */
const maxSentences = 5
/** A sentence of fewer telling words says too little to stand in a summary. */
const minStems = 2

const speakers = { CUSTOMER: 'The customer', BUSINESS: 'The business', UNKNOWN: 'Somebody' } as const

interface Said extends Sentence {
  side: Utterance['side']
  at: number
}

/**
 * A recap in the words of those who spoke: what the customer came for, then the sentences that share most with the rest of
 * the conversation, in the order in which they were said. Empty when nothing was said.
 */
export function summaryOf(transcript: readonly Utterance[]): string {
  const said = transcript
    .flatMap(({ side, text }) => sentencesOf(text).map((sentence) => ({ ...sentence, side })))
    .map((sentence, at) => ({ ...sentence, at }))
  const telling = said.filter(({ stems }) => stems.length >= minStems)
  const candidates = telling.length > 0 ? telling : said.slice(0, maxSentences)
  const request = candidates.find(({ side }) => side === 'CUSTOMER') ?? candidates[0]
  if (!request) return ''
  const weights = weightsOf(candidates)
  const others = candidates
    .filter(({ at }) => at > request.at)
    .sort((a, b) => importance(b, weights) - importance(a, weights) || a.at - b.at)
    .slice(0, maxSentences - 1)
  return [request, ...others]
    .sort((a, b) => a.at - b.at)
    .map(({ side, text }) => `${speakers[side]} said: “${text}”`)
    .join(' ')
}

/** How often each stem occurs: what a conversation is about comes back. */
function weightsOf(sentences: readonly Said[]): Map<string, number> {
  const weights = new Map<string, number>()
  for (const stem of sentences.flatMap(({ stems }) => [...new Set(stems)]))
    weights.set(stem, (weights.get(stem) ?? 0) + 1)
  return weights
}

/** By the root of its length, so that neither rambling nor a single word wins. */
function importance({ stems }: Said, weights: Map<string, number>): number {
  const sum = [...new Set(stems)].reduce((total, stem) => total + (weights.get(stem) ?? 0), 0)
  return sum / Math.sqrt(stems.length + 1)
}
