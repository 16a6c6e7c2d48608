import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optOutReply, optOutWord } from './opt-out.ts'

test('knows the well-known words, alone and in any case', () => {
  for (const [text, word] of [
    ['STOP', 'STOP'],
    [' stopall\n', 'STOP'],
    ['Unsubscribe', 'STOP'],
    ['yes', 'START'],
    ['info', 'HELP'],
    ['please stop', undefined],
    ['', undefined],
    ['constructor', undefined],
  ] as const) {
    assert.equal(optOutWord(text), word, text)
  }
})

test('answers what changes something, and a call for help', () => {
  assert.match(String(optOutReply('STOP', false)), /START/)
  assert.equal(optOutReply('STOP', true), undefined)
  assert.match(String(optOutReply('START', true)), /STOP/)
  assert.equal(optOutReply('START', false), undefined)
  assert.equal(optOutReply('HELP', true), optOutReply('HELP', false))
})
