import assert from 'node:assert/strict'
import { test } from 'node:test'
import { englishThesaurus } from '../english.ts'
import { fullTextScores, searchedText, tellsSomething } from './full-text.ts'
import { readThesaurus } from './thesaurus.ts'
import { termsOf } from './words.ts'

const none = readThesaurus('')
const scores = (query: string, ...texts: string[]) => fullTextScores(query, texts.map(searchedText), none)

for (const [text, terms] of [
  ['The deliveries were delivered.', ['deliveri', 'deliv']],
  ['Café, CAFÉ; naïve', ['cafe', 'cafe', 'naiv']],
  ['What is it, and who are they?', []],
  ['', []],
  ['+43 660 4471', ['43', '660', '4471']],
] as const) {
  test(`"${text}" is compared by ${terms.join(', ') || 'nothing'}`, () => assert.deepEqual(termsOf(text), terms))
}

test('scripts without spaces are divided into words', () => {
  const terms = termsOf('猫が好きです')
  assert.ok(terms.length > 1 && terms.includes('猫'), terms.join(' '))
})

test('the best text scores 1, one without any word of the query 0', () => {
  const [best, some, nothing] = scores('late delivery', 'A late delivery.', 'The delivery came.', 'Likes cats.')
  assert.deepEqual([best, nothing], [1, 0])
  assert.ok(Number(some) > 0 && Number(some) < 1)
})

test('a rare word tells more than a common one', () => {
  const [rare, common] = scores('invoice parcel', 'invoice', 'parcel', 'parcel', 'parcel')
  assert.ok(Number(rare) > Number(common))
})

test('inflections meet', () => assert.deepEqual(scores('delivering', 'Deliver it.', 'Other.'), [1, 0]))

test('a short text about the word beats a long one that has it too', () => {
  const [short, long] = scores('violin', 'Plays the violin.', `The violin ${'and many other things '.repeat(9)}`)
  assert.ok(Number(short) > Number(long))
})

test('a word that says the same finds too, and counts less', () => {
  const texts = ['Needs a lift.', 'Needs an elevator.'].map(searchedText)
  const [same, other] = fullTextScores('elevator', texts, readThesaurus('elevator lift'))
  assert.equal(other, 1)
  assert.ok(Number(same) > 0.3 && Number(same) < 0.6)
})

test('a word counts once, however many words say the same', () => {
  const texts = ['physician', 'physician doctor'].map(searchedText)
  const [, both] = fullTextScores('doctor', texts, readThesaurus('doctor physician\nphysician doctor'))
  assert.equal(both, 1)
})

test('nothing found is nothing for all, and no texts are no scores', () => {
  assert.deepEqual(scores('zebra', 'cat', 'dog'), [0, 0])
  assert.deepEqual(scores('zebra'), [])
})

test('words on every hand are no query', () => {
  assert.deepEqual([tellsSomething('what is it?'), tellsSomething('sofa')], [false, true])
})

test('the thesaurus that comes along knows common words of English', () => {
  const thesaurus = englishThesaurus()
  assert.ok(thesaurus.size > 5_000)
  assert.ok(thesaurus.get('spous')?.includes('partner'))
})
