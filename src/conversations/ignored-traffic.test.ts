import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DiagnosticRow } from '../events/diagnostic-rows.ts'
import { statements } from '../store/statement.ts'
import { inWorld, type Json, kiosk, type World } from '../testing/app.ts'
import { capture, kiran, lena, message } from './testing/capture.ts'

const statement = statements<{ diagnostic: DiagnosticRow }>()
const allDiagnostics = statement<{ account: number }>()((db, p) =>
  db.selectFrom('diagnostic').selectAll().where('account', '=', p.account),
)

const path = '/skein/v1/Events?type=diagnostic'

async function diagnosed(world: World, query = ''): Promise<Json[]> {
  return (await world.get(`${path}${query}`)).body.events
}

describe('ignored traffic', () => {
  it('is one diagnostic for each channel and reason a minute, with a count', () =>
    inWorld({}, async (world) => {
      for (let at = 0; at < 3; at += 1) await world.post('/skein/v1/Traffic', message({ from: kiran }))
      await world.post('/skein/v1/Traffic', message({ from: lena }))
      await world.post('/skein/v1/Traffic', message({ channel: 'RCS' }))
      await world.post('/skein/v1/Traffic', { ...message(), to: '5550001111' })
      await world.post('/skein/v1/Traffic', { kind: 'STREAM_STOPPED', channelId: 'CA1' })
      assert.deepEqual(await diagnosed(world), [], 'a minute has to pass')
      await world.advance({ minutes: 1 })
      const found = (await diagnosed(world)).map(({ count, data }) => [data.channel, data.errorCode, count])
      assert.deepEqual(found.toSorted(), [
        ['RCS', 530900, 1],
        ['SMS', 21614, 1],
        ['SMS', 530900, 4],
        ['VOICE', 530907, 1],
      ])
      await world.advance({ minutes: 5 })
      assert.equal((await diagnosed(world)).length, 4, 'nothing is told again')
    }))

  it('is told without text, and with addresses that nobody can guess back', () =>
    inWorld({}, async (world) => {
      const answer = await world.post('/skein/v1/Traffic', message({ from: kiran }))
      await world.post('/skein/v1/Traffic', message({ from: kiran }))
      await world.advance({ minutes: 1 })
      const [one] = await diagnosed(world)
      const text = JSON.stringify(one)
      for (const secret of [kiran, kiran.slice(1), kiosk, 'flat whites']) assert.ok(!text.includes(secret), secret)
      assert.equal(one.requestId, answer.headers['twilio-request-id'])
      const { since, addresses } = one.data.details
      assert.equal(since, '2026-01-05T09:00:00.000Z')
      assert.deepEqual(
        addresses.map(({ side, count }: Json) => [side, count]),
        [
          ['from', 2],
          ['to', 2],
        ],
      )
      assert.match(addresses[0].hash, /^[A-Za-z0-9+/]{43}=$/)
    }))

  it('names a few addresses and counts the others', () =>
    inWorld({}, async (world) => {
      const many = Array.from({ length: 40 }, (_, at) => message({ from: `+155500100${at + 10}` }))
      await world.post('/skein/v1/Traffic', many)
      await world.advance({ minutes: 1 })
      const [one] = await diagnosed(world)
      assert.equal(one.count, 40)
      assert.equal(one.data.details.addresses.length, 20)
    }))

  it('is told when the server ends', () =>
    inWorld({}, async (world) => {
      await world.post('/skein/v1/Traffic', message())
      await world.app.close()
      const rows = await world.store.read.all(allDiagnostics, { account: world.account })
      assert.deepEqual(
        rows.map(({ code, count }) => [code, count]),
        [[530900, 1]],
      )
    }))
})

describe('a write to a conversation that is CLOSED', () => {
  it('is counted, whether it came through the API or as traffic', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      const { conversationId } = await capture(world)
      await world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' })
      for (let at = 0; at < 2; at += 1) {
        assert.equal((await world.put(`/v2/Conversations/${conversationId}`, { status: 'ACTIVE' })).status, 400)
      }
      await world.post('/skein/v1/Traffic', message({ conversationId }))
      await world.advance({ minutes: 1 })
      const found = await diagnosed(world, `&conversationId=${conversationId}`)
      assert.deepEqual(
        found.map(({ level, count, data }) => [level, data.errorCode, data.resourceSid, count]).toSorted(),
        [
          ['warning', 530904, conversationId, 1],
          ['warning', 530904, conversationId, 2],
        ],
      )
    }))
})

describe('what is odd about captured traffic', () => {
  it('is told of the conversation once, and after that counted', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      await world.makeConfiguration({ displayName: 'another' })
      const { conversationId } = await capture(world)
      for (let at = 0; at < 3; at += 1) await capture(world)
      await world.advance({ minutes: 1 })
      const found = await diagnosed(world, '&errorCode=530902')
      assert.deepEqual(
        found.map(({ count, data }) => [count, data.conversationId]),
        [
          [3, conversationId],
          [1, conversationId],
        ],
      )
      assert.match(found[1].data.details.others[0], /^conv_configuration_/)
    }))
})
