import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capture, message } from '../conversations/testing/capture.ts'
import { inWorld, type Json, usualConfiguration, type World } from '../testing/app.ts'
import { finishExecutions } from './commands/finish-executions.ts'
import { queueExecutions } from './commands/queue-executions.ts'
import { skipped } from './executing.ts'
import { type ExecutionRow, executionTable, firstWaiting, freeExecutions } from './execution-rows.ts'

const operators = [{ id: 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151' }]

/** An execution that a process claimed, until the given wall time, before it died. */
async function leftBehind(world: World, leasedUntil: number, tries = 1): Promise<ExecutionRow> {
  const rules = [{ operators, triggers: [{ on: 'COMMUNICATION' }], actions: [] }]
  const { body } = await world.post('/v3/ControlPlane/Configurations', { displayName: 'desk', rules })
  await world.makeConfiguration({ ...usualConfiguration, intelligenceConfigurationIds: [body.id] })
  // The process has looked for work once already, so that nothing is taken back as at its start.
  await world.advance()
  await capture(world, message())
  const { store, account, commands } = world
  const now = await world.now()
  const context = { store, cache: commands.cache, account, now, limit: 10, maxWaiting: 3 }
  assert.equal(await queueExecutions(context), 1)
  assert.equal(await queueExecutions(context), 0)
  const wall = Date.now()
  const waiting = { account, dueBy: now, freeBy: wall, asOf: { now, id: '~' } }
  const ids = (await firstWaiting(store.read, waiting, 1)).map(({ id }) => id)
  const [row] = await store.transact((tx) => tx.all(freeExecutions, { account, now, wall, ids }))
  const claimed = { ...(row as ExecutionRow), lease: 'of the dead', leased_until: leasedUntil, tries }
  await store.transact((tx) =>
    tx.update(executionTable, ['account', 'id'], ['lease', 'leased_until', 'tries'], [claimed]),
  )
  return claimed
}

const results = async (world: World): Promise<Json[]> => (await world.get('/v3/OperatorResults')).body.items

test('an execution whose process died is done by another, and what the dead had found is not saved', () =>
  inWorld({}, async (world) => {
    const claimed = await leftBehind(world, Date.now() - 1)
    await world.advance()
    assert.equal((await results(world)).length, 1)
    const { store } = world
    const limits = {
      observationsPerProfile: 1,
      summariesPerProfile: 1,
      policy: 'evict' as const,
      now: await world.now(),
    }
    assert.deepEqual(await finishExecutions({ store, ...limits }, [skipped(claimed, 'too late')]), [])
    await world.advance()
    assert.equal((await results(world)).length, 1)
  }))

test('an execution that ended five processes is begun no more', () =>
  inWorld({}, async (world) => {
    await leftBehind(world, Date.now() - 1, 5)
    await world.advance()
    assert.deepEqual(await results(world), [])
    const { body } = await world.get('/skein/v1/Events?type=diagnostic')
    assert.deepEqual(
      body.events.map((event: Json) => event.data.errorCode),
      [95305],
    )
  }))
