import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Utterance } from '../domain/transcript.ts'
import { nextBestResponse } from './next-best-response.ts'

const customer = (text: string): Utterance => ({ id: null, side: 'CUSTOMER', text })
const business = (text: string): Utterance => ({ id: null, side: 'BUSINESS', text })

const cases: [told: string, transcript: Utterance[], known: string[], reply: RegExp][] = [
  ['nothing said yet', [], [], /^Greet the customer/],
  ['a question', [customer('Hi. When do you open?')], [], /^Thank you for asking.*“When do you open\?”/],
  ['a complaint', [customer('This is awful, the box is broken.')], [], /^I am sorry/],
  ['an angry question', [customer('This is awful. Where is my box?')], [], /^I am sorry.*“Where is my box\?”/],
  ['thanks', [customer('Thank you, bye.')], [], /^You are welcome/],
  ['a statement', [customer('My order is number twelve.')], [], /tell me a little more/],
  ['what the business said last', [customer('When do you open?'), business('At nine.')], [], /“When do you open\?”/],
]
for (const [told, transcript, known, reply] of cases) {
  test(`a reply to ${told}`, () => assert.match(nextBestResponse(transcript, known), reply))
}

test('what is known and bears on it is called to mind, nearest first, and no more than two things', () => {
  const known = [
    'The customer has a cat.',
    'The customer is allergic to nuts.',
    'The customer eats nuts cake.',
    'Nuts make them ill.',
  ]
  const reply = nextBestResponse([customer('Is there a cake without nuts?')], known)
  assert.match(reply, /\(Known: The customer eats nuts cake\.\) \(Known: The customer is allergic to nuts\.\)$/)
})
