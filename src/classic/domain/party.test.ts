import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindingType, byAuthor, proxyOf, reachOf } from './party.ts'

const robin = { identity: 'robin', address: null }
const kiran = { identity: null, address: 'whatsapp:+15551234567' }

test('a chat identity is reached by chat, a bound phone on its channel and without prefix', () => {
  assert.deepEqual(reachOf(robin), { channel: 'CHAT', address: 'robin' })
  assert.deepEqual(reachOf(kiran), { channel: 'WHATSAPP', address: '+15551234567' })
  assert.deepEqual(reachOf({ identity: null, address: '+15551234567' }), { channel: 'SMS', address: '+15551234567' })
  assert.deepEqual(reachOf({ identity: null, address: null }), { channel: 'SMS', address: '' })
  assert.deepEqual(proxyOf({ proxyAddress: 'rcs:kiosk_agent' }), { channel: 'RCS', address: 'kiosk_agent' })
})

test('a binding is named after its channel', () => {
  assert.deepEqual(['+15551234567', 'whatsapp:+15551234567', 'rcs:x'].map(bindingType), ['sms', 'whatsapp', 'rcs'])
})

test('an author is an identity or a bound address, with or without its prefix', () => {
  assert.equal(byAuthor([robin, kiran], 'robin'), robin)
  assert.equal(byAuthor([robin, kiran], 'whatsapp:+15551234567'), kiran)
  assert.equal(byAuthor([robin, kiran], '+15551234567'), kiran)
  assert.equal(byAuthor([robin, kiran], 'system'), undefined)
})
