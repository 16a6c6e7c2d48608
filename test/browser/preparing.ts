import assert from 'node:assert/strict'
import type { Answer, Skein } from '../skein.ts'

/** What stands on a server before a story is played at its console; made through the API. */
export async function asked(server: Skein, method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await server.ask(method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`)
  return answer.body
}

/** Asks for what is carried out by an operation, and answers the operation when it has ended well. */
async function done(server: Skein, method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const { statusUrl } = await asked(server, method, path, body)
  for (;;) {
    const operation = await asked(server, 'GET', new URL(statusUrl).pathname)
    if (operation.status === 'COMPLETED') return operation
    assert.equal(operation.status, 'PENDING', JSON.stringify(operation))
    await asked(server, 'POST', '/skein/v1/Clock', { advanceSeconds: 0 })
  }
}

export async function makeStore(server: Skein, displayName = 'customers'): Promise<string> {
  return (await done(server, 'POST', '/v1/ControlPlane/Stores', { displayName })).result.id
}

/** A number of the business, at which an application answers calls. */
export async function makeNumber(server: Skein, number: string, voiceUrl: string): Promise<void> {
  const form = new URLSearchParams({ PhoneNumber: number, VoiceUrl: voiceUrl }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const path = `/2010-04-01/Accounts/${server.account.user}/IncomingPhoneNumbers.json`
  const { status, text } = await server.ask('POST', path, form, { headers })
  assert.equal(status, 201, text)
}

/** The application that comes with the console: it greets, and rings the desk. */
export function exampleVoice(server: Skein): string {
  return `${server.url}/console/example/voice`
}

/** A configuration that captures everything from and to one number. */
export async function makeConfiguration(
  server: Skein,
  memoryStoreId: string,
  given: { displayName: string; number: string } & Record<string, unknown>,
): Promise<string> {
  const { displayName, number, ...more } = given
  const captureRules = [
    { from: '*', to: number },
    { from: number, to: '*' },
  ]
  const channel = { statusTimeouts: { inactive: 15, closed: 60 }, captureRules }
  const voice = captureRules.map((rule) => ({ ...rule, metadata: { callType: 'PSTN' } }))
  const operation = await done(server, 'POST', '/v2/ControlPlane/Configurations', {
    displayName,
    description: `Everything at ${number}`,
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId,
    channelSettings: { SMS: channel, WHATSAPP: channel, VOICE: { statusTimeouts: null, captureRules: voice } },
    ...more,
  })
  return operation.related.configurationId
}
