import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase } from '../../../test/postgres.ts'
import { type Json, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, lena, message } from '../testing/capture.ts'

const path = '/skein/v1/Statistics'

testOn('SQLite', async () => ({ environment: {}, drop: async () => {} }))
testOn('PostgreSQL', async () => {
  const database = await createDatabase({ fast: true, schema: true })
  return { environment: { SKEIN_DATABASE: database.url }, drop: () => database.drop() }
})

function testOn(name: string, provide: () => Promise<{ environment: Record<string, string>; drop(): Promise<void> }>) {
  describe(`statistics on ${name}`, () => {
    let world: World
    let drop = async () => {}

    before(async () => {
      const provided = await provide()
      drop = provided.drop
      world = await openWorld(provided.environment)
      const { SMS } = usualConfiguration.channelSettings
      const configurationId = await world.makeConfiguration({
        channelSettings: { SMS, WHATSAPP: { captureRules: SMS.captureRules } },
        statusCallbacks: [{ url: 'http://127.0.0.1:9/calls' }],
      })
      await capture(world, message({ resourceId: 'SM1' }))
      await capture(world, message({ channel: 'WHATSAPP', from: lena }))
      await world.post('/skein/v1/Traffic', [message({ resourceId: 'SM1' }), message({ to: '+15559990000' })])
      await world.post('/v2/Conversations', { configurationId, name: 'Order 7712' })
      await world.advance({ minutes: 30 })
      world.receiver.answer = () => ({ status: 500 })
      await capture(world, message())
      await world.advance({ minutes: 1 })
    })
    after(async () => {
      await world?.close()
      await drop()
    })

    it('count what came in, was carried on and failed, in the minute in which it happened', async () => {
      const { status, body } = await world.get(path)
      assert.equal(status, 200)
      assert.deepEqual([body.period, body.stepSeconds, body.steps.length], ['HOUR', 60, 60])
      const { totals } = body
      assert.deepEqual(
        [totals.conversations, totals.communications, totals.duplicates, totals.notCaptured, totals.closed],
        [3, 3, 1, 1, 0],
      )
      assert.ok(totals.delivered > 0)
      assert.ok(totals.failed > 0)
      const at = (time: string): Json => body.steps.find((step: Json) => step.at === time)
      assert.equal(at('2026-01-05T09:00:00.000Z').communications, 2)
      assert.equal(at('2026-01-05T09:30:00.000Z').communications, 1)
    })

    it('tell how many conversations are open, by state and channel, now and then', async () => {
      const { open, steps } = (await world.get(path)).body
      const { stuck, ...states } = open
      assert.deepEqual(states, {
        active: 3,
        inactive: 0,
        byChannel: [
          { channel: 'SMS', active: 1, inactive: 0 },
          { channel: 'WHATSAPP', active: 1, inactive: 0 },
        ],
      })
      assert.equal(stuck, 2)
      assert.deepEqual(steps.at(-1).open, states)
      assert.equal(steps[0].open, null)
      assert.ok(steps.some((step: Json) => step.open?.inactive === 1))
    })

    it('are there for a day and for a month', async () => {
      for (const [period, steps] of [
        ['DAY', 96],
        ['MONTH', 120],
      ]) {
        const { body } = await world.get(`${path}?period=${period}`)
        assert.deepEqual([body.steps.length, body.totals.communications], [steps, 3])
      }
      const { status, body } = await world.get(`${path}?period=YEAR`)
      assert.deepEqual([status, body.params.field], [400, 'period'])
    })

    it('show nothing of it to another account', async () => {
      const stranger = await world.makeStranger()
      const { body } = await stranger.get(path)
      assert.deepEqual([body.open.active, body.totals.communications], [0, 0])
    })

    it('count closings, and forget minutes after a day', async () => {
      await world.advance({ minutes: 60 })
      assert.equal((await world.get(path)).body.totals.closed, 1)
      await world.advance({ minutes: 26 * 60 })
      assert.equal((await world.get(`${path}?period=DAY`)).body.totals.closed, 0)
      assert.equal((await world.get(`${path}?period=MONTH`)).body.totals.closed, 1)
    })
  })
}
