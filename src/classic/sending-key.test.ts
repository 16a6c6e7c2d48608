import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newOrderedSid } from '../kernel/ids.ts'
import { sendingKey } from './sending-key.ts'

test('a message has one id for each recipient, which is an id like any other', () => {
  const [message, one, other] = [newOrderedSid('IM'), newOrderedSid('MB'), newOrderedSid('MB')]
  assert.match(sendingKey(message, one), /^[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  assert.equal(sendingKey(message, one), sendingKey(message, one))
  assert.notEqual(sendingKey(message, one), sendingKey(message, other))
})

test('what is said later has the later id', () => {
  const [earlier, later] = [newOrderedSid('IM'), newOrderedSid('IM')]
  const [one, other] = [newOrderedSid('MB'), newOrderedSid('MB')]
  assert.ok(sendingKey(earlier, other) < sendingKey(later, one))
})
