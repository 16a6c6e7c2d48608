import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  channelOfAddress,
  deliveryStatusOf,
  messageStatuses,
  messageTraffic,
  type ObservedMessage,
  statusTraffic,
  wireAddress,
} from './message.ts'

test('tells the channel of an address by its prefix', () => {
  assert.equal(channelOfAddress('+15551234567'), 'SMS')
  assert.equal(channelOfAddress('whatsapp:+15551234567'), 'WHATSAPP')
  assert.equal(channelOfAddress('rcs:kiosk_agent'), 'RCS')
})

test('restores the prefix of a channel, once', () => {
  assert.equal(wireAddress('SMS', '+15551234567'), '+15551234567')
  assert.equal(wireAddress('WHATSAPP', '+15551234567'), 'whatsapp:+15551234567')
  assert.equal(wireAddress('WHATSAPP', 'whatsapp:+15551234567'), 'whatsapp:+15551234567')
  assert.equal(wireAddress('RCS', 'kiosk_agent'), 'rcs:kiosk_agent')
})

test('has a delivery status for every status of a message', () => {
  assert.deepEqual(
    { ...Object.groupBy(messageStatuses, deliveryStatusOf) },
    {
      INITIATED: ['accepted', 'scheduled', 'queued'],
      IN_PROGRESS: ['sending', 'sent', 'receiving'],
      DELIVERED: ['delivered', 'received'],
      READ: ['read'],
      FAILED: ['undelivered', 'failed', 'canceled'],
    },
  )
})

const message: ObservedMessage = {
  messageId: 'SM1',
  channel: 'SMS',
  direction: 'INBOUND',
  from: '+15551234567',
  to: ['+15550001111'],
  text: 'Two flat whites',
  status: 'received',
}

test('offers a message under its own id', () => {
  assert.deepEqual(messageTraffic(message), {
    kind: 'COMMUNICATION',
    channel: 'SMS',
    direction: 'INBOUND',
    from: '+15551234567',
    to: ['+15550001111'],
    content: { type: 'TEXT', text: 'Two flat whites' },
    resourceId: 'SM1',
    channelId: 'SM1',
    deliveryStatus: 'DELIVERED',
  })
})

test('passes on what else a carrier knows of a message', () => {
  const known = {
    occurredAt: Date.UTC(2026, 0, 5, 9),
    channelId: 'CH1',
    chatService: 'IS1',
    conversationId: 'conv_conversation_1',
    configurationId: 'conv_configuration_1',
  }
  const item = messageTraffic({ ...message, ...known, status: null })
  assert.deepEqual(
    { ...item, occurredAt: Date.parse(String(item.occurredAt)) },
    { ...messageTraffic(message), ...known, deliveryStatus: null },
  )
})

test('reports a status for all recipients, or for the one that it is about', () => {
  const report = { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'IN_PROGRESS' }
  assert.deepEqual(statusTraffic({ messageId: 'SM1', status: 'sent' }), report)
  assert.deepEqual(statusTraffic({ messageId: 'SM1', status: 'sent', channel: 'SMS', to: '+15551234567' }), {
    ...report,
    channel: 'SMS',
    to: '+15551234567',
  })
})
