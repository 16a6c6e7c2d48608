import { customerTexts, type Utterance } from '../domain/transcript.ts'
import { plainQuotes, sentencesOf } from './language.ts'
import { type Person, patterns } from './observation-patterns.ts'

/**
 * What is worth remembering of the customers beyond this conversation, one statement each: diets, family, work, habits,
 * preferences, possessions, when they can be reached. By patterns of English first-person speech, which rather miss a fact
 * than invent one; a question, a wish for now or a feeling of the moment is none.
 */
export function observationsOf(transcript: readonly Utterance[]): string[] {
  const found = new Set<string>()
  // Whom "she" is, once somebody was named.
  let person: Person | undefined
  for (const clause of customerTexts(transcript).flatMap(clausesOf)) {
    for (const { match, state, names } of patterns) {
      const matched = match.exec(clause)
      if (!matched) continue
      person = names?.(matched) ?? person
      const statement = state(matched, person)
      if (statement !== undefined) found.add(asSentence(statement))
    }
  }
  return [...found]
}

/** Where a sentence goes on about somebody or something else. */
const seam =
  /(?:,|;|\s-)?\s+(?:and|but|so|because|since|if|though|although|while)\s+(?=(?:i|we|my|our|he|she|they|it|that|this|the|there|need|sleep)\b)|,\s+(?=(?:so|is|are|do|does|can|could|will|would|you|please|if|though|but|and|which|i|we|it|my)\b)/gi

function clausesOf(text: string): string[] {
  return sentencesOf(plainQuotes(text))
    .flatMap(({ text: sentence }) => sentence.split(seam))
    .map((clause) => expanded(clause.trim()).replace(/[.!;,]+$/, ''))
    .filter((clause) => clause !== '' && !clause.endsWith('?'))
}

const contractions: readonly [RegExp, string][] = [
  [/\b(i)'m\b/gi, '$1 am'],
  [/\b(i|we|you|they)'ve\b/gi, '$1 have'],
  [/\b(i|we|you|he|she|they)'d\b/gi, '$1 would'],
  [/\b(i|we|you|he|she|they)'ll\b/gi, '$1 will'],
  [/\b(we|you|they)'re\b/gi, '$1 are'],
  [/\b(he|she|it)'s\b/gi, '$1 is'],
  [/\bcan't\b/gi, 'cannot'],
  [/\b(do|does|is|are|was|were|have|has|would)n't\b/gi, '$1 not'],
]

function expanded(clause: string): string {
  return contractions.reduce((text, [short, long]) => text.replace(short, long), clause)
}

function asSentence(statement: string): string {
  const tidy = statement
    .replace(/\s+/g, ' ')
    .replace(/\s+(too|also|though|anyway|by the way)$/i, '')
    .trim()
  return `${tidy.charAt(0).toUpperCase()}${tidy.slice(1)}.`
}
