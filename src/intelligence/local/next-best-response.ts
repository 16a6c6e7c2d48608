import type { Utterance } from '../domain/transcript.ts'
import { sentencesOf, stemsOf } from './language.ts'
import { sentimentOf } from './sentiment.ts'

/** What is known of the customer, each as one statement. */
export type Known = readonly string[]

/** So many things that are known are called to mind at most. */
const maxReminders = 2

/** A reply that an agent may start from, made of what was last asked and of what is known that bears on it. */
export function nextBestResponse(transcript: readonly Utterance[], known: Known): string {
  const last = transcript.findLast(({ side }) => side !== 'BUSINESS')
  if (!last) return 'Greet the customer and ask how you can help.'
  return [opening(last), ...reminders(last.text, known)].join(' ')
}

function opening(last: Utterance): string {
  const question = sentencesOf(last.text).findLast(({ text }) => text.endsWith('?'))
  const feeling = sentimentOf([last])
  const regret = feeling === 'negative' || feeling === 'mixed' ? 'I am sorry for the trouble this has caused you. ' : ''
  if (question)
    return `${regret}Thank you for asking. About your question “${question.text}”: let me check that for you right away.`
  if (regret) return `${regret}I will look into this now and tell you the next step before we end.`
  if (/\b(thanks|thank you|bye|goodbye)\b/i.test(last.text))
    return 'You are welcome. Is there anything else I can do for you?'
  return 'Thank you for telling me. Could you tell me a little more, so that I can help you best?'
}

/** What is known and shares a word with what was said, most shared first. */
function reminders(text: string, known: Known): string[] {
  const said = new Set(stemsOf(text))
  return known
    .map((statement) => ({ statement, shared: new Set(stemsOf(statement).filter((stem) => said.has(stem))).size }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, maxReminders)
    .map(({ statement }) => `(Known: ${statement})`)
}
