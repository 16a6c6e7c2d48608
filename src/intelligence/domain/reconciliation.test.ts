import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { termsOf } from '../../memory/ranking/words.ts'
import { type Reconciled, reconcile } from './reconciliation.ts'

const statement = (content: string) => ({ content, stems: termsOf(content) })
const stored = (...contents: string[]) => contents.map((content, at) => ({ id: `o${at}`, ...statement(content) }))
const add = 'add'
const discard = 'discard'

describe('what becomes of something newly found', () => {
  const cases: [string, string, string[], string][] = [
    ['nothing is known', 'The customer has a dog.', [], add],
    ['only other things are known', 'The customer has a dog.', ['The customer lives in Bergen.'], add],
    ['the same is known', 'The customer has a dog.', ['The customer has a dog.'], discard],
    ['the same is known in other letters', 'the customer  has a DOG', ['The customer has a dog.'], discard],
    ['more is known already', 'The customer has a dog.', ['The customer has a dog called Rex.'], discard],
    ['it adds detail', 'The customer has a dog called Rex.', ['The customer has a dog.'], 'replace o0'],
    [
      'it is another favourite',
      "The customer's favourite food is sushi.",
      ["The customer's favourite food is pizza."],
      'replace o0',
    ],
    [
      'it is a favourite of another kind',
      "The customer's favourite colour is red.",
      ["The customer's favourite food is pizza."],
      add,
    ],
    ['the customer moved', 'The customer moved to Oslo.', ['The customer lives in Bergen.'], 'replace o0'],
    ['the customer works elsewhere', 'The customer works for Fjord.', ['The customer works at Harbour.'], 'replace o0'],
    ['it denies without a fact of its own', 'The customer does not eat meat.', ['The customer eats meat.'], discard],
    ['it takes back a denial', 'The customer eats meat.', ['The customer does not eat meat.'], 'replace o0'],
    ['a denial is of something else', 'The customer does not eat fish.', ['The customer eats meat.'], add],
    [
      'the second of several is meant',
      'The customer has a dog called Rex.',
      ['The customer is vegan.', 'The customer has a dog.'],
      'replace o1',
    ],
  ]
  for (const [when, candidate, known, expected] of cases) {
    it(`is ${expected} when ${when}`, () => {
      const decided: Reconciled = reconcile(statement(candidate), stored(...known))
      assert.equal(decided.action === 'replace' ? `replace ${decided.id}` : decided.action, expected)
      if (decided.action !== 'discard') assert.equal(decided.content, candidate)
    })
  }
})
