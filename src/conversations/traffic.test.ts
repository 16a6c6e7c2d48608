import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, kiosk, openWorld, type World } from '../testing/app.ts'

const kiran = '+15551234567'
const kiransOther = '+15559876543'
const rules = (to = kiosk) => [
  { from: '*', to },
  { from: to, to: '*' },
]
const channelSettings = {
  SMS: { statusTimeouts: { inactive: 10, closed: 30 }, captureRules: rules() },
  VOICE: { statusTimeouts: { inactive: 10, closed: 30 }, captureRules: rules() },
  WHATSAPP: { statusTimeouts: { inactive: 10, closed: 30 }, captureRules: rules() },
}

const message = (from: string, to: string | string[], channel = 'SMS', more: object = {}) => ({
  channel,
  from,
  to,
  content: { type: 'TEXT', text: 'Two flat whites, please' },
  ...more,
})

async function capture(world: World, item: object): Promise<Json> {
  const { status, body, text } = await world.post('/skein/v1/Traffic', item)
  assert.equal(status, 200, text)
  return body.results[0]
}

/** Posts the items one after the other and names the conversation of each C1, C2, … in order of appearance. */
async function grouped(world: World, items: object[]): Promise<string[]> {
  const names = new Map<string, string>()
  const placed: string[] = []
  for (const item of items) {
    const { conversationId, outcome } = await capture(world, item)
    assert.equal(outcome, 'CAPTURED')
    if (!names.has(conversationId)) names.set(conversationId, `C${names.size + 1}`)
    placed.push(names.get(conversationId) as string)
  }
  return placed
}

const kiransContacts = [
  message(kiran, kiosk),
  message(kiran, kiosk, 'VOICE'),
  message(`whatsapp:${kiran}`, `whatsapp:${kiosk}`, 'WHATSAPP'),
  message(kiransOther, kiosk),
]

async function withWorld(fields: object, fn: (world: World, storeId: string) => Promise<void>): Promise<void> {
  const world = await openWorld()
  try {
    const storeId = await world.makeMemoryStore()
    await world.makeConfiguration({ channelSettings, memoryStoreId: storeId, ...fields })
    await fn(world, storeId)
  } finally {
    await world.close()
  }
}

describe('grouping of captured traffic', () => {
  const table: [string, string, string[]][] = [
    ['GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE', 'keeps channels apart', ['C1', 'C2', 'C3', 'C4']],
    ['GROUP_BY_PARTICIPANT_ADDRESSES', 'joins the channels of one number', ['C1', 'C1', 'C1', 'C2']],
    ['GROUP_BY_PROFILE', 'falls back to addresses while nobody is known', ['C1', 'C1', 'C1', 'C2']],
  ]
  for (const [conversationGroupingType, sentence, expected] of table) {
    it(`${sentence} under ${conversationGroupingType}`, () =>
      withWorld({ conversationGroupingType }, async (world) => {
        assert.deepEqual(await grouped(world, kiransContacts), expected)
      }))
  }

  it('joins all of a known customer’s numbers and channels under GROUP_BY_PROFILE', () =>
    withWorld({ conversationGroupingType: 'GROUP_BY_PROFILE' }, async (world, storeId) => {
      const traits = { Contact: { phone: kiran } }
      const profile = await world.post(`/v1/Stores/${storeId}/Profiles`, { traits })
      assert.equal(profile.status, 202, profile.text)
      const path = `/v1/Stores/${storeId}/Profiles/${profile.body.id}/Identifiers`
      assert.equal((await world.post(path, { idType: 'phone', value: kiransOther })).status, 202)
      assert.deepEqual(await grouped(world, [...kiransContacts, message(kiosk, kiran)]), ['C1', 'C1', 'C1', 'C1', 'C1'])
    }))

  it('moves a conversation from addresses to the profile when its customer becomes known', () =>
    withWorld({ conversationGroupingType: 'GROUP_BY_PROFILE' }, async (world, storeId) => {
      const first = await capture(world, message(kiran, kiosk))
      const profile = await world.post(`/v1/Stores/${storeId}/Profiles`, { traits: { Contact: { phone: kiran } } })
      const path = `/v1/Stores/${storeId}/Profiles/${profile.body.id}/Identifiers`
      await world.post(path, { idType: 'phone', value: kiransOther })
      const second = await capture(world, message(kiran, kiosk))
      const third = await capture(world, message(kiransOther, kiosk))
      assert.equal(second.conversationId, first.conversationId)
      assert.equal(third.conversationId, first.conversationId)
      const updates = (await world.events(first.conversationId)).filter(({ type }) => type === 'PARTICIPANT_UPDATED')
      assert.equal(updates.length, 2, 'the profile became known, and the second number joined the participant')
    }))
})

