import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { Skein, temporaryFolder } from './skein.ts'

const kiosk = '+15550001111'
const kiran = '+15551234567'
const silence = '<Response><Pause length="600"/></Response>'

let skein: Skein
let client: ReturnType<typeof twilio>

before(async () => {
  skein = await Skein.start(temporaryFolder(), { SKEIN_CLOCK: 'virtual' })
  client = twilio(skein.account.user, skein.account.password)
  client.api.baseUrl = skein.url
  await client.incomingPhoneNumbers.create({ phoneNumber: kiosk })
})
after(() => skein?.stop())

test('the official client begins, fetches, lists, sends elsewhere and ends calls', async () => {
  const made = await client.calls.create({ to: kiran, from: kiosk, twiml: silence })
  assert.match(made.sid, /^CA[0-9a-f]{32}$/)
  assert.deepEqual([made.direction, made.to, made.from], ['outbound-api', kiran, kiosk])
  assert.ok(made.dateCreated instanceof Date)
  const path = `/skein/v1/Handsets/${encodeURIComponent(kiran)}/Calls/${made.sid}`
  assert.equal((await skein.ask('POST', `${path}/Answer`, {})).status, 200)
  const moved = await client.calls(made.sid).update({ twiml: silence })
  assert.equal(moved.status, 'in-progress')
  assert.ok(moved.startTime instanceof Date)
  const ended = await client.calls(made.sid).update({ status: 'completed' })
  assert.deepEqual([ended.status, ended.duration], ['completed', '0'])
  const [listed] = await client.calls.list({ to: kiran, status: 'completed', limit: 5 })
  assert.deepEqual(listed?.toJSON(), (await client.calls(made.sid).fetch()).toJSON())
})

test('the official client is told why a call is refused', async () => {
  await assert.rejects(client.calls.create({ to: 'somebody', from: kiosk, twiml: silence }), {
    status: 400,
    code: 21211,
  })
  await assert.rejects(client.calls(`CA${'0'.repeat(32)}`).fetch(), { status: 404, code: 20404 })
})
