import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { Failure } from '../kernel/failure.ts'
import { defaultLimits } from '../kernel/limits.ts'
import { temporaryFolder } from '../store/suite/folder.ts'
import { kiosk, openWorld, type World } from '../testing/app.ts'
import { AccountCache } from './account-cache.ts'
import type { TrafficRequest, TrafficResult } from './commands/capture-traffic.ts'
import type { OrchestratorSettings } from './settings.ts'
import { type Beside, TrafficIntake } from './traffic-intake.ts'
import { packError, unpackError } from './traffic-messages.ts'
import { TrafficThread } from './traffic-thread.ts'

const quiet = pino({ level: 'silent' })
const settings: OrchestratorSettings = {
  limits: defaultLimits,
  allowPrivateCallbacks: false,
  passiveProfiles: 'lookup',
  graceMs: 20_000,
  silentCallMs: undefined,
}

describe('traffic that another thread takes in', () => {
  test('answers one result an item and in order, and knows what was taken in before', async (t) => {
    const { world, intake } = await busyIntake(t)
    const items = Array.from({ length: 100 }, (_, at) => messageFrom(at % 40, `SM${at}`))
    const results = (await Promise.all(items.map((item) => intake.capture(world.account, [item])))).flat()
    assert.deepEqual(outcomes(results), { CAPTURED: 100 })
    assert.equal(new Set(results.map(({ conversationId }) => conversationId)).size, 40)
    for (const [at, { conversationId }] of results.entries()) {
      assert.equal(conversationId, results[at % 40]?.conversationId)
    }
    const again = await intake.capture(world.account, items)
    assert.deepEqual(outcomes(again), { DUPLICATE: 100 })
    assert.deepEqual(
      again.map(({ communicationId }) => communicationId),
      results.map(({ communicationId }) => communicationId),
    )
    const { body } = await world.get('/v2/Conversations?pageSize=100')
    assert.equal(body.conversations.length, 40 + crowded)
  })

  test('is decided by what was configured a moment ago', async (t) => {
    const { world, intake } = await busyIntake(t)
    const other = '+15550002222'
    const send = async (id: string) => (await intake.capture(world.account, [messageFrom(1, id, other)]))[0]
    assert.equal((await send('SM1'))?.outcome, 'NOT_CAPTURED')
    await world.makeConfiguration({
      displayName: 'other',
      channelSettings: { SMS: { captureRules: [{ from: '*', to: other }] } },
    })
    assert.equal((await send('SM2'))?.outcome, 'CAPTURED')
  })

  test('and what other requests write take turns', async (t) => {
    const { world, intake } = await busyIntake(t)
    const captured = Array.from({ length: 200 }, (_, at) =>
      intake.capture(world.account, [messageFrom(at, `SM${at}`)]).then(([result]) => result as TrafficResult),
    )
    const posted = Array.from({ length: 20 }, (_, at) =>
      world.post('/skein/v1/OwnedAddresses', { address: `+1555777${String(at).padStart(4, '0')}` }),
    )
    assert.deepEqual(outcomes(await Promise.all(captured)), { CAPTURED: 200 })
    for (const { status } of await Promise.all(posted)) assert.equal(status, 201)
  })

  test('stands beside traffic that comes with something to be written in the same transaction', async (t) => {
    const { world, intake } = await busyIntake(t)
    const seen: string[] = []
    const captured = Array.from({ length: 60 }, (_, at) => {
      const beside: Beside = async (_tx, results) => {
        for (const { communicationId } of results) seen.push(communicationId as string)
      }
      return intake.capture(world.account, [messageFrom(at, `SM${at}`)], at % 3 === 0 ? beside : undefined)
    })
    const results = (await Promise.all(captured)).flat()
    assert.deepEqual(outcomes(results), { CAPTURED: 60 })
    assert.deepEqual(
      seen,
      results.filter((_, at) => at % 3 === 0).map(({ communicationId }) => communicationId),
    )
  })

  test('comes back to this thread when a classic service is to hear of it', async (t) => {
    const { world, intake } = await busyIntake(t)
    const bridged = '+15550003333'
    await world.makeConfiguration({
      displayName: 'bridged',
      channelSettings: { SMS: { captureRules: [{ from: '*', to: bridged }] } },
      conversationsV1Bridge: { serviceId: `IS${'0'.repeat(32)}` },
    })
    const items = [messageFrom(1, 'SM1'), messageFrom(1, 'SM2', bridged)]
    assert.deepEqual(outcomes(await intake.capture(world.account, items)), { CAPTURED: 2 })
    assert.deepEqual(heard, ['SM2'])
  })

  test('is taken in by this thread when that one can not start', async (t) => {
    const { world, intake } = await openIntake(t, (folder) => {
      mkdirSync(join(folder, 'no-file'))
      return join(folder, 'no-file')
    })
    for (let round = 0; round < 5; round += 1) await crowdIn(world, intake, round)
    assert.equal(intake.isApart, false)
  })

  test('is refused for a moment when that thread is lost', async (t) => {
    const folder = temporaryFolder(t)
    const reported = Promise.withResolvers<string>()
    const log = pino({ level: 'error' }, { write: (line: string) => reported.resolve(line) })
    const turn = async <T>(fn: (chore: undefined) => Promise<{ value: T }>) => (await fn(undefined)).value
    const thread = new TrafficThread({ path: folder, turn }, settings, log)
    assert.match(await reported.promise, /the traffic worker failed/)
    await assert.rejects(thread.capture({ account: 1, now: 0, requests: [] }), { kind: 'unavailable' })
    await thread.stop()
  })
})

