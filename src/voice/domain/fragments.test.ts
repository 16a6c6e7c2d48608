import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutFragments } from './fragments.ts'

for (const [name, text, isOver, fragments, rest] of [
  ['a sentence when the next one begins', 'Hello. How', false, ['Hello.'], 'How'],
  ['nothing while a sentence may go on', 'It costs 3.', false, [], 'It costs 3.'],
  ['no number in two', 'It costs 3.50 today', false, [], 'It costs 3.50 today'],
  ['what is left when the turn is over', 'Hello. How are you', true, ['Hello.', 'How are you'], ''],
  ['signs and quotes with their sentence', '“Really?!” Yes… ok', true, ['“Really?!”', 'Yes…', 'ok'], ''],
  ['lines', 'one\ntwo', true, ['one', 'two'], ''],
  ['sentences that are written without blanks', 'こんにちは。元気？', false, ['こんにちは。', '元気？'], ''],
  ['nothing of nothing', ' ', true, [], ''],
] as const) {
  test(`cuts ${name}`, () => assert.deepEqual(cutFragments(text, isOver), { fragments: [...fragments], rest }))
}

test('cuts a long sentence between words, at 200 characters at most', () => {
  const { fragments, rest } = cutFragments('word '.repeat(50), false)
  assert.deepEqual(
    fragments.map(({ length }) => length),
    [199],
  )
  assert.equal(rest.trim().split(' ').length, 10)
  assert.equal(cutFragments('x'.repeat(450), true).fragments.length, 3)
})

test('cuts no character in two', () => {
  const { fragments } = cutFragments(`x${'😀'.repeat(150)}`, true)
  for (const fragment of fragments) assert.ok(fragment.isWellFormed())
  assert.equal(fragments.join(''), `x${'😀'.repeat(150)}`)
})

test('says the same words however the text is streamed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'Hi', '. ', '! ', ' ', '3.5', '\n', 'longer-word-of-some-length ')),
      (tokens) => {
        let rest = ''
        const said: string[] = []
        for (const token of tokens) {
          const cut = cutFragments(rest + token, false)
          said.push(...cut.fragments)
          rest = cut.rest
        }
        said.push(...cutFragments(rest, true).fragments)
        const words = (text: string) => text.split(/\s+/).filter(Boolean).join(' ')
        assert.equal(words(said.join(' ')).replaceAll(' ', ''), words(tokens.join('')).replaceAll(' ', ''))
        for (const fragment of said)
          assert.ok(fragment.length <= 260 && fragment === fragment.trim() && fragment !== '')
      },
    ),
  )
})
