import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readApplicationFrame } from './frames.ts'

for (const [text, frame] of [
  ['{"type":"text","token":"Hi","last":true}', { type: 'text', token: 'Hi', last: true }],
  ['{"type":"text","token":"","last":true}', { type: 'text', token: '', last: true }],
  [
    '{"type":"text","token":"Hi","lang":"de-DE","interruptible":"false","preemptible":true}',
    { type: 'text', token: 'Hi', last: false, lang: 'de-DE', interruptible: false, preemptible: true },
  ],
  [
    '{"type":"play","source":"https://a.example/x.mp3","loop":2}',
    { type: 'play', source: 'https://a.example/x.mp3', loop: 2 },
  ],
  [
    '{"type":"play","source":"https://a.example/x.mp3","loop":"0"}',
    { type: 'play', source: 'https://a.example/x.mp3', loop: 1000 },
  ],
  ['{"type":"sendDigits","digits":"12w#"}', { type: 'sendDigits', digits: '12w#' }],
  [
    '{"type":"language","ttsLanguage":"de-DE","transcriptionLanguage":null}',
    { type: 'language', ttsLanguage: 'de-DE' },
  ],
  ['{"type":"end","handoffData":"{\\"reason\\":\\"human\\"}"}', { type: 'end', handoffData: '{"reason":"human"}' }],
  ['{"type":"end"}', { type: 'end' }],
] as const) {
  test(`reads ${text}`, () => assert.deepEqual(readApplicationFrame(text), { frame }))
}

for (const [text, problem] of [
  ['hello', 'the message is not a JSON object'],
  ['[1]', 'the message is not a JSON object'],
  ['{}', 'type is missing'],
  ['{"type":"constructor"}', 'type must be one of text, play, sendDigits, language, end'],
  ['{"type":"dance"}', 'type must be one of text, play, sendDigits, language, end'],
  ['{"type":"text"}', 'text: token must be a string'],
  ['{"type":"text","token":"a","last":1}', 'text: last must be true or false'],
  ['{"type":"play","source":"x","loop":-1}', 'play: loop must be a whole number from 0 to 1000'],
  ['{"type":"sendDigits","digits":"abc"}', 'sendDigits: digits must be up to 200 of 0 to 9, *, # and w'],
  ['{"type":"end","handoffData":{"a":1}}', 'end: handoffData must be a string'],
] as const) {
  test(`refuses ${text}`, () => assert.deepEqual(readApplicationFrame(text), { problem }))
}

test('answers anything at all with a frame or a problem', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((value) => JSON.stringify({ type: 'text', ...value })),
  )
  fc.assert(fc.property(anything, (text) => assert.ok(Object.keys(readApplicationFrame(text)).length === 1)))
})