describe('an error that crosses from one thread to another', () => {
  test('stays the refusal that it was', () => {
    const cause = Object.assign(new Error('disk full'), { errcode: 13 })
    const refusal = new Failure('unavailable', 'Not now.', { retryAfterSeconds: 1 })
    refusal.cause = cause
    const arrived = unpackError(structuredClone(packError(refusal)))
    assert.ok(arrived instanceof Failure)
    assert.equal(arrived.kind, 'unavailable')
    assert.deepEqual(arrived.details, { retryAfterSeconds: 1 })
    assert.equal((arrived.cause as Error).message, 'disk full')
  })

  test('keeps its name, its message and where it was thrown', () => {
    const arrived = unpackError(packError(new TypeError('x is not a function')))
    assert.ok(!(arrived instanceof Failure))
    assert.equal(arrived.name, 'TypeError')
    assert.match(arrived.stack ?? '', /traffic-thread\.test/)
    assert.equal(unpackError(packError('a text')).message, 'a text')
  })
})

/** Resource ids of what a classic service has heard of. */
const heard: string[] = []
/** Customers who have written while the thread started. */
const crowded = 32

/** An intake whose other thread is at work. */
async function busyIntake(t: TestContext) {
  const opened = await openIntake(t, (folder) => join(folder, 'skein.db'))
  await crowdIn(opened.world, opened.intake, 0)
  for (let looks = 0; !opened.intake.isApart; looks += 1) {
    assert.ok(looks < 6_000, 'the thread starts')
    await setTimeout(10)
  }
  return opened
}

async function openIntake(t: TestContext, sharedPath: (folder: string) => string) {
  const folder = temporaryFolder(t)
  const world = await openWorld({ SKEIN_DATABASE: `sqlite:${join(folder, 'skein.db')}` })
  await world.makeConfiguration()
  await world.post('/skein/v1/OwnedAddresses', { address: kiosk })
  const { store } = world
  const shared = store.shared && { turn: store.shared.turn, path: sharedPath(folder) }
  const intake = new TrafficIntake({
    store: {
      dialect: store.dialect,
      read: store.read,
      shared,
      intake: (fn) => store.intake(fn),
    },
    clock: { mode: 'virtual', now: () => world.now() },
    cache: new AccountCache(settings),
    settings,
    log: quiet,
    onFollowed: () => {},
    onBridged: async (_tx, _account, changes) => {
      heard.push(...changes.flatMap(({ communications }) => communications.map(({ resourceId }) => resourceId ?? '')))
    },
    onTaken: () => {},
  })
  t.after(async () => {
    await intake.stop()
    await world.close()
  })
  return { world, intake }
}

async function crowdIn(world: World, intake: TrafficIntake, round: number): Promise<void> {
  const items = Array.from({ length: crowded }, (_, at) => messageFrom(500 + at, `crowd ${round} ${at}`))
  const results = await Promise.all(items.map((item) => intake.capture(world.account, [item])))
  assert.deepEqual(outcomes(results.flat()), { CAPTURED: crowded })
}

function messageFrom(customer: number, resourceId: string, to = kiosk): TrafficRequest {
  const from = `+1555${String(customer).padStart(7, '0')}`
  const content = { type: 'TEXT' as const, text: 'Two flat whites, please' }
  return { item: { channel: 'SMS', from, to, content, resourceId }, requestId: 'RQ' }
}

function outcomes(results: readonly TrafficResult[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(results, ({ outcome }) => outcome)).map(([name, some]) => [name, some.length]),
  )
}
