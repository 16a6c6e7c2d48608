import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import { accountPath, postForm, takeNumber } from '../testing/phones.ts'

describe('incoming phone numbers', () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(() => world.close())

  const list = async (query = '') => (await world.get(accountPath(world, `IncomingPhoneNumbers.json${query}`))).body

  test('takes a number, which is owned from then on', async () => {
    const number = await takeNumber(world, {
      FriendlyName: 'Kiosk',
      SmsUrl: 'https://app.example.com/sms',
      SmsMethod: 'get',
    })
    assert.match(number.sid, /^PN[0-9a-f]{32}$/)
    assert.deepEqual(
      [number.phone_number, number.friendly_name, number.sms_url, number.sms_method, number.voice_url],
      [kiosk, 'Kiosk', 'https://app.example.com/sms', 'GET', ''],
    )
    assert.deepEqual((await world.get(number.uri)).body, number)
    const { body } = await world.get('/skein/v1/OwnedAddresses')
    assert.deepEqual(
      body.ownedAddresses.map((one: Json) => [one.address, one.name]),
      [[kiosk, 'Kiosk']],
    )
  })

  test('shows owned addresses as numbers', async () => {
    await world.post('/skein/v1/OwnedAddresses', { address: 'rcs:kiosk_agent', name: 'Agent' })
    const { incoming_phone_numbers: numbers } = await list()
    assert.deepEqual(
      numbers.map((one: Json) => [one.phone_number, one.capabilities.voice]),
      [
        ['rcs:kiosk_agent', false],
        [kiosk, true],
      ],
    )
  })

  test('lists by number and name, page by page', async () => {
    assert.equal((await list('?PhoneNumber=%2B1555*1111')).incoming_phone_numbers.length, 1)
    assert.equal((await list('?PhoneNumber=9999')).incoming_phone_numbers.length, 0)
    assert.equal((await list('?FriendlyName=Agent')).incoming_phone_numbers.length, 1)
    const first = await list('?PageSize=1')
    const second = (await world.get(first.next_page_uri)).body
    assert.equal(second.next_page_uri, null)
    assert.deepEqual(
      (await world.get(second.previous_page_uri)).body.incoming_phone_numbers,
      first.incoming_phone_numbers,
    )
    assert.notEqual(second.incoming_phone_numbers[0].sid, first.incoming_phone_numbers[0].sid)
  })

  test('changes what a number does, and takes it back', async () => {
    const [, number] = (await list()).incoming_phone_numbers
    const path = `IncomingPhoneNumbers/${number.sid}.json`
    const changed = await postForm(world, path, {
      VoiceUrl: 'https://app.example.com/voice',
      SmsUrl: '',
      FriendlyName: 'Desk',
    })
    assert.deepEqual(
      [
        changed.status,
        changed.body.voice_url,
        changed.body.sms_url,
        changed.body.sms_method,
        changed.body.friendly_name,
      ],
      [200, 'https://app.example.com/voice', '', 'GET', 'Desk'],
    )
    assert.equal((await postForm(world, path, {})).body.voice_url, 'https://app.example.com/voice')
  })

  test('refuses what cannot be', async () => {
    for (const [fields, status, code] of [
      [{ PhoneNumber: kiosk }, 409, 20409],
      [{ PhoneNumber: '+15005550000' }, 400, 21422],
      [{ PhoneNumber: '+15005550001' }, 400, 21421],
      [{ PhoneNumber: `5550001${'1'.repeat(20)}` }, 400, 21614],
      [{ AreaCode: '533' }, 400, 21452],
      [{ AreaCode: 'x' }, 400, 21451],
      [{}, 400, 21451],
      [{ PhoneNumber: '+15550003333', SmsUrl: 'nowhere' }, 400, 21502],
      [{ PhoneNumber: '+15550003333', SmsMethod: 'PUT' }, 400, 21403],
      [{ PhoneNumber: '+15550003333', FriendlyName: 'x'.repeat(257) }, 400, 20001],
    ] as [Record<string, string>, number, number][]) {
      const answer = await postForm(world, 'IncomingPhoneNumbers.json', fields)
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(fields))
    }
  })

  test('finds a number in an area', async () => {
    const { status, body } = await postForm(world, 'IncomingPhoneNumbers.json', { AreaCode: '415' })
    assert.equal(status, 201)
    assert.match(body.phone_number, /^\+1415\d{7}$/)
  })

  test('gives a number back', async () => {
    const [number] = (await list('?FriendlyName=Agent')).incoming_phone_numbers
    assert.equal((await world.delete(number.uri)).status, 204)
    assert.equal((await world.get(number.uri)).status, 404)
    assert.equal((await world.delete(number.uri)).status, 404)
    assert.equal((await world.get(accountPath(world, 'IncomingPhoneNumbers/PN1.json'))).status, 404)
  })

  test('knows no account but the caller’s', async () => {
    const stranger = await world.makeStranger()
    assert.equal((await stranger.get(accountPath(world, 'IncomingPhoneNumbers.json'))).status, 404)
    const [number] = (await list()).incoming_phone_numbers
    const own = number.uri.replace(world.accountSid, stranger.accountSid)
    assert.equal((await stranger.get(own)).status, 404)
    assert.equal((await stranger.delete(own)).status, 404)
  })
})
