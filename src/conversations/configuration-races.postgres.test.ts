import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type Database } from '../../test/postgres.ts'
import { newId, parseWireId } from '../kernel/ids.ts'
import { openWorld, usualConfiguration, type World } from '../testing/app.ts'
import { interrupted } from '../testing/interrupted-store.ts'
import { acceptReplacement } from './commands/accept-configuration.ts'
import { configurationByBridge } from './configuration-rows.ts'

describe('configurations that another node is faster with, on PostgreSQL', () => {
  let database: Database
  let world: World
  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  it('accepts no change of one whose deletion completes meanwhile', async () => {
    const memoryStoreId = await world.makeMemoryStore()
    const id = await world.makeConfiguration({ memoryStoreId })
    const { operationId } = (await world.delete(`/v2/ControlPlane/Configurations/${id}`)).body
    const { account, commands } = world
    let completing: Promise<void> = Promise.resolve()
    // Either it is through before the change is accepted, or it waits for the change to be refused.
    const store = interrupted(world.store, configurationByBridge, async () => {
      completing = world.settleOperations()
      await Promise.race([completing, new Promise((resolve) => setTimeout(resolve, 200))])
    })
    const change = {
      account,
      configurationId: parseWireId('configuration', id) as string,
      operationId: newId(),
      statusUrl: '',
      requestId: 'RQ1',
      idempotent: undefined,
      now: await world.now(),
    }
    const body = { ...usualConfiguration, memoryStoreId, conversationsV1Bridge: { serviceId: 'IS1' } }
    await assert.rejects(acceptReplacement(store, commands.settings, change, body as never), { kind: 'conflict' })
    await completing
    assert.equal((await world.get(`/v2/ControlPlane/Configurations/${id}`)).status, 404, operationId)
  })
})
