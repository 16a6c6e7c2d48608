import assert from 'node:assert/strict'
import { test } from 'node:test'
import { incomingParameters, statusParameters, type ToldMessage } from './message-parameters.ts'

const message: ToldMessage = {
  sid: 'SM1',
  accountSid: 'AC1',
  messagingServiceSid: null,
  from: '+15551234567',
  to: '+15550001111',
  body: 'x'.repeat(161),
  media: [],
}
const common = { MessageSid: 'SM1', SmsSid: 'SM1', AccountSid: 'AC1', ApiVersion: '2010-04-01' }

test('tells of a message that came in', () => {
  assert.deepEqual(incomingParameters(message, undefined), {
    ...common,
    SmsMessageSid: 'SM1',
    SmsStatus: 'received',
    Body: message.body,
    NumMedia: '0',
    NumSegments: '2',
    From: message.from,
    To: message.to,
  })
  const chat = incomingParameters(
    { ...message, from: 'whatsapp:+15551234567', media: [{ url: 'https://a.example.com', contentType: null }] },
    'STOP',
  )
  assert.deepEqual(
    [chat.WaId, chat.NumSegments, chat.MediaContentType0, chat.OptOutType],
    ['15551234567', '1', 'application/octet-stream', 'STOP'],
  )
})

test('tells of a new status', () => {
  const delivered = { status: 'delivered', errorCode: null, errorMessage: null } as const
  assert.deepEqual(statusParameters({ ...message, messagingServiceSid: 'MG1' }, delivered), {
    ...common,
    MessagingServiceSid: 'MG1',
    SmsStatus: 'delivered',
    MessageStatus: 'delivered',
    From: message.from,
    To: message.to,
  })
  const failed = statusParameters(message, { status: 'failed', errorCode: 30001, errorMessage: null })
  assert.deepEqual([failed.ErrorCode, failed.ErrorMessage], ['30001', ''])
})

test('tells of the channel and of the event where it is not SMS', () => {
  const chat = { ...message, to: 'whatsapp:+15551234567' }
  const told = (status: 'read' | 'delivered' | 'sent') => {
    const { ChannelPrefix, ChannelToAddress, EventType } = statusParameters(chat, {
      status,
      errorCode: null,
      errorMessage: null,
    })
    return [ChannelPrefix, ChannelToAddress, EventType]
  }
  assert.deepEqual(told('read'), ['whatsapp', '+15551234567', 'READ'])
  assert.deepEqual(told('delivered'), ['whatsapp', '+15551234567', 'DELIVERED'])
  assert.deepEqual(told('sent'), ['whatsapp', '+15551234567', undefined])
})
