import assert from 'node:assert/strict'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { createAccount, type NewAccount, newAccount } from '../accounts/commands/create-account.ts'
import { accountBySid } from '../accounts/rows.ts'
import { Vault } from '../accounts/vault.ts'
import type { Carriers } from '../carriers/carriers.ts'
import { type Advance, advance } from '../clock/advance.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { type Environment, readConfig } from '../config.ts'
import type { CommandContext } from '../conversations/commands/working.ts'
import type { EventRow } from '../events/rows.ts'
import type { Outgoing } from '../http/outgoing/client.ts'
import type { TroubleWord } from '../http/outgoing/trouble.ts'
import { newId, parseWireId, wireId } from '../kernel/ids.ts'
import { openLog } from '../kernel/log.ts'
import { defaultIdentitySettings } from '../memory/domain/identity-settings.ts'
import type { StoreStatus } from '../memory/memory-store.ts'
import { storeTable } from '../memory/rows.ts'
import { assemble, type Outside } from '../server.ts'
import { openStore } from '../store/open.ts'
import { statements } from '../store/statement.ts'
import type { Store } from '../store/store.ts'

/** As JSON.parse gives it: tests look into it freely. */
export type Json = ReturnType<typeof JSON.parse>

export interface Answer {
  status: number
  headers: Readonly<Record<string, string>>
  /** Parsed; undefined when the answer is empty. */
  body: Json
  /** As it was sent, byte for byte. */
  text: string
}

export type Headers = Record<string, string>

/** Sends requests with the credentials of one account. */
export interface Client {
  readonly accountSid: string
  /** The header, for requests over a connection of one's own. */
  readonly authorization: string
  get(path: string, headers?: Headers): Promise<Answer>
  post(path: string, body?: unknown, headers?: Headers): Promise<Answer>
  put(path: string, body?: unknown, headers?: Headers): Promise<Answer>
  patch(path: string, body?: unknown, headers?: Headers): Promise<Answer>
  delete(path: string, headers?: Headers): Promise<Answer>
}

export interface RecordedEvent {
  type: string
  /** Wire id of the conversation. */
  conversationId: string
  n: number
  /** Id, without prefix, of what it is about. */
  subject: string
  /** Business time. */
  at: number
  note: Json
  data: Json
}

/**
 * The whole server on a database in memory, with one account and a clock that stands still until it is moved. Nothing
 * listens and no loop runs: what is asked for later happens when the test says so.
 */
export interface World extends Client {
  readonly app: FastifyInstance
  readonly store: Store
  /** The account's number in the database. */
  readonly account: number
  now(): Promise<number>
  /** The rooms as the server composes them, for what has no route. */
  readonly carriers: Carriers
  readonly commands: CommandContext
  /** Carries out every operation that has been accepted, without moving time. */
  settleOperations(): Promise<void>
  /** The operation behind a 202, carried out to its end. */
  completed(accepted: Answer): Promise<Json>
  /** Moves time, letting everything that falls due happen at its own time. Without arguments: what is due now. */
  advance(by?: { minutes?: number; seconds?: number }): Promise<Advance>
  /** What has happened, in order within each conversation; of one conversation when its wire id is given. */
  events(conversationId?: string): Promise<RecordedEvent[]>
  /** Wire id of a new memory store. */
  makeMemoryStore(status?: StoreStatus): Promise<string>
  /** Wire id of a new configuration, in force; given fields take the place of the usual ones. */
  makeConfiguration(fields?: object): Promise<string>
  /** Another account, which must see nothing of the first. */
  makeStranger(): Promise<Client>
  /** Stands for every receiver of webhooks. */
  readonly receiver: Receiver
  close(): Promise<void>
}

export interface Received {
  url: string
  method: string
  headers: Readonly<Record<string, string>>
  body: Json
  /** The bytes that were signed. */
  text: string
}

/** Keeps what was sent and answers as it is told: 200 at first. */
export interface Receiver {
  received: Received[]
  answer: (received: Received) => Answering | Promise<Answering>
}

type Answering = { status: number; body?: string; type?: string } | { error: TroubleWord }

const statement = statements<{ event: EventRow }>()
const allEvents = statement<{ account: number }>()((db, p) =>
  db.selectFrom('event').selectAll().where('account', '=', p.account).orderBy('conversation_id').orderBy('n'),
)

const secretKey = Buffer.alloc(32, 7)

