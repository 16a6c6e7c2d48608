import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../kernel/assert.ts'
import { SqliteWriter } from '../store/sqlite-writer.ts'
import { AccountCache } from './account-cache.ts'
import { captureTraffic } from './commands/capture-traffic.ts'
import {
  packError,
  StaysHere,
  type TrafficAnswer,
  type TrafficTask,
  type TrafficWorkerData,
} from './traffic-messages.ts'

// Takes in batches of traffic on a thread of its own, one after the other and only when it is asked to: whoever asks has
// seen to it that nobody else writes to the file meanwhile.

const { path, settings } = workerData as TrafficWorkerData
const writer = new SqliteWriter(path)
const cache = new AccountCache(settings)
let last: Promise<void> = Promise.resolve()

assert(parentPort, 'the traffic worker has somebody to answer to')
const port = parentPort
port.on('message', (task: TrafficTask | 'close') => {
  last = last.then(() => (task === 'close' ? end() : perform(task)))
})
port.postMessage('ready')

async function perform({ account, now, requests, chore }: TrafficTask): Promise<void> {
  port.postMessage(await capture(account, now, requests))
  if (chore) writer.doChore(chore)
}

async function capture(account: number, now: number, requests: string): Promise<TrafficAnswer> {
  let followed = false
  const context = { account, cache, settings, now, onBridged, onFollowed: () => (followed = true) }
  const { outcome, report } = await writer.transact((tx) => captureTraffic(tx, context, JSON.parse(requests)))
  if (!outcome.ok) return { error: packError(outcome.error), report }
  return { results: JSON.stringify(outcome.value), followed, report }
}

/** A bridge was made a moment ago. */
async function onBridged(): Promise<void> {
  throw new StaysHere()
}

function end(): void {
  writer.close()
  port.close()
}
