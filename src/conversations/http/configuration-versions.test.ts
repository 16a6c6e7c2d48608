import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase } from '../../../test/postgres.ts'
import { type Json, openWorld, type World } from '../../testing/app.ts'
import { forgedToken, walk } from '../testing/capture.ts'

testOn('SQLite', async () => ({ environment: {}, drop: async () => {} }))
testOn('PostgreSQL', async () => {
  const database = await createDatabase({ fast: true, schema: true })
  return { environment: { SKEIN_DATABASE: database.url }, drop: () => database.drop() }
})

function testOn(name: string, provide: () => Promise<{ environment: Record<string, string>; drop(): Promise<void> }>) {
  describe(`the versions of a configuration on ${name}`, () => {
    let world: World
    let drop = async () => {}
    let id: string
    let path: string

    before(async () => {
      const provided = await provide()
      drop = provided.drop
      world = await openWorld(provided.environment)
      id = await world.makeConfiguration()
      path = `/skein/v1/Configurations/${id}/Versions`
      for (const description of ['second', 'third']) {
        await world.advance({ minutes: 1 })
        await world.completed(await world.patch(`/v2/ControlPlane/Configurations/${id}`, { description }))
      }
    })
    after(async () => {
      await world?.close()
      await drop()
    })

    it('are listed in either direction, the newest first, with when they were made', async () => {
      const versions = (await walk(world, path, 1)).flat()
      assert.deepEqual(
        versions.map(({ version, isCurrent, description, createdAt }) => [version, isCurrent, description, createdAt]),
        [
          [3, true, 'third', '2026-01-05T09:02:00.000Z'],
          [2, false, 'second', '2026-01-05T09:01:00.000Z'],
          [1, false, 'The kiosk by the harbour', '2026-01-05T09:00:00.000Z'],
        ],
      )
    })

    it('show what the configuration was', async () => {
      const { body } = await world.get(`${path}/1`)
      const now = (await world.get(`/v2/ControlPlane/Configurations/${id}`)).body
      const { configurationId, isCurrent: _, ...was } = body
      const { id: same, updatedAt: __, ...is } = now
      assert.equal(configurationId, same)
      assert.deepEqual(was, { ...is, version: 1, description: 'The kiosk by the harbour' })
    })

    it('are not found of others, nor when there is none', async () => {
      const stranger = await world.makeStranger()
      for (const answer of [await world.get(`${path}/4`), await world.get(`${path}/first`), await stranger.get(path)]) {
        assert.equal(answer.status, 404)
      }
      const { status, body }: Json = await world.get(`${path}?pageToken=${forgedToken('conversations', 1, 1)}`)
      assert.deepEqual([status, body.params.field], [400, 'pageToken'])
    })
  })
}
