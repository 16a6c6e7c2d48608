import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Answer, type Json, type Session, unchecked } from './session.ts'

/** The usual configuration of a case; its number is nobody else's, as traffic goes by numbers. */
export interface Kiosk {
  id: string
  number: string
}

let numbers = 0

/** A phone number that no other case has. */
export function newNumber(): string {
  numbers += 1
  return `+1555${String(1_000_000 + numbers)}`
}

/** The operation behind a 202, at its end. Reads it as clients do, by its `statusUrl`. */
export async function finished(session: Session, statusUrl: string | undefined): Promise<Json> {
  assert.ok(statusUrl, 'a 202 names its operation')
  // To ask at once would always be too early.
  if (session.seesWaiting) await setTimeout(5)
  for (let tries = 0; tries < 400; tries += 1) {
    const { status, body } = await session.send('GET', statusUrl)
    assert.equal(status, 200)
    if (body.status !== 'PENDING') return body
    await setTimeout(5)
  }
  return assert.fail(`the operation ${statusUrl} does not end`)
}

/** The same, for one that has to succeed. */
export async function completed(session: Session, statusUrl: string | undefined): Promise<Json> {
  const operation = await finished(session, statusUrl)
  assert.equal(operation.status, 'COMPLETED', JSON.stringify(operation.error))
  return operation
}

let names = 0

/** The id of a new memory store that is ACTIVE. */
export async function makeStore(session: Session): Promise<string> {
  names += 1
  const accepted = await session.client.memory.v1.stores.create({ displayName: `conformance-${names}` })
  return (await completed(session, accepted.statusUrl)).result.id
}

const storeOfSession = new WeakMap<Session, Promise<string>>()

/** The memory store that cases share when they do not care. */
export function sharedStore(session: Session): Promise<string> {
  const known = storeOfSession.get(session) ?? makeStore(session)
  storeOfSession.set(session, known)
  return known
}

/** A configuration in force that captures the messages of one number, both ways. Given fields replace the usual ones. */
export async function makeKiosk(session: Session, fields: object = {}): Promise<Kiosk> {
  const number = newNumber()
  const rules = [
    { from: '*', to: number },
    { from: number, to: '*' },
  ]
  const usual = {
    displayName: 'kiosk',
    description: 'The kiosk by the harbour',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES' as const,
    memoryStoreId: await sharedStore(session),
    channelSettings: {
      SMS: { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: rules },
      VOICE: { statusTimeouts: null, captureRules: rules },
    },
  }
  const accepted = await session.client.conversations.v2.configurations.create(unchecked({ ...usual, ...fields }))
  const { related } = await completed(session, accepted.statusUrl)
  return { id: related.configurationId, number }
}

/** The id of a new conversation between a customer and the kiosk's agent. */
export async function makeConversation(session: Session, kiosk: Kiosk, customer = newNumber()): Promise<string> {
  const { id } = await session.client.conversations.v2.conversations.create({
    configurationId: kiosk.id,
    participants: [
      { name: 'Kiran', type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: customer }] },
      { name: 'Desk', type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: kiosk.number }] },
    ],
  })
  assert.ok(id)
  return id
}

/** A text message as an API client stores it. */
export function message(from: string, to: string, text = 'Hello') {
  return {
    author: { address: from, channel: 'SMS' as const },
    recipients: [{ address: to, channel: 'SMS' as const }],
    content: { type: 'TEXT' as const, text },
  }
}

/** A text message as it is observed. */
export function observedText(from: string, to: string, more: object = {}) {
  return { channel: 'SMS', from, to, content: { type: 'TEXT', text: 'Hello' }, ...more }
}

/** Hands observed traffic over and answers what became of each item. */
export async function observe(session: Session, ...items: object[]): Promise<Json[]> {
  const { status, body } = await session.send('POST', '/skein/v1/Traffic', { body: items })
  assert.equal(status, 200, JSON.stringify(body))
  return body.results
}

/** Expects a 202 of memory’s control plane to say where to look, in the body and in the headers. */
export function namesMemoryOperation(session: Session, { headers, body }: Answer<object>): void {
  assert.match(headers['operation-id'] ?? '', /^mem_operation_[0-7][0-9a-z]{25}$/)
  assert.equal(body.statusUrl, `${session.server.url}/v1/ControlPlane/Operations/${headers['operation-id']}`)
  assert.equal(headers.location, body.statusUrl)
  assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
}

/** Moves business time and lets everything that falls due happen. */
export async function advance(session: Session, by: { minutes?: number; seconds?: number }): Promise<void> {
  const body = { advanceSeconds: (by.minutes ?? 0) * 60 + (by.seconds ?? 0) }
  const { status } = await session.send('POST', '/skein/v1/Clock', { body })
  assert.equal(status, 200)
}

export async function statusOf(session: Session, id: string): Promise<string> {
  return String((await session.client.conversations.v2.conversations(id).fetch()).status)
}

/** The statuses that a conversation has after so many minutes, each counted on from the one before. */
export async function follow(
  session: Session,
  id: string,
  steps: readonly (readonly [number, string])[],
): Promise<void> {
  for (const [minutes, status] of steps) {
    await advance(session, { minutes })
    assert.equal(await statusOf(session, id), status, `after ${minutes} minutes more`)
  }
}
