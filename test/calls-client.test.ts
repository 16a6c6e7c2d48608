import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { type Answer, Skein, temporaryFolder } from './skein.ts'

const kiosk = '+15550001111'
const kiran = '+15551234567'
const silence = '<Response><Pause length="600"/></Response>'

const handset = `/skein/v1/Handsets/${encodeURIComponent(kiran)}/Calls`

let skein: Skein
let configurationId: string
let client: ReturnType<typeof twilio>

before(async () => {
  skein = await Skein.start(temporaryFolder(), { SKEIN_CLOCK: 'virtual' })
  client = twilio(skein.account.user, skein.account.password)
  client.api.baseUrl = skein.url
  await client.incomingPhoneNumbers.create({ phoneNumber: kiosk })
  configurationId = await configure()
})
after(() => skein?.stop())

test('the official client begins, fetches, lists, sends elsewhere and ends calls', async () => {
  const made = await client.calls.create({ to: kiran, from: kiosk, twiml: silence })
  assert.match(made.sid, /^CA[0-9a-f]{32}$/)
  assert.deepEqual([made.direction, made.to, made.from], ['outbound-api', kiran, kiosk])
  assert.ok(made.dateCreated instanceof Date)
  assert.equal((await skein.ask('POST', `${handset}/${made.sid}/Answer`, {})).status, 200)
  const moved = await client.calls(made.sid).update({ twiml: silence })
  assert.equal(moved.status, 'in-progress')
  assert.ok(moved.startTime instanceof Date)
  const ended = await client.calls(made.sid).update({ status: 'completed' })
  assert.deepEqual([ended.status, ended.duration], ['completed', '0'])
  const [listed] = await client.calls.list({ to: kiran, status: 'completed', limit: 5 })
  assert.deepEqual(listed?.toJSON(), (await client.calls(made.sid).fetch()).toJSON())
})

test('the official client begins and stops a transcription of a live call', async () => {
  const { conversationId, call } = await conversation()
  const transcriptions = client.calls(call.sid).transcriptions
  const made = await transcriptions.create({
    name: 'desk',
    track: 'both_tracks',
    statusCallbackUrl: 'http://127.0.0.1:9/told',
    statusCallbackMethod: 'GET',
    inboundTrackLabel: 'Kiran',
    outboundTrackLabel: 'Kiosk',
    partialResults: true,
    languageCode: 'en-GB',
    transcriptionEngine: 'deepgram',
    profanityFilter: false,
    speechModel: 'nova',
    hints: 'latte',
    enableAutomaticPunctuation: false,
    intelligenceService: 'GA1',
    conversationConfiguration: 'conv_configuration_00000000000000000000000000',
    conversationId,
    enableProviderData: true,
  })
  assert.match(made.sid, /^GT[0-9a-f]{32}$/)
  assert.deepEqual(
    [made.accountSid, made.callSid, made.name, made.status],
    [skein.account.user, call.sid, 'desk', 'in-progress'],
  )
  assert.ok(made.dateUpdated instanceof Date)
  await skein.ask('POST', `${handset}/${call.sid}/Speech`, { text: 'Two flat whites' })
  await skein.ask('POST', '/skein/v1/Clock', { advanceSeconds: 5 })
  const stopped = await transcriptions(made.sid).update({ status: 'stopped' })
  assert.deepEqual([stopped.sid, stopped.status], [made.sid, 'stopped'])
  await skein.ask('POST', `${handset}/${call.sid}/Speech`, { text: 'Nobody writes this down' })
  await skein.ask('POST', '/skein/v1/Clock', { advanceSeconds: 5 })
  const path = `/v2/Conversations/${conversationId}`
  const { communications } = (await skein.ask('GET', `${path}/Communications`)).body
  assert.deepEqual(
    communications.map((one: { content: { text: string } }) => one.content.text),
    ['Two flat whites'],
  )
  const { participants } = (await skein.ask('GET', `${path}/Participants`)).body
  assert.ok(participants.some((one: { name: string; type: string }) => one.name === 'Kiran' && one.type === 'CUSTOMER'))
  const { events } = (await skein.ask('GET', '/skein/v1/Events?type=diagnostic&pageSize=100')).body
  const unserved = ['IntelligenceService', 'EnableProviderData'].filter((name) =>
    events.some((one: { message: string }) => one.message.startsWith(`${name} of a transcription is not served`)),
  )
  assert.equal(unserved.length, 2)
  const again = await transcriptions('desk').update({ status: 'stopped' })
  assert.deepEqual(again.toJSON(), stopped.toJSON())
})

test('the official client is told why a transcription is refused', async () => {
  const { call } = await conversation()
  const transcriptions = client.calls(call.sid).transcriptions
  await assert.rejects(transcriptions.create({ track: 'sideways' as 'both_tracks' }), { status: 400, code: 20001 })
  await assert.rejects(transcriptions.create({ statusCallbackUrl: 'ftp://x.example' }), { status: 400, code: 21205 })
  await assert.rejects(transcriptions(`GT${'0'.repeat(32)}`).update({ status: 'stopped' }), {
    status: 404,
    code: 20404,
  })
  await assert.rejects(transcriptions('x').update({ status: 'going' as 'stopped' }), { status: 400, code: 20001 })
  await client.calls(call.sid).update({ status: 'completed' })
  await assert.rejects(transcriptions.create(), { status: 400, code: 21220 })
  await assert.rejects(client.calls(`CA${'0'.repeat(32)}`).transcriptions.create(), { status: 404, code: 20404 })
})

/** An answered call, and a conversation that nothing is said in yet. */
async function conversation() {
  const call = await client.calls.create({ to: kiran, from: kiosk, twiml: silence })
  await skein.ask('POST', `${handset}/${call.sid}/Answer`, {})
  const made = await skein.ask('POST', '/v2/Conversations', { configurationId })
  assert.equal(made.status, 201, made.text)
  return { conversationId: made.body.id as string, call }
}

test('the official client is told why a call is refused', async () => {
  await assert.rejects(client.calls.create({ to: 'somebody', from: kiosk, twiml: silence }), {
    status: 400,
    code: 21211,
  })
  await assert.rejects(client.calls(`CA${'0'.repeat(32)}`).fetch(), { status: 404, code: 20404 })
})

async function configure(): Promise<string> {
  const store = await completed(
    await skein.ask('POST', '/v1/ControlPlane/Stores', { displayName: 'kiosk', description: 'The kiosk' }),
  )
  const made = await skein.ask('POST', '/v2/ControlPlane/Configurations', {
    displayName: 'voice',
    description: 'Calls of the kiosk',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: store.result.id,
    channelSettings: {},
  })
  return (await completed(made)).related.configurationId
}

async function completed(accepted: Answer): Promise<Answer['body']> {
  assert.equal(accepted.status, 202, accepted.text)
  for (;;) {
    const { body } = await skein.ask('GET', new URL(accepted.body.statusUrl).pathname)
    if (body.status !== 'PENDING') return body
    await skein.ask('POST', '/skein/v1/Clock', { advanceSeconds: 0 })
  }
}
