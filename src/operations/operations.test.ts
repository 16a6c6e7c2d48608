import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../kernel/ids.ts'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import { unavailable } from '../store/store.ts'
import { Operations } from './operations.ts'
import { findOperation, startOperation } from './steps.ts'

test('an operation that can not be carried out for now keeps neither later ones nor other accounts from their turn', async () => {
  const log = openLog('silent', false)
  const store = await openStore('sqlite::memory:', { log })
  let isStuck = true
  const scrubbed: string[] = []
  const operations = new Operations({
    store,
    log,
    handlers: {
      stuck: async () => {
        if (isStuck) throw unavailable('Somebody else has held what this change needs for too long.')
        return {}
      },
      easy: async (_tx, account) => ({
        afterCommit: async () => {
          scrubbed.push(`account ${account}`)
        },
      }),
    },
  })
  const start = async (account: number, kind: string) => {
    const id = newId()
    const operation = { id, api: 'memory', kind, subject: id, input: {}, related: {}, requestId: 'RQ1' } as const
    await store.transact((tx) => startOperation(tx, account, operation, 1))
    return async () => (await findOperation(store.read, account, 'memory', id))?.status
  }
  const [stuck, later, other] = [await start(1, 'stuck'), await start(1, 'easy'), await start(2, 'easy')]
  await assert.rejects(operations.tick(2), { kind: 'unavailable' })
  assert.deepEqual([await stuck(), await later(), await other()], ['PENDING', 'COMPLETED', 'COMPLETED'])
  assert.deepEqual(scrubbed, ['account 1', 'account 2'])
  isStuck = false
  assert.equal(await operations.tick(3), 1)
  assert.equal(await stuck(), 'COMPLETED')
  await store.close()
})