/** Opens a world. `environment` sets what operators set, such as `{ SKEIN_LIMIT_CONFIGURATIONS: '2' }`. Close it after. */
export async function openWorld(
  environment: Environment = {},
  outside: Pick<Outside, 'carriers'> = {},
): Promise<World> {
  const config = readConfig({
    SKEIN_DATABASE: 'sqlite::memory:',
    SKEIN_CLOCK: 'virtual',
    SKEIN_LOG: 'silent',
    SKEIN_SECRET_KEY: secretKey.toString('base64'),
    ...environment,
  })
  const log = openLog(config.log, false)
  const store = await openStore(config.database, { log })
  const receiver: Receiver = { received: [], answer: () => ({ status: 200 }) }
  const outgoing = outgoingTo(receiver)
  const { app, clock, works, carriers, commands, firstAccount, stopSending } = await assemble(
    config,
    log,
    store,
    () => {},
    { outgoing, ...outside },
  )
  assert.ok(firstAccount, 'a world begins with an empty database')
  assert.ok(clock instanceof VirtualClock, 'time in a world moves only when it is told to')
  const client = clientOf(app, firstAccount)
  const account = await numberOf(store, firstAccount)

  const settleOperations = async () => {
    const operations = works.find((work) => work.name === 'operations')
    assert.ok(operations, 'one of the works carries out operations')
    await operations.tick(await clock.now())
  }
  const completed = async (accepted: Answer) => {
    assert.equal(accepted.status, 202, accepted.text)
    await settleOperations()
    const { body } = await client.get(new URL(accepted.body.statusUrl).pathname)
    assert.notEqual(body.status, 'PENDING')
    return body
  }
  const makeMemoryStore = async (status: StoreStatus = 'ACTIVE') => {
    const id = newId()
    await store.transact((tx) => tx.insert(storeTable, [memoryStoreRow(account, id, status)]))
    return wireId('memoryStore', id)
  }

  return {
    ...client,
    app,
    store,
    account,
    carriers,
    commands,
    now: () => clock.now(),
    settleOperations,
    completed,
    makeMemoryStore,
    advance: async ({ minutes = 0, seconds = 0 } = {}) =>
      advance(clock, works, (await clock.now()) + minutes * 60_000 + seconds * 1000),
    events: async (conversationId) => {
      const rows = await store.read.all(allEvents, { account })
      const id = conversationId === undefined ? undefined : parseWireId('conversation', conversationId)
      return rows.filter((row) => conversationId === undefined || row.conversation_id === id).map(recordedEvent)
    },
    makeConfiguration: async (fields = {}) => {
      const memoryStoreId = 'memoryStoreId' in fields ? fields.memoryStoreId : await makeMemoryStore()
      const body = { ...usualConfiguration, memoryStoreId, ...fields }
      const operation = await completed(await client.post('/v2/ControlPlane/Configurations', body))
      assert.equal(operation.status, 'COMPLETED', JSON.stringify(operation.error))
      return operation.related.configurationId
    },
    makeStranger: async () => {
      const stranger = newAccount({ name: 'stranger' })
      await createAccount(store, new Vault(secretKey), stranger, await clock.now())
      return clientOf(app, stranger)
    },
    receiver,
    close: async () => {
      await app.close()
      await stopSending()
      await store.close()
    },
  }
}

/** Tells one story in a world of its own, which ends with it. */
export async function inWorld(environment: Environment, story: (world: World) => Promise<void>): Promise<void> {
  const world = await openWorld(environment)
  try {
    await story(world)
  } finally {
    await world.close()
  }
}

/** The kiosk's own number, and the configuration that the cast of our tests works with. */
export const kiosk = '+15550001111'

export const usualConfiguration = {
  displayName: 'kiosk',
  description: 'The kiosk by the harbour',
  conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
  channelSettings: {
    SMS: {
      statusTimeouts: { inactive: 15, closed: 60 },
      captureRules: [
        { from: '*', to: kiosk },
        { from: kiosk, to: '*' },
      ],
    },
  },
}

function outgoingTo(receiver: Receiver): Outgoing {
  return {
    send: async ({ url, method, headers, body }) => {
      const text = body?.toString() ?? ''
      const received = { url, method, headers, text, body: bodyOf(text, headers) }
      receiver.received.push(received)
      const answer = await receiver.answer(received)
      if ('error' in answer) return { error: answer.error, detail: 'as the test says', latencyMs: 1 }
      const { status, body: reply = '', type } = answer
      const answered = type === undefined ? {} : { 'content-type': type }
      return { status, headers: answered, body: reply, truncated: false, latencyMs: 1, remoteAddress: '203.0.113.1' }
    },
    close: async () => {},
  }
}

/** What was sent, as the receiver reads it: JSON, or a form. */
function bodyOf(text: string, headers: Readonly<Record<string, string>>): Json {
  if (text === '') return undefined
  const isForm = headers['Content-Type']?.startsWith('application/x-www-form-urlencoded')
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)
}

function clientOf(app: FastifyInstance, { sid, keySid, keySecret }: NewAccount): Client {
  const authorization = `Basic ${Buffer.from(`${keySid}:${keySecret}`).toString('base64')}`
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    headers: Headers = {},
  ) => {
    const options: InjectOptions = { method, url: path, headers: { authorization, ...headers } }
    if (body !== undefined) options.payload = body as object
    return answerOf(await app.inject(options))
  }
  return {
    accountSid: sid,
    authorization,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body = {}, headers) => send('POST', path, body, headers),
    put: (path, body = {}, headers) => send('PUT', path, body, headers),
    patch: (path, body = {}, headers) => send('PATCH', path, body, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
  }
}

function answerOf(response: Awaited<ReturnType<FastifyInstance['inject']>>): Answer {
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
  const text = response.body
  const json = String(response.headers['content-type'] ?? '').startsWith('application/json')
  return {
    status: response.statusCode,
    headers: Object.fromEntries(headers),
    body: json && text !== '' ? JSON.parse(text) : undefined,
    text,
  }
}

async function numberOf(store: Store, { sid }: NewAccount): Promise<number> {
  const row = await store.read.get(accountBySid, { sid })
  assert.ok(row, 'the first account is there')
  return row.account
}

function recordedEvent(row: EventRow): RecordedEvent {
  return {
    type: row.type,
    conversationId: wireId('conversation', row.conversation_id),
    n: row.n,
    subject: row.subject,
    at: row.at,
    note: row.note === null ? null : JSON.parse(row.note),
    data: row.data === null ? null : JSON.parse(row.data),
  }
}

function memoryStoreRow(account: number, id: string, status: StoreStatus) {
  return {
    account,
    id,
    display_name: `store-${id}`,
    description: null,
    status,
    intelligence_service_id: wireId('intelligenceService', newId()),
    version: 1,
    identity_settings: JSON.stringify(defaultIdentitySettings),
    identity_version: 1,
    created_at: 0,
    updated_at: 0,
  }
}
