import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { valuesOf } from '../web/src/views/intelligence/parameter-values.ts'
import { type Said, transcriptOf } from '../web/src/views/intelligence/transcript-text.ts'

describe('a typed transcript', () => {
  const cases: [what: string, typed: string, said: Said[]][] = [
    ['is empty where nothing was typed', ' \n\n', []],
    ['begins with the customer', 'Hello?', [{ from: 'CUSTOMER', text: 'Hello?' }]],
    [
      'knows who speaks in any case',
      'customer: Hello?\nBUSINESS:Good morning\nUnknown: hm',
      [
        { from: 'CUSTOMER', text: 'Hello?' },
        { from: 'BUSINESS', text: 'Good morning' },
        { from: 'UNKNOWN', text: 'hm' },
      ],
    ],
    [
      'goes on where a line has no speaker, whatever colons are in it',
      'Business: We are open:\n  Sunday: 9 to 5\n\nbusiness:',
      [{ from: 'BUSINESS', text: 'We are open:\nSunday: 9 to 5\nbusiness:' }],
    ],
  ]
  for (const [what, typed, said] of cases) it(what, () => assert.deepEqual(transcriptOf(typed), said))
})

describe('typed parameters', () => {
  const of = (type: string) => ({ a: { type } })
  const cases: [type: string, typed: string, value: object][] = [
    ['STRING', ' 5 ', { a: '5' }],
    ['STRING', ' ', {}],
    ['INTEGER', '5', { a: 5 }],
    ['NUMBER', '-0.5', { a: -0.5 }],
    ['NUMBER', 'many', { a: 'many' }],
    ['BOOLEAN', 'true', { a: true }],
    ['BOOLEAN', 'false', { a: false }],
    ['BOOLEAN', 'maybe', { a: 'maybe' }],
  ]
  for (const [type, typed, value] of cases)
    it(`of ${type} are ${JSON.stringify(value)} when “${typed}” is typed`, () =>
      assert.deepEqual(valuesOf(of(type), { a: typed, b: 'of nobody' }), value))
})
