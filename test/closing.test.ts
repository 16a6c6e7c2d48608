import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeConfiguration, makeStore } from './browser/preparing.ts'
import { Skein, temporaryFolder } from './skein.ts'

const number = '+15550001111'
const count = 1500

test('closing all conversations of a configuration goes on where a crash ended it', async () => {
  const folder = temporaryFolder()
  let server = await Skein.start(folder)
  const { account } = server
  const configurationId = await makeConfiguration(server, await makeStore(server), { displayName: 'kiosk', number })
  const path = `/skein/v1/Configurations/${configurationId}/Closing`
  for (let first = 0; first < count; first += 500) {
    const items = Array.from({ length: 500 }, (_, at) => ({
      channel: 'SMS',
      from: `+1555${1_000_000 + first + at}`,
      to: number,
      content: { type: 'TEXT', text: 'Hello' },
    }))
    assert.equal((await server.ask('POST', '/skein/v1/Traffic', items)).status, 200)
  }
  const progress = async () => (await server.ask('GET', path, undefined, { as: account })).body
  assert.equal((await server.ask('POST', path)).status, 202)
  while ((await progress()).latest.closed === 0);
  await server.kill()

  server = await Skein.start(folder)
  const { latest, open } = await progress()
  assert.ok(latest.closed > 0, 'what was closed before the crash is remembered')
  assert.equal(latest.closed + open, count)
  for (;;) {
    const { latest, open } = await progress()
    assert.equal(latest.total, count)
    if (latest.status === 'PENDING') continue
    assert.deepEqual([latest.status, latest.closed, open], ['COMPLETED', count, 0])
    break
  }
  await server.stop()
})
