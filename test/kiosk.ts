import assert from 'node:assert/strict'
import twilio from 'twilio'
import type { Skein } from './skein.ts'

/** The number that the tests of messaging talk to. */
export const kiosk = '+15550001111'

export interface Communication {
  author: { address: string }
  recipients: { deliveryStatus: string }[]
  content: { text: string }
  resourceId: string
}

/** A memory store, and a configuration that captures the kiosk's messages. */
export async function captureKiosk(server: Skein): Promise<void> {
  const made = await server.ask('POST', '/v1/ControlPlane/Stores', { displayName: 'kiosk' })
  const statusPath = (statusUrl: string) => new URL(statusUrl).pathname
  const store = await completed(server, statusPath(made.body.statusUrl))
  const captureRules = [
    { from: '*', to: kiosk },
    { from: kiosk, to: '*' },
  ]
  const accepted = await server.ask('POST', '/v2/ControlPlane/Configurations', {
    displayName: 'kiosk',
    description: 'Messages of the kiosk',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: store,
    channelSettings: { SMS: { captureRules } },
  })
  await completed(server, statusPath(accepted.body.statusUrl))
}

/** The communications of each conversation that there is. */
export async function conversationsOf(server: Skein): Promise<Communication[][]> {
  const { body } = await server.ask('GET', '/v2/Conversations')
  return Promise.all(
    body.conversations.map(
      async ({ id }: { id: string }) =>
        (await server.ask('GET', `/v2/Conversations/${id}/Communications`)).body.communications,
    ),
  )
}

/** Connects the near server to the kiosk's account on the far one, as to a carrier, and answers its webhooks. */
export async function connectKiosk(near: Skein, far: Skein, applicationUrl: string): Promise<Record<string, string>> {
  const connected = await near.ask('POST', '/skein/v1/Carriers', {
    carrier: 'twilio',
    accountSid: far.account.user,
    authToken: far.account.password,
    baseUrl: far.url,
    numbers: [kiosk],
    application: { url: applicationUrl },
  })
  assert.equal(connected.status, 201, connected.text)
  return connected.body.webhooks
}

/** The official client of the server's account, whose messaging requests go there. */
export function official({ account, url }: Skein): twilio.Twilio {
  const client = twilio(account.user, account.password)
  client.api.baseUrl = url
  return client
}

/** What a look sees at last; it is repeated for 20 seconds at most. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('It did not happen within 20 seconds.')
}

/** The id of what an operation made. */
async function completed(server: Skein, path: string): Promise<string> {
  const operation = await eventually(async () => {
    const { body } = await server.ask('GET', path)
    return body.status === 'PENDING' ? undefined : body
  })
  assert.equal(operation.status, 'COMPLETED', JSON.stringify(operation))
  return operation.related?.storeId ?? operation.result?.id ?? ''
}
