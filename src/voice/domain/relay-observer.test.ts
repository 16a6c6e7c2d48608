import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cutObserved,
  observedDueAt,
  observeInterruption,
  observeSpeech,
  observeText,
  passObserved,
} from './relay-observer.ts'

test('takes fragments for spoken when their time has passed', () => {
  let speech = observeText(observeSpeech(10), 'One two. Thr', false, 0)
  speech = observeText(speech, 'ee.', true, 5)
  assert.equal(observedDueAt(speech), 80)
  assert.deepEqual(passObserved(speech, 79).spoke, [])
  const { speech: later, spoke } = passObserved(speech, 140)
  assert.deepEqual(spoke, [
    { text: 'One two.', at: 0 },
    { text: 'Three.', at: 80 },
  ])
  assert.equal(observedDueAt(later), null)
  assert.deepEqual(observeText(later, 'Next.', true, 500).spoken, [])
})

for (const [name, now, utterance, expected] of [
  ['what was spoken, though more was thought to have been left', 85, 'One two. Three. Four', ['Three.', 'Four']],
  ['nothing that was thought to be spoken and was', 85, 'One two.', []],
  ['nothing where nothing was spoken', 0, '', []],
  [
    'as much as can be guessed where the words do not match',
    115,
    'Something else',
    ['Three.'.slice(0, 0)].filter(Boolean),
  ],
] as const) {
  test(`keeps of an interrupted turn ${name}`, () => {
    const speech = observeText(observeSpeech(10), 'One two. Three. Four five.', true, 0)
    const { speech: present } = passObserved(speech, now)
    const { speech: after, spoke } = observeInterruption(present, utterance, now)
    assert.deepEqual(
      spoke.map(({ text }) => text),
      expected,
    )
    assert.deepEqual([after.playing, after.waiting], [[], ''])
  })
}

test('keeps what was spoken so far when the session is cut off', () => {
  const speech = observeText(observeSpeech(10), 'One two three', true, 0)
  assert.deepEqual(cutObserved(speech, 75), [{ text: 'One two', at: 0 }])
  assert.deepEqual(cutObserved(speech, 0), [])
  assert.deepEqual(cutObserved(observeSpeech(10), 0), [])
})
