import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Utterance } from '../domain/transcript.ts'
import { adherenceTo, parseScript, type ScriptCategory } from './script-adherence.ts'

const business = (text: string): Utterance => ({ id: null, side: 'BUSINESS', text })

const script = `
Category: Opening
- greeting: Greet the customer
- name: Introduce yourself with your own name

Category: Offer
- warranty: Mention the two year warranty
`

test('a script is read category by category', () => {
  assert.deepEqual(parseScript(script), [
    {
      key: 'Opening',
      criteria: [
        { key: 'greeting', description: 'Greet the customer' },
        { key: 'name', description: 'Introduce yourself with your own name' },
      ],
    },
    { key: 'Offer', criteria: [{ key: 'warranty', description: 'Mention the two year warranty' }] },
  ])
})

const refused: [script: string, complaint: RegExp][] = [
  ['', /no category/],
  ['- a: b', /Line 1 .* before the first category/],
  ['Category: A\nsay hello', /Line 2 .* neither/],
  ['Category: A\n- x: one\n- x: two', /"x" twice/],
]
for (const [text, complaint] of refused) {
  test(`the script ${JSON.stringify(text)} is refused with a reason`, () =>
    assert.match(String(parseScript(text)), complaint))
}

const results = (turns: Utterance[]) =>
  adherenceTo(parseScript(script) as ScriptCategory[], turns).categories.flatMap(({ criteria }) =>
    criteria.map(({ criteria_key, criteria_met }) => `${criteria_key} ${criteria_met}`),
  )

test('a criterion succeeds by the deed it names or by most of its words', () => {
  assert.deepEqual(results([business('Hello, my name is Ann.'), business('It comes with a warranty of two years.')]), [
    'greeting Succeeded',
    'name Succeeded',
    'warranty Succeeded',
  ])
})

test('what was not said fails', () => {
  assert.deepEqual(results([business('What do you want?')]), ['greeting Failed', 'name Failed', 'warranty Failed'])
})

test('nothing is judged while the business has said nothing, whatever the customer said', () => {
  assert.deepEqual(results([{ id: null, side: 'CUSTOMER', text: 'Hello, a warranty of two years?' }]), [
    'greeting NotEvaluated',
    'name NotEvaluated',
    'warranty NotEvaluated',
  ])
})
