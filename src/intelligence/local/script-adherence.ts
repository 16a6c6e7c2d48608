import { businessTexts, type Utterance } from '../domain/transcript.ts'
import { stemsOf } from './language.ts'

export interface ScriptCategory {
  key: string
  criteria: { key: string; description: string }[]
}

export interface Adherence {
  categories: {
    category_key: string
    criteria: { criteria_key: string; criteria_met: 'Succeeded' | 'Failed' | 'NotEvaluated' }[]
  }[]
}

/** Of a criterion's telling words, so many must have been said in one turn. */
const shareFrom = 0.5

/** Things that scripts ask for by name and that people do in other words. */
const deeds: readonly { named: RegExp; done: RegExp }[] = [
  { named: /\b(greet|greeting|welcome|hello)/i, done: /\b(hello|hi|good (morning|afternoon|evening)|welcome)\b/i },
  { named: /\b(introduce|own name|their name|agent name)/i, done: /\b(my name is|this is|i am|i'm) [A-Z]/ },
  { named: /\b(apologi[sz]e|apology|empath)/i, done: /\b(sorry|apologi[sz]e|i understand|that must be)\b/i },
  { named: /\b(thank|gratitude)/i, done: /\b(thanks|thank you|appreciate)\b/i },
  {
    named: /\b(offer(s|ed)? (further )?help|anything else)/i,
    done: /\b(anything else|how (can|may) i help|happy to help)\b/i,
  },
  { named: /\b(verif|identity|authenticat)/i, done: /\b(confirm|verify|date of birth|security question|last four)\b/i },
  { named: /\b(goodbye|farewell|close the)/i, done: /\b(bye|goodbye|have a (nice|good|great|lovely)|take care)\b/i },
]

/**
 * Reads a script: blocks headed `Category: name`, each followed by lines `- key: description`. Answers what is wrong with it
 * in a sentence when it has no such form or a key comes twice.
 */
export function parseScript(script: string): ScriptCategory[] | string {
  const categories: ScriptCategory[] = []
  for (const [at, raw] of script.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '') continue
    const heading = /^category:\s*(.+)$/i.exec(line)?.[1]
    const [, key, description] = /^[-*]\s*([^:]+?)\s*:\s*(.+)$/.exec(line) ?? []
    const category = categories.at(-1)
    if (heading !== undefined) categories.push({ key: heading, criteria: [] })
    else if (key === undefined || description === undefined)
      return `Line ${at + 1} of the script is neither "Category: name" nor "- key: description".`
    else if (!category) return `Line ${at + 1} of the script stands before the first category.`
    else if (category.criteria.some((criterion) => criterion.key === key))
      return `The script has the key "${key}" twice in a category.`
    else category.criteria.push({ key, description })
  }
  return categories.length > 0 ? categories : 'The script has no category.'
}

/** What the business said, held against its script, by words and their stems: no model judges the meaning. */
export function adherenceTo(script: readonly ScriptCategory[], transcript: readonly Utterance[]): Adherence {
  const turns = businessTexts(transcript).map((text) => ({ text, stems: new Set(stemsOf(text)) }))
  return {
    categories: script.map(({ key, criteria }) => ({
      category_key: key,
      criteria: criteria.map((criterion) => ({
        criteria_key: criterion.key,
        criteria_met:
          turns.length === 0 ? 'NotEvaluated' : isMet(criterion.description, turns) ? 'Succeeded' : 'Failed',
      })),
    })),
  }
}

function isMet(description: string, turns: readonly { text: string; stems: Set<string> }[]): boolean {
  const deed = deeds.filter(({ named }) => named.test(description))
  if (deed.length > 0) return deed.every(({ done }) => turns.some(({ text }) => done.test(text)))
  const asked = [...new Set(stemsOf(description))]
  return turns.some(
    ({ stems }) => asked.filter((stem) => stems.has(stem)).length >= Math.max(1, shareFrom * asked.length),
  )
}
