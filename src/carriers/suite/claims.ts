import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { kiran } from '../../conversations/testing/capture.ts'
import { statements } from '../../store/statement.ts'
import { type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import type { ActionRow } from '../action-rows.ts'
import type { Carrier } from '../carrier.ts'
import { runAction } from '../commands/run-action.ts'
import { callbackWork } from '../message-callbacks.ts'
import { MessageProgress } from '../message-progress.ts'
import type { Network } from '../network.ts'
import { accountPath, handsetSends, kioskSends, takeNumber } from '../testing/phones.ts'

const desk = '+15550002222'
const statement = statements<{
  message: { leased_until: number | null }
  message_callback: { leased_until: number }
  action: ActionRow
}>()
const actions = statement<object>()((db) => db.selectFrom('action').selectAll().orderBy('id'))
const loseMessageClaims = statement<object>()((db) => db.updateTable('message').set({ leased_until: 1 }))
const loseCallbackClaims = statement<object>()((db) => db.updateTable('message_callback').set({ leased_until: 1 }))

/** What must hold when a node stalls for longer than its claims hold, and another one does what it had claimed. */
export function claimsSuite(environment: () => Promise<Record<string, string>>): void {
  let world: World
  let network: Network
  let configurationId: string
  before(async () => {
    world = await openWorld(await environment())
    network = world.carriers.virtual.network
    const captureRules = [
      { from: '*', to: kiosk },
      { from: '*', to: desk },
    ]
    configurationId = await world.makeConfiguration({ channelSettings: { SMS: { captureRules } } })
    await takeNumber(world, { SmsUrl: 'https://app.example.com/sms' })
    await takeNumber(world, { PhoneNumber: desk, SmsUrl: 'https://app.example.com/desk' })
  })
  after(() => world?.close())

  const messages = async () =>
    (await world.get(`${accountPath(world, 'Messages.json')}?PageSize=100`)).body.messages as Json[]

  /** A promise, and what fulfils it. */
  const gate = () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    return { opened, open }
  }

  test('a message from number to number arrives once', async () => {
    const { sid } = await kioskSends(world, desk, 'From desk to desk', { StatusCallback: 'https://app.example.com/s' })
    await world.advance({ seconds: 1 })
    assert.equal((await messages()).find((one) => one.sid === sid)?.status, 'sent')
    const [claimed, released] = [gate(), gate()]
    const stalled: Network = {
      ...network,
      numbers: Object.assign(Object.create(network.numbers), {
        at: async (...asked: Parameters<Network['numbers']['at']>) => {
          claimed.open()
          await released.opened
          return network.numbers.at(...asked)
        },
      }),
    }
    const now = (await world.now()) + 2_000
    const slow = new MessageProgress(stalled).tick(now)
    await claimed.opened
    await world.store.transact((tx) => tx.run(loseMessageClaims, {}))
    assert.equal(await new MessageProgress(network).tick(now), 1)
    released.open()
    await slow
    const arrived = (await messages()).filter((one) => one.body === 'From desk to desk')
    assert.deepEqual(arrived.map((one) => `${one.direction} ${one.status}`).sort(), [
      'inbound received',
      'outbound-api delivered',
    ])
    world.receiver.received = []
    await world.advance({ seconds: 10 })
    const told = world.receiver.received.map(({ body }) => body.MessageStatus ?? body.SmsStatus)
    assert.deepEqual(told.sort(), ['delivered', 'received'])
  })

  test('nothing is sent for a conversation that is deleted when its action is carried out, and no text of it stays', async () => {
    const made = await world.post('/v2/Conversations', { configurationId })
    const payload = {
      from: { address: kiosk, channel: 'SMS' },
      to: [{ address: '+15557770001', channel: 'SMS' }],
      content: { text: 'Not to be found' },
    }
    const act = async () => {
      const path = `/v2/Conversations/${made.body.id}/Actions`
      const { status, text } = await world.post(path, { type: 'SEND_MESSAGE', payload })
      assert.equal(status, 202, text)
      const rows = await world.store.read.all(actions, {})
      return rows.at(-1) as ActionRow
    }
    const erase = async () => world.completed(await world.delete(`/v2/Conversations/${made.body.id}`))
    const { virtual } = world.carriers
    const erasing: Carrier = {
      ...virtual,
      name: 'virtual',
      channels: ['SMS'],
      send: async (message) => {
        await erase()
        return virtual.send(message)
      },
    }
    const [early, late] = [await act(), await act()]
    await runAction({ ...network, carrierOf: async () => erasing }, early)
    await runAction({ ...network, carrierOf: async () => virtual }, late)
    await world.advance({ minutes: 1 })
    assert.deepEqual(
      (await messages()).filter(({ body }) => body === 'Not to be found'),
      [],
    )
    assert.deepEqual(await world.store.read.all(actions, {}), [])
  })

  test('a node that stalled takes nothing back of what another has sent', async () => {
    const made = await world.post('/v2/Conversations', { configurationId })
    const payload = {
      from: { address: kiosk, channel: 'SMS' },
      to: [{ address: '+15557770002', channel: 'SMS' }],
      content: { text: 'Sent by the other' },
    }
    const path = `/v2/Conversations/${made.body.id}/Actions`
    const { body } = await world.post(path, { type: 'SEND_MESSAGE', payload })
    const [row] = await world.store.read.all(actions, {})
    assert.ok(row)
    const by = (send: Carrier['send']) => ({
      ...network,
      carrierOf: async () => ({ name: 'far', channels: ['SMS'], send }) as const,
    })
    const swift = by(async () => ({ messageId: 'SM1', status: 'queued' }))
    for (const outcome of [{ unreachable: 'No answer.' }, { refused: { code: 21610, message: 'Stopped.' } }]) {
      const stalled = by(async () => {
        await runAction(swift, row)
        return outcome
      })
      await runAction(stalled, row)
      const action = (await world.get(`${path}/${body.id}`)).body
      assert.deepEqual([action.status, action.failureReason], ['COMPLETED', null])
      assert.equal((await world.store.read.all(actions, {}))[0]?.due_at, null)
    }
  })

  test('what an application answers is sent once', async () => {
    await world.advance({ minutes: 1 })
    const [asked, released] = [gate(), gate()]
    const reply = {
      url: '',
      status: 200,
      contentType: 'text/xml',
      body: '<Response><Message>Coming</Message></Response>',
    }
    const answering = (before: () => Promise<void>): Network => ({
      ...network,
      wake: () => {},
      applications: Object.assign(Object.create(network.applications), {
        ask: async () => {
          await before()
          return reply
        },
      }),
    })
    const stalled = callbackWork(
      answering(async () => {
        asked.open()
        await released.opened
      }),
    )
    await handsetSends(world, kiran, { body: 'Two flat whites' })
    const now = await world.now()
    await stalled.tick(now)
    await asked.opened
    await world.store.transact((tx) => tx.run(loseCallbackClaims, {}))
    const swift = callbackWork(answering(async () => {}))
    assert.equal(await swift.tick(now), 1)
    await swift.stop()
    released.open()
    await stalled.stop()
    const replies = (await messages()).filter(({ direction, to }) => direction === 'outbound-reply' && to === kiran)
    assert.equal(replies.length, 1)
  })
}
