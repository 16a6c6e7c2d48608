import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxEvents, readBatch } from './cloud-events.ts'

const accountSid = `AC${'1'.repeat(32)}`
const messageSid = `SM${'2'.repeat(32)}`
const received = {
  specversion: '1.0',
  type: 'com.twilio.messaging.inbound-message.received',
  id: 'EZ1',
  data: {
    accountSid,
    messageSid,
    from: 'whatsapp:+15551234567',
    to: 'whatsapp:+15550001111',
    body: 'Hello',
    timestamp: '2026-01-05T09:00:00Z',
  },
}
const delivered = { type: 'com.twilio.messaging.message.delivered', data: { accountSid, messageSid } }

test('reads messages, statuses and tests, and passes over what is about something else', () => {
  const test = { type: 'com.twilio.eventstreams.test-event', data: { test_id: 't-1' } }
  const others = [
    { type: 'com.twilio.voice.status-callback.call.completed', data: {} },
    { type: 'com.twilio.messaging.message.teleported', data: { accountSid, messageSid } },
    { type: 'com.twilio.other', data: { accountSid, messageSid } },
    { ...received, data: { ...received.data, from: 7 } },
  ]
  assert.deepEqual(readBatch([received, delivered, test, ...others]), [
    {
      kind: 'MESSAGE',
      accountSid,
      message: {
        messageId: messageSid,
        channel: 'WHATSAPP',
        direction: 'INBOUND',
        from: 'whatsapp:+15551234567',
        to: ['whatsapp:+15550001111'],
        text: 'Hello',
        status: 'received',
        occurredAt: Date.parse('2026-01-05T09:00:00Z'),
      },
    },
    { kind: 'STATUS', accountSid, report: { messageId: messageSid, status: 'delivered' } },
    { kind: 'TEST', testId: 't-1' },
    ...others.map(() => ({ kind: 'OTHER' })),
  ])
})

test('reads an event that comes alone, and one without a time', () => {
  const { timestamp: _, ...timeless } = received.data
  const [event] = readBatch({ ...received, data: timeless }) ?? []
  assert.ok(event?.kind === 'MESSAGE')
  assert.equal(event.message.occurredAt, null)
})

test('takes nothing of a batch in which one is no event', () => {
  const batches = [[], undefined, 'x', [null], [delivered, {}], [delivered, { type: 'a' }], [{ type: 'a', data: null }]]
  for (const batch of batches) assert.equal(readBatch(batch), undefined)
  assert.equal(readBatch(Array.from({ length: maxEvents + 1 }, () => delivered)), undefined)
})
