import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { work } from '../conversations/commands/working.ts'
import { tell } from '../conversations/telling.ts'
import { verifyTwilio } from '../events/signature.ts'
import { parseWireId } from '../kernel/ids.ts'
import { inWorld, type Json, kiosk, type World } from '../testing/app.ts'

const authToken = '0123456789abcdef0123456789abcdef'
const environment = { SKEIN_AUTH_TOKEN: authToken }
const hooks = 'https://app.example.test/hooks'
const operators = [{ id: 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151' }]
const ruleTo = (...urls: string[]) => ({
  operators,
  triggers: [],
  actions: urls.map((url) => ({ type: 'WEBHOOK', method: 'POST', url })),
})
const path = '/v3/ControlPlane/Configurations'

/** A conversation with a status callback, and a rule with two webhooks beside a rule with none. */
async function scene(world: World) {
  await world.makeConfiguration({ statusCallbacks: [{ url: `${hooks}/status` }] })
  const rules = [ruleTo(`${hooks}/a`, `${hooks}/b`), ruleTo()]
  const { body: configuration } = await world.post(path, { displayName: 'live', rules })
  const message = { channel: 'SMS', from: '+15552220001', to: kiosk, content: { type: 'TEXT', text: 'Hello' } }
  const { body } = await world.post('/skein/v1/Traffic', message)
  await world.advance()
  const passed = world.receiver.received.splice(0).map(({ body: { eventType } }) => eventType)
  assert.deepEqual(passed, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'])
  const [rule, silent] = configuration.rules
  return { configuration, rule, silent, conversationId: body.results[0].conversationId as string }
}

/** As an execution does when it saves its results. */
function execute(world: World, conversationId: string, ruleId: string, data: object): Promise<boolean> {
  const id = parseWireId('conversation', conversationId) ?? ''
  return work(world.commands, { account: world.account, requestId: 'RQ7' }, async (working) => {
    await working.work.load([id], true)
    working.work.settleAll()
    const unit = working.work.unit(id)
    assert.ok(unit)
    return tell(working, unit, {
      type: 'RULE_EXECUTED',
      ownerId: parseWireId('intelligenceRule', ruleId) ?? '',
      data,
    })
  })
}

const urlsOf = (world: World) => world.receiver.received.map(({ url }) => url.split('?')[0]).sort()

describe('the webhooks of a rule', () => {
  it('get what an execution made, as it is and signed, and nobody else does', () =>
    inWorld(environment, async (world) => {
      const { rule, conversationId } = await scene(world)
      const data = { accountId: world.accountSid, conversationId, operatorResults: [] }
      assert.equal(await execute(world, conversationId, rule.id, data), true)
      await world.advance()
      assert.deepEqual(urlsOf(world), [`${hooks}/a`, `${hooks}/b`])
      for (const { url, headers, text } of world.receiver.received) {
        assert.equal(text, JSON.stringify(data))
        assert.equal(headers['Twilio-Request-Id'], 'RQ7')
        const signature = headers['X-Twilio-Signature']
        assert.deepEqual(verifyTwilio({ url, signature, authToken, body: text }), { valid: true })
      }
      world.receiver.received = []
      await world.post(`/v2/Conversations/${conversationId}/Communications`, {
        author: { channel: 'SMS', address: '+15552220001' },
        recipients: [{ channel: 'SMS', address: kiosk }],
        content: { type: 'TEXT', text: 'Still there?' },
      })
      await execute(world, conversationId, rule.id, { ...data, operatorResults: [{}] })
      await world.advance()
      assert.deepEqual(urlsOf(world), [`${hooks}/a`, `${hooks}/b`, `${hooks}/status`])
    }))

  it('are not needed: a rule without any leaves no trace in the conversation', () =>
    inWorld(environment, async (world) => {
      const { silent, conversationId } = await scene(world)
      const before = await world.events(conversationId)
      assert.equal(await execute(world, conversationId, silent.id, {}), false)
      assert.deepEqual(await world.events(conversationId), before)
    }))

  it('are tried again with the same token and body, are listed, and are replayed', () =>
    inWorld(environment, async (world) => {
      const { rule, conversationId } = await scene(world)
      world.receiver.answer = ({ url }) => ({ status: url.startsWith(`${hooks}/a`) ? 503 : 200 })
      await execute(world, conversationId, rule.id, { operatorResults: [] })
      await world.advance({ seconds: 5 })
      const query = '/skein/v1/Deliveries?eventType=RULE_EXECUTED'
      const { deliveries } = (await world.get(query)).body
      assert.deepEqual(deliveries.map(({ state }: Json) => state).sort(), ['DELIVERED', 'PENDING'])
      const failed = deliveries.find(({ state }: Json) => state === 'PENDING')
      const target = (await world.get(`/skein/v1/Targets/${failed.targetId}`)).body
      assert.deepEqual([target.owner, target.url], [{ kind: 'intelligenceRule', id: rule.id }, `${hooks}/a`])
      world.receiver.answer = () => ({ status: 200 })
      await world.post(`/skein/v1/Deliveries/${failed.id}/Replay`)
      await world.advance()
      const sent = world.receiver.received.filter(({ url }) => url.startsWith(`${hooks}/a`))
      assert.equal(sent.length, 3)
      assert.equal(new Set(sent.map(({ headers }) => headers['I-Twilio-Idempotency-Token'])).size, 1)
      assert.equal(new Set(sent.map(({ text }) => text)).size, 1)
      const [entry] = (await world.get('/skein/v1/Events?type=rule.executed')).body.events
      assert.deepEqual(entry.data, { id: rule.id, conversationId })
    }))

  it('go on when the conversation’s status callbacks are switched off', () =>
    inWorld(environment, async (world) => {
      const { rule, conversationId } = await scene(world)
      await execute(world, conversationId, rule.id, { operatorResults: [] })
      await world.patch(`/v2/Conversations/${conversationId}`, { configuration: { statusCallbacks: [] } })
      await world.advance()
      assert.deepEqual(urlsOf(world), [`${hooks}/a`, `${hooks}/b`])
    }))

  it('follow a changed URL, and are cancelled when their action, rule or configuration goes', () =>
    inWorld(environment, async (world) => {
      const { rule, configuration, conversationId } = await scene(world)
      const targets = async () =>
        (await world.get('/skein/v1/Targets')).body.targets
          .filter(({ owner }: Json) => owner.id === rule.id)
          .map(({ url }: Json) => url)
          .sort()
      assert.deepEqual(await targets(), [`${hooks}/a`, `${hooks}/b`])
      await execute(world, conversationId, rule.id, { operatorResults: [] })
      const replace = (rules: object[]) => world.put(`${path}/${configuration.id}`, { displayName: 'live', rules })
      assert.equal((await replace([{ ...ruleTo(`${hooks}/c`), id: rule.id }])).status, 200)
      assert.deepEqual(await targets(), [`${hooks}/c`])
      await world.advance()
      assert.deepEqual(urlsOf(world), [`${hooks}/c`])
      await replace([ruleTo(`${hooks}/d`)])
      assert.deepEqual(await targets(), [])
      assert.equal((await world.delete(`${path}/${configuration.id}`)).status, 204)
      const { body } = await world.get('/skein/v1/Targets')
      assert.deepEqual(
        body.targets.map(({ url }: Json) => url),
        [`${hooks}/status`],
      )
    }))

  it('go with the conversation that they tell of', () =>
    inWorld(environment, async (world) => {
      const { rule, conversationId } = await scene(world)
      await execute(world, conversationId, rule.id, { operatorResults: [{ result: { text: 'Mia asked for lilies' } }] })
      await world.completed(await world.delete(`/v2/Conversations/${conversationId}`))
      await world.advance()
      assert.deepEqual(urlsOf(world), [])
      assert.deepEqual((await world.get('/skein/v1/Deliveries')).body.deliveries, [])
    }))
})
