import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type ServerProcess, startServer } from './process.ts'
import { business } from './traffic.ts'

export interface Skein extends ServerProcess {
  accountSid: string
  /** Its URL. */
  database: string
  headers: Record<string, string>
}

const program = join(import.meta.dirname, '..', 'bin', 'skein.js')
const operationPollMs = 50

/** A number whose messages are captured by a configuration of its own, and the URL that hears of them. */
export interface Business {
  number: string
  callback?: string
}

/** Starts a server on an empty database, with one configuration that captures the messages of each business. */
export async function startSkein(
  database: string,
  businesses: readonly Business[] = [{ number: business }],
  authToken = newAuthToken(),
  environment: Readonly<Record<string, string>> = {},
): Promise<Skein> {
  const accountSid = `AC${randomBytes(16).toString('hex')}`
  const [keySid, keySecret] = [`SK${randomBytes(16).toString('hex')}`, randomBytes(24).toString('hex')]
  const server = await startServer([program, 'serve'], {
    SKEIN_PORT: '0',
    SKEIN_DATABASE: database,
    SKEIN_LOG: 'warn',
    SKEIN_ACCOUNT_SID: accountSid,
    SKEIN_AUTH_TOKEN: authToken,
    SKEIN_API_KEY: keySid,
    SKEIN_API_SECRET: keySecret,
    SKEIN_SECRET_KEY: randomBytes(32).toString('base64'),
    ...environment,
  })
  const authorization = `Basic ${Buffer.from(`${keySid}:${keySecret}`).toString('base64')}`
  const skein = { ...server, accountSid, database, headers: { authorization, 'content-type': 'application/json' } }
  const memoryStoreId = await accept(skein, '/v1/ControlPlane/Stores', { displayName: 'bench' })
  for (const one of businesses) await provide(skein, memoryStoreId, one)
  return skein
}

export function newAuthToken(): string {
  return randomBytes(16).toString('hex')
}

async function provide(skein: Skein, memoryStoreId: string, { number, callback }: Business): Promise<void> {
  await accept(skein, '/v2/ControlPlane/Configurations', {
    displayName: `bench ${number.slice(1)}`,
    description: 'Takes in what the benchmark sends',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId,
    channelSettings: {
      SMS: {
        statusTimeouts: { inactive: 60, closed: 240 },
        captureRules: [
          { from: '*', to: number },
          { from: number, to: '*' },
        ],
      },
    },
    ...(callback === undefined ? {} : { statusCallbacks: [{ url: callback }] }),
  })
  await ask(skein, 'POST', '/skein/v1/OwnedAddresses', { address: number, name: 'bench' })
}

type Json = ReturnType<typeof JSON.parse>

export async function ask(
  skein: Skein,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<Json> {
  const response = await fetch(new URL(path, skein.url), {
    method,
    headers: skein.headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

/** Asks for something that is done later, and waits until it is; answers the id of what was made. */
async function accept(skein: Skein, path: string, body: object): Promise<string> {
  const { statusUrl } = await ask(skein, 'POST', path, body)
  for (;;) {
    const operation = await ask(skein, 'GET', statusUrl)
    if (operation.status === 'FAILED') throw new Error(`${path} failed: ${JSON.stringify(operation.error)}`)
    if (operation.status === 'COMPLETED') return operation.result?.id ?? operation.related?.configurationId
    await setTimeout(operationPollMs)
  }
}
