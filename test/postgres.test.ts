import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { connected, createDatabase, startPostgres } from './postgres.ts'

describe('PostgreSQL for the tests', () => {
  test('waits for the disk unless it is told not to', async () => {
    for (const [fast, fsync] of [
      [false, 'on'],
      [true, 'off'],
    ] as const) {
      const server = await startPostgres({ fast })
      assert.deepEqual(await ask(server.url, 'show fsync'), [{ fsync }])
      await server.stop()
      assert.equal(await isListening(server.url), false)
    }
  })

  test('gives each caller a database of its own', async () => {
    const [one, other] = await Promise.all([createDatabase({ fast: true }), createDatabase({ fast: true })])
    assert.notEqual(one.url, other.url)
    await ask(one.url, 'create table t (a integer)')
    await ask(other.url, 'create table t (a integer)')
    await one.drop()
    await other.drop()
    await assert.rejects(ask(one.url, 'select 1'), /does not exist/)
  })

  test('ends with the process that started it, also when that is killed', async () => {
    const program = `
      const { startPostgres } = await import(${JSON.stringify(new URL('postgres.ts', import.meta.url).href)})
      console.log((await startPostgres({ fast: true })).url)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
    assert.equal(await isListening(url), true)
    child.kill('SIGKILL')
    while (await isListening(url)) await setTimeout(10)
  })
})

function ask(url: string, sql: string): Promise<unknown[]> {
  return connected(url, async (client) => (await client.query(sql)).rows)
}

async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
