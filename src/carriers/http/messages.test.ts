import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kiran, lena } from '../../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk } from '../../testing/app.ts'
import { accountPath, communicationsWith, handsetSends, kioskSends, postForm, takeNumber } from '../testing/phones.ts'

describe('messages on the virtual network', () => {
  test('sends from one of the account’s numbers, and moves from status to status with the clock', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      await takeNumber(world)
      const message = await kioskSends(world, kiran, 'Your coffee is ready')
      assert.match(message.sid, /^SM[0-9a-f]{32}$/)
      const path = message.uri
      assert.deepEqual((await world.get(path)).body, {
        sid: message.sid,
        account_sid: world.accountSid,
        messaging_service_sid: null,
        from: kiosk,
        to: kiran,
        body: 'Your coffee is ready',
        status: 'queued',
        direction: 'outbound-api',
        num_segments: '1',
        num_media: '0',
        price: null,
        price_unit: 'USD',
        error_code: null,
        error_message: null,
        date_created: 'Mon, 05 Jan 2026 09:00:00 +0000',
        date_updated: 'Mon, 05 Jan 2026 09:00:00 +0000',
        date_sent: null,
        api_version: '2010-04-01',
        uri: accountPath(world, `Messages/${message.sid}.json`),
        subresource_uris: { media: accountPath(world, `Messages/${message.sid}/Media.json`) },
      })
      const seen: string[] = []
      for (const seconds of [0, 1, 2]) {
        await world.advance({ seconds })
        const { body } = await world.get(path)
        const [communication] = await communicationsWith(world, message.sid)
        seen.push(`${body.status} ${communication.recipients[0].deliveryStatus}`)
      }
      assert.deepEqual(seen, ['queued INITIATED', 'sent IN_PROGRESS', 'delivered DELIVERED'])
      assert.equal((await world.get(path)).body.date_sent, 'Mon, 05 Jan 2026 09:00:01 +0000')
    }))

  test('refuses what the published API refuses, by its code', () =>
    inWorld({}, async (world) => {
      await takeNumber(world)
      const good = { From: kiosk, To: kiran, Body: 'Hello' }
      for (const [fields, code] of [
        [{ To: '' }, 21604],
        [{ To: '15551234567' }, 21211],
        [{ From: '' }, 21603],
        [{ From: 'not a number at all!' }, 21212],
        [{ From: '+15550002222' }, 21606],
        [{ To: `whatsapp:${kiran}`, From: 'whatsapp:+15550002222' }, 63007],
        [{ To: `whatsapp:${kiran}` }, 21910],
        [{ To: kiosk }, 21266],
        [{ Body: '' }, 21619],
        [{ Body: 'x'.repeat(1_601) }, 21617],
        [{ MediaUrl: 'cup.jpg' }, 21620],
        [{ MediaUrl: Array.from({ length: 11 }, () => 'https://a.example.com/cup.jpg') }, 21623],
        [{ StatusCallback: 'ftp://a.example.com' }, 21609],
        [{ MessagingServiceSid: 'MG1' }, 21701],
        [{ To: '+15005550001' }, 21211],
        [{ To: '+15005550004' }, 21610],
        [{ From: '+15005550008' }, 21611],
        [{ SendAt: '2026-01-05T10:00:00Z' }, 35118],
      ] as [Record<string, string>, number][]) {
        const { status, body } = await postForm(world, 'Messages.json', { ...good, ...fields })
        assert.deepEqual([status, body.code, body.status], [400, code, 400], JSON.stringify(fields))
      }
    }))

  test('fails to deliver to the numbers made for that', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      await takeNumber(world)
      const message = await kioskSends(world, '+15005530003', 'Hello?')
      const unsent = await kioskSends(world, '+15005530001', 'Hello?')
      await world.advance({ minutes: 1 })
      const { body } = await world.get(message.uri)
      assert.deepEqual([body.status, body.error_code], ['undelivered', 30003])
      assert.ok(body.error_message)
      assert.deepEqual((await world.get(unsent.uri)).body.status, 'failed')
      const [communication] = await communicationsWith(world, message.sid)
      assert.equal(communication.recipients[0].deliveryStatus, 'FAILED')
    }))

  test('keeps attachments as URL and type', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      await takeNumber(world)
      const urls = ['https://a.example.com/cup.jpg?x=1', 'https://a.example.com/what']
      const message = await kioskSends(world, kiran, '', { MediaUrl: urls })
      assert.match(message.sid, /^MM/)
      assert.deepEqual([message.num_media, message.body], ['2', ''])
      const { body } = await world.get(message.subresource_uris.media)
      assert.deepEqual(
        body.media_list.map((one: Json) => one.content_type),
        ['image/jpeg', 'application/octet-stream'],
      )
      const [first] = body.media_list
      assert.deepEqual((await world.get(first.uri)).body, first)
      const [communication] = await communicationsWith(world, message.sid)
      const kept = await world.get(`/skein/v1/Communications/${communication.id}/Media`)
      assert.deepEqual(kept.body.media, [
        { url: urls[0], contentType: 'image/jpeg' },
        { url: urls[1], contentType: null },
      ])
    }))

  test('lists by sender, recipient and day, page by page', () =>
    inWorld({}, async (world) => {
      await takeNumber(world)
      for (const to of [kiran, lena, kiran]) await kioskSends(world, to, 'Hello')
      await handsetSends(world, kiran, { body: 'Hi' })
      const count = async (query: string) =>
        (await world.get(accountPath(world, `Messages.json?${query}`))).body.messages.length
      assert.equal(await count(''), 4)
      assert.equal(await count(`To=${encodeURIComponent(kiran)}`), 2)
      assert.equal(await count(`From=${encodeURIComponent(kiran)}`), 1)
      assert.equal(await count(`From=${encodeURIComponent(kiosk)}&To=${encodeURIComponent(lena)}`), 1)
      assert.equal(await count('DateSent=2026-01-05'), 4)
      assert.equal(await count('DateSent=2026-01-06'), 0)
      assert.equal(await count('DateSent%3E=2026-01-06T00:00:00Z'), 0)
      assert.equal(await count('DateSent%3C=2026-01-06T00:00:00Z'), 4)
      const first = (await world.get(accountPath(world, 'Messages.json?PageSize=3'))).body
      assert.equal(first.previous_page_uri, null)
      const second = (await world.get(first.next_page_uri)).body
      assert.deepEqual([second.page, second.start, second.messages.length, second.next_page_uri], [1, 3, 1, null])
      const back = (await world.get(second.previous_page_uri)).body
      assert.deepEqual(back.messages, first.messages)
      assert.equal((await world.get(accountPath(world, 'Messages.json?DateSent=never'))).status, 400)
    }))

  test('takes the text out of a message, and deletes it once it has arrived', () =>
    inWorld({}, async (world) => {
      await takeNumber(world)
      const { sid, uri } = await kioskSends(world, kiran, 'The code is 1234')
      assert.equal((await postForm(world, `Messages/${sid}.json`, { Body: 'x' })).status, 400)
      assert.equal((await postForm(world, `Messages/${sid}.json`, { Status: 'canceled' })).status, 400)
      assert.equal((await postForm(world, `Messages/${sid}.json`, { Body: '' })).body.body, '')
      const early = await world.delete(uri)
      assert.deepEqual([early.status, early.body.code], [409, 20009])
      await world.advance({ minutes: 1 })
      assert.equal((await world.delete(uri)).status, 204)
      assert.equal((await world.get(uri)).status, 404)
    }))

  test('sends a scheduled message when its time has come, unless it is called off', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      await takeNumber(world)
      const later = {
        MessagingServiceSid: `MG${'0'.repeat(32)}`,
        ScheduleType: 'fixed',
        SendAt: '2026-01-05T10:00:00Z',
      }
      const kept = await kioskSends(world, kiran, 'Tomorrow', later)
      const dropped = await kioskSends(world, lena, 'Tomorrow', later)
      assert.equal(kept.status, 'scheduled')
      assert.equal(
        (await postForm(world, `Messages/${dropped.sid}.json`, { Status: 'canceled' })).body.status,
        'canceled',
      )
      await world.advance({ minutes: 30 })
      assert.equal((await world.get(kept.uri)).body.status, 'scheduled')
      await world.advance({ minutes: 31 })
      assert.equal((await world.get(kept.uri)).body.status, 'delivered')
      assert.equal((await world.get(dropped.uri)).body.status, 'canceled')
      const [communication] = await communicationsWith(world, dropped.sid)
      assert.equal(communication.recipients[0].deliveryStatus, 'FAILED')
    }))

  test('chooses the oldest number for a messaging service', () =>
    inWorld({}, async (world) => {
      const service = { MessagingServiceSid: `MG${'0'.repeat(32)}`, To: kiran, Body: 'Hello' }
      assert.equal((await postForm(world, 'Messages.json', service)).body.code, 21703)
      await takeNumber(world)
      await takeNumber(world, { PhoneNumber: '+15550002222' })
      const { body } = await postForm(world, 'Messages.json', service)
      assert.deepEqual([body.from, body.status], [kiosk, 'accepted'])
    }))

  test('knows nothing of another account’s messages', () =>
    inWorld({}, async (world) => {
      await takeNumber(world)
      const { uri, sid } = await kioskSends(world, kiran, 'Hello')
      const stranger = await world.makeStranger()
      assert.equal((await stranger.get(uri)).status, 404)
      const own = `/2010-04-01/Accounts/${stranger.accountSid}/Messages`
      assert.equal((await stranger.get(`${own}/${sid}.json`)).status, 404)
      assert.deepEqual((await stranger.get(`${own}.json`)).body.messages, [])
      assert.equal((await stranger.delete(`${own}/${sid}`)).status, 404)
    }))

  test('reads no form that is broken', () =>
    inWorld({}, async (world) => {
      const path = accountPath(world, 'Messages.json')
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      assert.equal((await world.post(path, 'To=%00', headers)).status, 400)
      assert.equal((await world.post(path, 'To=1&To=2&Body=x', headers)).status, 400)
      assert.equal((await world.post(path, Buffer.from([0x54, 0x3d, 0xff]).toString('latin1'), headers)).status, 400)
      assert.equal((await world.post(path, '', { 'content-type': 'text/plain' })).status, 415)
    }))
})