describe('captured traffic', () => {
  let world: World
  before(async () => {
    world = await openWorld()
    await world.makeConfiguration({ channelSettings })
  })
  after(() => world.close())

  it('creates a conversation with events in order, the customer before the business', async () => {
    const { conversationId, created, reason } = await capture(world, message('+15550000001', kiosk))
    assert.equal(created, true)
    assert.equal(reason, null)
    const events = await world.events(conversationId)
    assert.deepEqual(
      events.map(({ n, type }) => `${n} ${type}`),
      ['1 CONVERSATION_CREATED', '2 PARTICIPANT_ADDED', '3 PARTICIPANT_ADDED', '4 COMMUNICATION_CREATED'],
    )
  })

  it('is ignored when no rule matches, and says so', async () => {
    const result = await capture(world, message('+15550000002', '+15550000003'))
    assert.equal(result.outcome, 'NOT_CAPTURED')
    assert.equal(result.reason.code, 530900)
    assert.equal(result.conversationId, null)
  })

  it('is taken once for a resourceId, also within one request and after the conversation closed', async () => {
    const item = message('+15550000004', kiosk, 'SMS', { resourceId: 'SMonce' })
    const { body } = await world.post('/skein/v1/Traffic', [item, item])
    assert.deepEqual(
      body.results.map((result: Json) => result.outcome),
      ['CAPTURED', 'DUPLICATE'],
    )
    await world.advance({ minutes: 60 })
    const again = await capture(world, item)
    assert.equal(again.outcome, 'DUPLICATE')
    assert.equal(again.communicationId, body.results[0].communicationId)
  })

  it('with a bad number is refused with the field, and its neighbours are taken', async () => {
    const { body } = await world.post('/skein/v1/Traffic', [
      message('5550000005', kiosk),
      message('+15550000005', kiosk),
    ])
    assert.equal(body.results[0].outcome, 'REFUSED')
    assert.equal(body.results[0].reason.code, 21614)
    assert.equal(body.results[0].reason.field, 'from')
    assert.equal(body.results[1].outcome, 'CAPTURED')
  })

  it('starts a new conversation after the old one closed, and reopens an inactive one', async () => {
    const item = message('+15550000006', kiosk)
    const first = await capture(world, item)
    await world.advance({ minutes: 15 })
    const reopened = await capture(world, item)
    assert.equal(reopened.conversationId, first.conversationId)
    await world.advance({ minutes: 31 })
    const next = await capture(world, item)
    assert.notEqual(next.conversationId, first.conversationId)
    const types = (await world.events(first.conversationId)).map(({ type }) => type)
    assert.deepEqual(types.slice(4), [
      'CONVERSATION_UPDATED',
      'CONVERSATION_UPDATED',
      'COMMUNICATION_CREATED',
      'CONVERSATION_UPDATED',
      'CONVERSATION_UPDATED',
    ])
  })

  it('settles what is overdue before it is grouped, at the time at which it was due', async () => {
    const item = message('+15550000007', kiosk)
    const first = await capture(world, item)
    const begun = await world.now()
    await world.post('/skein/v1/Clock', { advanceMinutes: 0 })
    await world.advance({ minutes: 45 })
    const second = await capture(world, item)
    assert.notEqual(second.conversationId, first.conversationId)
    const updates = (await world.events(first.conversationId)).filter(({ type }) => type === 'CONVERSATION_UPDATED')
    assert.deepEqual(
      updates.map(({ at }) => (at - begun) / 60_000),
      [10, 30],
    )
  })

  it('notes delivery statuses whatever their order, without touching the clocks', async () => {
    const item = message(kiosk, '+15550000008', 'SMS', { resourceId: 'SMsent' })
    const { conversationId } = await capture(world, item)
    const report = (deliveryStatus: string) => ({ kind: 'DELIVERY', resourceId: 'SMsent', deliveryStatus })
    assert.equal((await capture(world, report('DELIVERED'))).outcome, 'CAPTURED')
    assert.equal((await capture(world, report('IN_PROGRESS'))).outcome, 'DUPLICATE')
    assert.equal((await capture(world, report('READ'))).outcome, 'CAPTURED')
    const types = (await world.events(conversationId)).map(({ type }) => type)
    assert.deepEqual(types.slice(4), ['COMMUNICATION_UPDATED', 'COMMUNICATION_UPDATED'])
    assert.equal(
      (await capture(world, { kind: 'DELIVERY', resourceId: 'SMnone', deliveryStatus: 'READ' })).outcome,
      'NOT_CAPTURED',
    )
  })

  it('explains before saving what it then does', async () => {
    const item = message('+15550000009', kiosk)
    const explained = await world.post('/skein/v1/Traffic/Explain', item)
    assert.equal(explained.status, 200, explained.text)
    const { trace, outcome, created } = explained.body.results[0]
    assert.equal(outcome, 'CAPTURED')
    assert.equal(created, true)
    assert.equal(trace.decision, 'CREATED')
    assert.equal(trace.rule.to, kiosk)
    assert.equal((await capture(world, item)).created, true)
  })
})
