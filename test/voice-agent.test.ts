import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Answer, Skein, temporaryFolder } from './skein.ts'

const agentFile = join(import.meta.dirname, '..', 'examples', 'voice-agent', 'agent.ts')
const handset = '/skein/v1/Handsets/%2B15551234567/Calls'

let skein: Skein
let agent: ChildProcess
let agentUrl = ''

before(async () => {
  skein = await Skein.start(temporaryFolder(), { SKEIN_CLOCK: 'virtual' })
  const store = await asked('POST', '/v1/ControlPlane/Stores', { displayName: 'kiosk', description: 'The kiosk' })
  const { id: storeId } = (await completed(store)).result
  const configuration = await asked('POST', '/v2/ControlPlane/Configurations', {
    displayName: 'voice',
    description: 'Calls of the kiosk',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: storeId,
    channelSettings: { VOICE: { statusTimeouts: null } },
  })
  const { related } = await completed(configuration)
  agent = spawn(process.execPath, [agentFile], {
    env: {
      PATH: process.env.PATH,
      TWILIO_AUTH_TOKEN: skein.account.password,
      CONVERSATION_CONFIGURATION: related.configurationId,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed] = await once(agent.stdout as NonNullable<typeof agent.stdout>, 'data')
  agentUrl = /http:\S+/.exec(String(printed))?.[0] ?? ''
})

after(async () => {
  agent?.kill()
  await skein?.stop()
})

const expected = [
  ['AI_AGENT', 'Hello, this is the kiosk. How can I help?', 2],
  ['CUSTOMER', 'My parcel is late', 1],
  ['AI_AGENT', 'I understood: My parcel is late. Let me look that up for you. Anything else?', 3],
  ['CUSTOMER', 'A person please', 1],
  ['AI_AGENT', 'One moment, please.', 1],
]

for (const [name, number, voiceUrl] of [
  ['an unmodified voice agent answers a call', '+15550001111', () => `${agentUrl}/voice`],
  [
    'the same agent behind the proxy gives the same conversation',
    '+15550002222',
    () => {
      const proxied = new URLSearchParams({ url: `${agentUrl}/voice` })
      return `${skein.url}/skein/v1/Voice/${skein.account.user}/Webhook?${proxied}`
    },
  ],
] as const) {
  test(`${name}, and the conversation holds both sides`, async () => {
    await asked(
      'POST',
      `/2010-04-01/Accounts/${skein.account.user}/IncomingPhoneNumbers.json`,
      new URLSearchParams({ PhoneNumber: number, VoiceUrl: voiceUrl() }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' },
    )
    const { callSid } = (await asked('POST', handset, { to: number })).body
    await pass(5)
    await say(callSid, 'My parcel is late')
    await pass(10)
    await say(callSid, 'A person please')
    await pass(4)
    const { conversations } = (await asked('GET', `/v2/Conversations?channelId=${callSid}`)).body
    assert.equal(conversations.length, 1)
    const path = `/skein/v1/Conversations/${conversations[0].id}/Communications?turns=true`
    const { participants } = (await asked('GET', `/v2/Conversations/${conversations[0].id}/Participants`)).body
    const types = new Map(participants.map((one: { id: string; type: string }) => [one.id, one.type]))
    const { turns } = (await asked('GET', path)).body
    assert.deepEqual(
      turns.map((turn: { author: { participantId: string }; text: string; communications: unknown[] }) => [
        types.get(turn.author.participantId),
        turn.text,
        turn.communications.length,
      ]),
      expected,
    )
    const { calls } = (await asked('GET', '/skein/v1/Handsets/%2B15550009999/Calls')).body
    assert.equal(calls[0].status, 'ringing')
    await asked('POST', `${handset}/${callSid}/Hangup`)
    await pass(30)
    const { status } = (await asked('GET', `/v2/Conversations/${conversations[0].id}`)).body
    assert.equal(status, 'CLOSED')
  })
}

function say(callSid: string, text: string): Promise<Answer> {
  return asked('POST', `${handset}/${callSid}/Speech`, { text })
}

async function pass(seconds: number): Promise<void> {
  await asked('POST', '/skein/v1/Clock', { advanceSeconds: seconds })
}

async function asked(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await skein.ask(method, path, body, { headers })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`)
  return answer
}

async function completed(accepted: Answer): Promise<Answer['body']> {
  const { pathname } = new URL(accepted.body.statusUrl)
  for (;;) {
    const { body } = await asked('GET', pathname)
    if (body.status !== 'PENDING') return body
    await pass(0)
  }
}
