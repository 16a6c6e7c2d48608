import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIncoming, readResource, readStatus } from './twilio-webhook.ts'

const sid = `SM${'0'.repeat(32)}`
const incoming = { MessageSid: sid, From: '+15551234567', To: '+15550001111', Body: 'Hello' }

test('reads an incoming message, passing over what it does not know', () => {
  assert.deepEqual(readIncoming({ ...incoming, FromCity: 'OAKLAND', NumMedia: '0' }), {
    message: {
      messageId: sid,
      channel: 'SMS',
      direction: 'INBOUND',
      from: '+15551234567',
      to: ['+15550001111'],
      text: 'Hello',
      media: [],
      status: 'received',
    },
  })
})

test('reads what a WhatsApp user is called', () => {
  const read = readIncoming({ ...incoming, From: 'whatsapp:+15551234567', ProfileName: 'Kiran' })
  assert.deepEqual('message' in read && read.message.sender, { name: 'Kiran', aliases: [] })
})

test('reads attachments, and a message of nothing else', () => {
  const { Body: _, ...silent } = incoming
  const read = readIncoming({
    ...silent,
    From: 'whatsapp:+15551234567',
    NumMedia: '3',
    MediaUrl0: 'https://media.example.test/1',
    MediaContentType0: 'image/jpeg',
    MediaUrl1: 'https://media.example.test/2',
    MediaUrl2: `https://media.example.test/${'x'.repeat(3000)}`,
  })
  assert.ok('message' in read)
  assert.equal(read.message.channel, 'WHATSAPP')
  assert.equal(read.message.text, '')
  assert.deepEqual(read.message.media, [
    { url: 'https://media.example.test/1', contentType: 'image/jpeg' },
    { url: 'https://media.example.test/2', contentType: null },
  ])
})

const faults: [string, object][] = [
  ['MessageSid', { ...incoming, MessageSid: 'SM1' }],
  ['MessageSid', { From: '+15551234567', To: '+15550001111' }],
  ['From', { ...incoming, From: '' }],
  ['To', { ...incoming, To: ['a', 'b'] }],
  ['Body', { ...incoming, Body: 'x'.repeat(70_000) }],
  ['NumMedia', { ...incoming, NumMedia: '11' }],
]
for (const [field, form] of faults) {
  test(`names ${field} when it is at fault: ${JSON.stringify(form).slice(0, 60)}`, () => {
    const read = readIncoming(form as Record<string, unknown>)
    assert.ok('fault' in read)
    assert.equal(read.fault.field, field)
  })
}

test('reads a change of status in any case of letters', () => {
  assert.deepEqual(readStatus({ MessageSid: sid, MessageStatus: 'Delivered' }), {
    report: { messageId: sid, status: 'delivered' },
  })
  const unknown = readStatus({ MessageSid: sid, MessageStatus: 'teleported' })
  assert.ok('fault' in unknown && unknown.fault.field === 'MessageStatus')
})

test('reads a message of a list, and nothing of what is none', () => {
  const resource = {
    sid,
    from: '+15550001111',
    to: '+15551234567',
    body: 'Hi',
    status: 'sent',
    direction: 'outbound-api',
    date_created: 'Mon, 05 Jan 2026 09:00:00 +0000',
  }
  assert.deepEqual(readResource(resource), {
    messageId: sid,
    channel: 'SMS',
    direction: 'OUTBOUND',
    from: '+15550001111',
    to: ['+15551234567'],
    text: 'Hi',
    status: 'sent',
    occurredAt: Date.parse('2026-01-05T09:00:00Z'),
  })
  const odd = readResource({ ...resource, direction: 'inbound', status: 'odd', date_created: null, body: null })
  assert.deepEqual([odd?.direction, odd?.status, odd?.occurredAt, odd?.text], ['INBOUND', null, null, ''])
  for (const none of [null, 'x', {}, { ...resource, sid: 'x' }, { ...resource, from: null }]) {
    assert.equal(readResource(none), undefined)
  }
})
