import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kiran, lena } from '../../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk } from '../../testing/app.ts'
import {
  accountPath,
  communicationsWith,
  handsetPath,
  handsetSends,
  handsetShows,
  kioskSends,
  takeNumber,
} from '../testing/phones.ts'

const everywhere = {
  channelSettings: Object.fromEntries(
    ['SMS', 'WHATSAPP', 'RCS'].map((channel) => [
      channel,
      {
        captureRules: [
          { from: '*', to: kiosk },
          { from: kiosk, to: '*' },
        ],
      },
    ]),
  ),
}

describe('handsets', () => {
  test('send on SMS, WhatsApp and RCS, and show what arrived', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration(everywhere)
      await takeNumber(world)
      const sent = await handsetSends(world, kiran, { body: 'Two flat whites' })
      assert.deepEqual([sent.from, sent.to, sent.status, sent.direction], [kiran, kiosk, 'received', 'SENT'])
      assert.ok(sent.conversationId)
      const chat = await handsetSends(world, `whatsapp:${kiran}`, { body: 'And a cake' })
      assert.deepEqual([chat.channel, chat.from, chat.to], ['WHATSAPP', `whatsapp:${kiran}`, `whatsapp:${kiosk}`])
      assert.equal(chat.conversationId, sent.conversationId)
      await handsetSends(world, kiran, { channel: 'RCS', body: 'Please' })
      await kioskSends(world, `whatsapp:${kiran}`, 'Coming up', { From: `whatsapp:${kiosk}` })
      assert.deepEqual(await handsetShows(world, kiran), [
        'RECEIVED Coming up',
        'SENT Please',
        'SENT And a cake',
        'SENT Two flat whites',
      ])
      const { body } = await world.get(`${handsetPath(kiran)}?channel=WHATSAPP&pageSize=1`)
      assert.equal(body.messages[0].body, 'Coming up')
      const next = await world.get(`${handsetPath(kiran)}?channel=WHATSAPP&pageToken=${body.meta.nextToken}`)
      assert.deepEqual(
        next.body.messages.map((one: Json) => one.body),
        ['And a cake'],
      )
      const communications = await communicationsWith(world, chat.sid)
      assert.deepEqual(
        communications.map((one) => [one.author.channel, one.author.address]),
        [
          ['SMS', kiran],
          ['WHATSAPP', kiran],
          ['RCS', kiran],
          ['WHATSAPP', kiosk],
        ],
      )
    }))

  test('cannot write to what is not the account’s', () =>
    inWorld({}, async (world) => {
      const answer = await world.post(handsetPath(kiran), { to: kiosk, body: 'Hello' })
      assert.deepEqual([answer.status, answer.body.params.field], [400, 'to'])
      await takeNumber(world)
      for (const [address, body, field] of [
        [kiran, {}, 'body'],
        [kiran, { media: [{ url: 'cup.jpg' }] }, 'media'],
        ['nobody at all', { channel: 'SMS', body: 'x' }, 'address'],
        [kiran, { body: 'x', channel: 'FAX' }, 'channel'],
      ] as const) {
        const refused = await world.post(handsetPath(address), { to: kiosk, ...body })
        assert.deepEqual([refused.status, refused.body.params.field], [400, field])
      }
      const stranger = await world.makeStranger()
      await handsetSends(world, kiran, { body: 'Hello' })
      assert.deepEqual((await stranger.get(handsetPath(kiran))).body.messages, [])
    }))

  test('are sent nothing more after STOP, until START', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration(everywhere)
      await takeNumber(world)
      await handsetSends(world, kiran, { body: ' stop ' })
      const refused = await world.post(
        `/2010-04-01/Accounts/${world.accountSid}/Messages.json`,
        new URLSearchParams({ From: kiosk, To: kiran, Body: 'Buy!' }).toString(),
        { 'content-type': 'application/x-www-form-urlencoded' },
      )
      assert.deepEqual([refused.status, refused.body.code], [400, 21610])
      await kioskSends(world, lena, 'Hello')
      await kioskSends(world, `whatsapp:${kiran}`, 'Hello', { From: `whatsapp:${kiosk}` })
      await handsetSends(world, kiran, { body: 'STOP' })
      await handsetSends(world, kiran, { body: 'HELP' })
      await handsetSends(world, kiran, { body: 'Unstop' })
      await handsetSends(world, kiran, { body: 'yes' })
      await kioskSends(world, kiran, 'Welcome back')
      const shown = await handsetShows(world, kiran)
      assert.deepEqual(
        shown.map((line) => line.slice(0, 22)),
        [
          'RECEIVED Welcome back',
          'SENT yes',
          'RECEIVED You will get ',
          'SENT Unstop',
          'RECEIVED Reply STOP to',
          'SENT HELP',
          'SENT STOP',
          'RECEIVED Hello',
          'RECEIVED You will get ',
          'SENT  stop ',
        ],
      )
    }))

  test('can be a number of the account itself: the message comes in there as one of its own', () =>
    inWorld({}, async (world) => {
      await takeNumber(world)
      await takeNumber(world, { PhoneNumber: '+15550002222', SmsUrl: 'https://app.example.com/sms' })
      await kioskSends(world, '+15550002222', 'From desk to desk')
      await world.advance({ minutes: 1 })
      const { body } = await world.get(`/2010-04-01/Accounts/${world.accountSid}/Messages.json`)
      assert.deepEqual(
        body.messages.map((one: Json) => `${one.direction} ${one.status}`),
        ['inbound received', 'outbound-api delivered'],
      )
      assert.equal(world.receiver.received.length, 1)
    }))

  test('tell on WhatsApp and RCS that a message was read, once', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration(everywhere)
      await takeNumber(world)
      const told = { StatusCallback: 'https://app.example.com/status' }
      const { sid } = await kioskSends(world, `whatsapp:${kiran}`, 'Ready', { From: `whatsapp:${kiosk}`, ...told })
      const path = `${handsetPath(kiran)}/${sid}`
      const early = await world.patch(path, { status: 'read' })
      assert.deepEqual([early.status, early.body.params.field], [400, 'status'])
      await world.advance({ minutes: 1 })
      world.receiver.received = []
      for (const _ of [1, 2]) {
        const read = await world.patch(path, { status: 'read' })
        assert.deepEqual([read.status, read.body.status], [200, 'read'])
      }
      await world.advance({ minutes: 1 })
      const [report, ...more] = world.receiver.received.map(({ body }) => body)
      assert.deepEqual([report?.MessageStatus, report?.EventType, report?.ChannelPrefix], ['read', 'READ', 'whatsapp'])
      assert.equal(more.length, 0)
      const [communication] = await communicationsWith(world, sid)
      assert.equal(communication?.recipients[0].deliveryStatus, 'READ')
      assert.equal((await world.get(accountPath(world, `Messages/${sid}.json`))).body.status, 'read')
    }))

  test('read nothing on SMS, nor what did not arrive at them', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration(everywhere)
      await takeNumber(world)
      const { sid } = await kioskSends(world, kiran, 'Ready')
      const rich = await kioskSends(world, `rcs:${kiran}`, 'Ready', { From: `rcs:${kiosk}` })
      const own = await handsetSends(world, kiran, { channel: 'RCS', body: 'Thanks' })
      await world.advance({ minutes: 1 })
      const read = (phone: string, one: string) => world.patch(`${handsetPath(phone)}/${one}`, { status: 'read' })
      assert.equal((await read(kiran, sid)).status, 400)
      assert.equal((await read(lena, rich.sid)).status, 404)
      assert.equal((await read(kiran, own.sid)).status, 404)
      assert.equal((await read(kiran, 'SM1')).status, 404)
      const stranger = await world.makeStranger()
      assert.equal((await stranger.patch(`${handsetPath(kiran)}/${rich.sid}`, { status: 'read' })).status, 404)
      assert.equal((await read(kiran, rich.sid)).body.status, 'read')
      assert.equal((await world.patch(`${handsetPath(kiran)}/${rich.sid}`, { status: 'sent' })).status, 400)
    }))
})
