import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUserId, readNotification } from './whatsapp-webhook.ts'

const phoneNumberId = '106540352242922'
const numbers = new Map([[phoneNumberId, '+15550001111']])
const notification = (value: object) => ({
  object: 'whatsapp_business_account',
  entry: [
    { id: '1', changes: [{ field: 'messages', value: { metadata: { phone_number_id: phoneNumberId }, ...value } }] },
  ],
})
const read = (value: object) => {
  const [change] = readNotification(notification(value), numbers) ?? []
  assert.ok(change)
  return change
}
const message = { id: 'wamid.A', from: '15551234567', timestamp: '1767603600', type: 'text', text: { body: 'Hello' } }

test('reads a message of a user who shows the number', () => {
  assert.deepEqual(read({ messages: [message] }).messages, [
    {
      messageId: 'wamid.A',
      channel: 'WHATSAPP',
      direction: 'INBOUND',
      from: '+15551234567',
      to: ['+15550001111'],
      text: 'Hello',
      media: [],
      status: 'received',
      occurredAt: 1_767_603_600_000,
    },
  ])
})

test('knows a user who hides the number by the id that is this business’s alone', () => {
  const { from: _, ...hidden } = message
  const change = read({
    messages: [{ ...hidden, from_user_id: 'US.13491208655302741918' }],
    contacts: [{ user_id: 'US.13491208655302741918', profile: { name: 'Kiran', username: 'kiran.k' } }],
  })
  assert.equal(change.messages[0]?.from, 'US.13491208655302741918')
  assert.deepEqual(change.messages[0]?.sender, { name: 'Kiran', aliases: [] })
  assert.equal(
    read({ messages: [{ ...message, from: 'US.13491208655302741918' }] }).messages[0]?.from,
    'US.13491208655302741918',
  )
  assert.equal(read({ messages: [hidden] }).messages.length, 0)
})

test('knows who wrote by number and id at once, by the name that he shows or the username', () => {
  const sender = (contact: object, more: object = {}) =>
    read({ messages: [{ ...message, ...more }], contacts: [{ wa_id: 'x' }, contact] }).messages[0]?.sender
  const kiran = { wa_id: '15551234567', user_id: 'US.1', profile: { name: 'Kiran', username: 'kiran.k' } }
  assert.deepEqual(sender(kiran), { name: 'Kiran', aliases: ['US.1'] })
  assert.deepEqual(sender({ ...kiran, profile: { username: 'kiran.k' } }), { name: '@kiran.k', aliases: ['US.1'] })
  assert.deepEqual(sender({ ...kiran, profile: {} }), { name: null, aliases: ['US.1'] })
  assert.deepEqual(sender({ wa_id: '15551234567' }, { from_user_id: 'US.2' }), { name: null, aliases: ['US.2'] })
  assert.equal(sender({ wa_id: '15559876543', user_id: 'US.3', profile: { name: 'Lena' } }), undefined)
})

const kinds: [object, string][] = [
  [{ type: 'button', button: { text: 'Yes', payload: 'p' } }, 'Yes'],
  [{ type: 'interactive', interactive: { button_reply: { id: '1', title: 'No' } } }, 'No'],
  [{ type: 'interactive', interactive: { list_reply: { id: '1', title: 'Third' } } }, 'Third'],
  [{ type: 'interactive', interactive: {} }, ''],
  [{ type: 'reaction', reaction: { emoji: '👍' } }, '👍'],
  [{ type: 'location', location: { name: 'Kiosk', latitude: 1.5, longitude: 2 } }, 'Kiosk, 1.5, 2'],
  [{ type: 'image', image: { id: '7', mime_type: 'image/jpeg', caption: 'Look' } }, 'Look'],
  [{ type: 'unsupported' }, ''],
]
for (const [part, text] of kinds) {
  test(`reads ${JSON.stringify(part)}`, () => {
    const { text: _, type: __, ...bare } = message
    assert.equal(read({ messages: [{ ...bare, ...part }] }).messages[0]?.text, text)
  })
}

test('keeps attachments by their ids', () => {
  const media = (part: object) => read({ messages: [{ ...message, ...part }] }).messages[0]?.media
  assert.deepEqual(media({ type: 'document', document: { id: '7', mime_type: 'application/pdf' } }), [
    { url: 'whatsapp-media:7', contentType: 'application/pdf' },
  ])
  assert.deepEqual(media({ type: 'audio', audio: { id: '8' } }), [{ url: 'whatsapp-media:8', contentType: null }])
  assert.deepEqual(media({ type: 'audio', audio: {} }), [])
})

test('reads what the business said by its phone', () => {
  const [echo] = read({ message_echoes: [{ ...message, from: '15550001111', to: '15551234567' }] }).messages
  assert.deepEqual(
    [echo?.direction, echo?.from, echo?.to, echo?.status],
    ['OUTBOUND', '+15550001111', ['+15551234567'], 'sent'],
  )
})

test('reads statuses, and passes over those it does not know', () => {
  const statuses = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted'].map((status) => ({
    id: 'wamid.A',
    status,
  }))
  assert.deepEqual(
    read({ statuses: [...statuses, { status: 'sent' }] }).reports.map(({ status }) => status),
    ['sent', 'delivered', 'read', 'read', 'failed'],
  )
})

test('says whose traffic it is, also when that is another business', () => {
  const foreign = { metadata: { phone_number_id: '1' }, messages: [message] }
  assert.deepEqual(
    readNotification(notification(foreign), numbers)?.map(({ phoneNumberId: id, messages }) => [id, messages[0]?.to]),
    [['1', ['']]],
  )
})

test('passes over changes without a number, and takes nothing that is no notification', () => {
  const body = { object: 'whatsapp_business_account', entry: [{ changes: [{ value: null }, { value: {} }] }, 7] }
  assert.deepEqual(readNotification(body, numbers), [])
  for (const none of [undefined, [], { object: 'page', entry: [] }, { object: 'whatsapp_business_account' }]) {
    assert.equal(readNotification(none, numbers), undefined)
  }
  assert.equal(read({ messages: [{ ...message, timestamp: 'now', id: '' }] }).messages.length, 0)
  assert.equal(read({ messages: [{ ...message, timestamp: 'now' }] }).messages[0]?.occurredAt, null)
})

test('tells a business-scoped id from a number', () => {
  assert.ok(isUserId('US.13491208655302741918'))
  assert.ok(!isUserId('+15551234567'))
})
