import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MessageForm, readMessageForm, templateText } from './message-form.ts'

const now = Date.UTC(2026, 0, 5, 9)
const form = { From: '+15550001111', To: '+15551234567', Body: 'Hello' }
const service = `MG${'0'.repeat(32)}`
const later = { MessagingServiceSid: service, ScheduleType: 'fixed', SendAt: '2026-01-05T10:00:00Z' }

const read = (more: MessageForm, allowPrivate = false) => readMessageForm({ ...form, ...more }, { allowPrivate, now })

test('reads a new message', () => {
  const media = { MediaUrl: ['https://a.example.com/cup.jpg', ''] }
  assert.deepEqual(read({ ...media, StatusCallback: 'https://a.example.com/told' }), {
    draft: {
      channel: 'SMS',
      from: '+15550001111',
      to: '+15551234567',
      body: 'Hello',
      media: [{ url: 'https://a.example.com/cup.jpg', contentType: 'image/jpeg' }],
      messagingServiceSid: null,
      statusCallback: 'https://a.example.com/told',
      sendAt: null,
    },
  })
})

test('reads messages of services, to come later, of templates and of other channels', () => {
  const draftOf = (more: MessageForm) => {
    const result = read(more)
    assert.ok('draft' in result, JSON.stringify(result))
    return result.draft
  }
  assert.deepEqual(draftOf({ From: '', ...later }).sendAt, Date.UTC(2026, 0, 5, 10))
  assert.equal(draftOf({ From: '', ...later }).from, null)
  assert.equal(draftOf({ Body: '', ContentSid: 'HX1', ContentVariables: '{"1":"Kiran"}' }).body, 'HX1 {"1":"Kiran"}')
  assert.equal(draftOf({ Body: '', MediaUrl: 'https://a.example.com/cup' }).body, '')
  assert.equal(draftOf({ From: 'whatsapp:+15550001111', To: 'whatsapp:+15551234567' }).channel, 'WHATSAPP')
  assert.equal(draftOf({ From: 'rcs:kiosk', To: 'rcs:+15551234567' }).channel, 'RCS')
  assert.equal(draftOf({ Body: ['one', 'two'] }).body, 'two')
})

test('says by its published code what is wrong with a message', () => {
  for (const [more, code] of [
    [{ To: undefined }, 21604],
    [{ To: '12345' }, 21211],
    [{ To: 'whatsapp:12345' }, 21211],
    [{ To: '+15005550009' }, 21614],
    [{ From: undefined }, 21603],
    [{ From: 'x'.repeat(50) }, 21212],
    [{ From: '+15005550007' }, 21606],
    [{ From: 'rcs:kiosk' }, 21910],
    [{ From: '+15551234567' }, 21266],
    [{ MessagingServiceSid: 'MG' }, 21701],
    [{ Body: undefined, MediaUrl: undefined }, 21619],
    [{ Body: 'x'.repeat(1_601) }, 21617],
    [{ MediaUrl: Array.from({ length: 11 }, () => 'https://a.example.com') }, 21623],
    [{ MediaUrl: 'ftp://a.example.com' }, 21620],
    [{ MediaUrl: `https://a.example.com/${'x'.repeat(4_096)}` }, 21620],
    [{ StatusCallback: 'http://127.0.0.1' }, 21609],
    [{ ScheduleType: 'fixed' }, 35111],
    [{ ...later, ScheduleType: '' }, 35118],
    [{ ...later, MessagingServiceSid: '' }, 35118],
    [{ ...later, SendAt: 'soon' }, 35114],
    [{ ...later, SendAt: '2026-01-05T09:04:59Z' }, 35114],
    [{ ...later, SendAt: '2026-02-10T09:00:00Z' }, 35114],
  ] as [MessageForm, number][]) {
    const result = read(more)
    assert.ok('refusal' in result, JSON.stringify(more))
    assert.equal(result.refusal.code, code, JSON.stringify(more))
  }
  assert.ok('draft' in read({ StatusCallback: 'http://127.0.0.1' }, true))
})

test('lets a template stand for itself', () => {
  assert.equal(templateText('HX1', ''), 'HX1')
})
