import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../test/postgres.ts'
import { kiosk, openWorld, type World } from '../testing/app.ts'
import { interrupted } from '../testing/interrupted-store.ts'
import type { TrafficItem } from './domain/traffic.ts'
import { lockConversations } from './rows.ts'
import { capture, message } from './testing/capture.ts'
import { TrafficIntake } from './traffic-intake.ts'

describe('traffic that another node is faster with, on PostgreSQL', () => {
  let database: Database
  let world: World
  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
    const captureRules = [
      { from: '*', to: kiosk },
      { from: kiosk, to: '*' },
    ]
    await world.makeConfiguration({ channelSettings: { SMS: { captureRules }, VOICE: { captureRules } } })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  /** Takes an item in by another node, which has looked at everything and has no lock yet when `meanwhile` happens. */
  const late = async (item: TrafficItem, meanwhile: () => Promise<unknown>) => {
    const store = interrupted(world.store, lockConversations, meanwhile)
    const intake = new TrafficIntake({ ...world.commands, store, onTaken: () => {} })
    const [result] = await intake.capture(world.account, [{ item, requestId: 'RQ1' }])
    return result?.outcome
  }
  const said = async (conversationId: string) =>
    (await world.get(`/v2/Conversations/${conversationId}/Communications`)).body.communications

  it('a report does not take back what was said of its communication meanwhile', async () => {
    const phone = '+15557770001'
    const { conversationId } = await capture(world, message({ from: kiosk, to: phone, resourceId: 'SM1' }))
    const report = { kind: 'DELIVERY', channel: 'SMS', resourceId: 'SM1' } as const
    const outcome = await late({ ...report, deliveryStatus: 'DELIVERED' }, async () => {
      await capture(world, { ...report, deliveryStatus: 'READ' })
      const corrected = await world.post(`/v2/Conversations/${conversationId}/Communications`, {
        author: { address: kiosk, channel: 'SMS' },
        recipients: [{ address: phone, channel: 'SMS' }],
        content: { type: 'TEXT', text: 'Corrected' },
        resourceId: 'SM1',
      })
      assert.equal(corrected.status, 201, corrected.text)
    })
    assert.equal(outcome, 'DUPLICATE')
    const [communication] = await said(conversationId)
    assert.equal(communication.recipients[0].deliveryStatus, 'READ')
    assert.equal(communication.content.text, 'Corrected')
  })

  it('a stream that two nodes hear of begins once', async () => {
    const from = '+15557770002'
    const { conversationId } = await capture(world, message({ channel: 'VOICE', from }))
    const starts = { kind: 'STREAM_STARTED', channelId: 'CA1', from, to: kiosk } as const
    const outcome = await late(starts, async () => {
      assert.equal((await capture(world, starts)).conversationId, conversationId)
    })
    assert.equal(outcome, 'CAPTURED')
  })

  it('a stream that ends twice at once ends once', async () => {
    const starts = { kind: 'STREAM_STARTED', channelId: 'CA2', from: '+15557770003', to: kiosk } as const
    await capture(world, starts)
    const stops = { kind: 'STREAM_STOPPED', channelId: 'CA2' } as const
    assert.equal(await late(stops, () => capture(world, stops)), 'DUPLICATE')
  })

  it('what is said on a call goes where the stream that began meanwhile goes', async () => {
    const from = '+15557770004'
    const configurationId = await world.makeConfiguration({ channelSettings: {} })
    const said = message({ channel: 'VOICE', channelId: 'CA3', from, resourceId: 'TR1' }) as TrafficItem
    await capture(world, message({ channel: 'VOICE', from }))
    const starts = { kind: 'STREAM_STARTED', channelId: 'CA3', from, to: kiosk, configurationId } as const
    let bound = ''
    await late(said, async () => {
      bound = (await capture(world, starts)).conversationId
    })
    assert.equal((await world.get(`/v2/Conversations/${bound}/Communications`)).body.communications.length, 1)
  })
})
