import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suppressed, unusable } from './capture-diagnostics.ts'

test('each diagnostic says what to do or why', () => {
  assert.match(suppressed.PASSIVE.message, /Take the rule away/)
  assert.deepEqual(unusable('It is CLOSED.'), {
    level: 'warning',
    code: 530952,
    message: 'What the TwiML names can not be used, so nothing of the call is captured. It is CLOSED.',
  })
})
