import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { firstIdAt } from '../kernel/ids.ts'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { EventStreams, type StreamRequest, type StreamTimes } from './event-streams.ts'
import { reportDiagnostics } from './report.ts'

const log = openLog('silent', false)
const start = { tx: 0, id: firstIdAt(0) }
const never = 60_000

describe('a stream to one client', () => {
  it('says now and then that it is alive, and how far it has been read', () =>
    withStore(async (store) => {
      const response = new PassThrough()
      const streams = new EventStreams(log, timesOf({ heartbeatMs: 1 }))
      const stop = streams.admit(1)
      const serving = streams.serve(response, stop, requestTo(store))
      let written = ''
      for await (const chunk of response) {
        written += String(chunk)
        if (written.includes(': alive')) stop.abort('closed')
      }
      await serving
      assert.match(written, /: alive\nid: 0-0{26}\n\n/)
    }))

  it('ends after its time, so that the client proves again who it is', () =>
    withStore(async (store) => {
      const response = new PassThrough()
      const streams = new EventStreams(log, timesOf({ lifetimeMs: 1 }))
      const [written] = await Promise.all([text(response), streams.serve(response, streams.admit(1), requestTo(store))])
      assert.match(written, /event: end\ndata: {"reason":"lifetime"/)
    }))

  it('drops a client that does not read, telling it why and holding little for it', () =>
    withStore(async (store) => {
      await reportMany(store, 1_000)
      const response = new PassThrough({ readableHighWaterMark: 1, writableHighWaterMark: 1 })
      const streams = new EventStreams(log, timesOf({ slowMs: 1 }))
      await streams.serve(response, streams.admit(1), requestTo(store))
      assert.ok(response.writableLength < 100_000, `${response.writableLength} bytes wait`)
      const written = await text(response)
      assert.match(written, /event: end\ndata: {"reason":"slow"/)
      assert.equal(written.match(/"seen"/g)?.length, 100)
    }))

  it('waits for a client that reads slowly', () =>
    withStore(async (store) => {
      await reportMany(store, 350)
      const response = new PassThrough({ readableHighWaterMark: 1, writableHighWaterMark: 1 })
      const streams = new EventStreams(log, timesOf())
      const stop = streams.admit(1)
      const serving = streams.serve(response, stop, requestTo(store))
      let seen = 0
      for await (const chunk of response) {
        seen += String(chunk).match(/"seen"/g)?.length ?? 0
        if (seen === 350) stop.abort('closed')
      }
      await serving
      assert.equal(seen, 350)
    }))

  it('ends, with a line in the log, when the database fails', () =>
    withStore(async (store) => {
      const response = new PassThrough()
      const logged: unknown[] = []
      const streams = new EventStreams(
        { ...log, error: (details: unknown) => logged.push(details) } as never,
        timesOf(),
      )
      const failing = { ...requestTo(store), present: () => Promise.reject(new Error('gone')) }
      const [written] = await Promise.all([text(response), streams.serve(response, streams.admit(1), failing)])
      assert.match(written, /"reason":"failed"/)
      assert.equal(logged.length, 1)
    }))
})

function timesOf(times: Partial<StreamTimes> = {}): StreamTimes {
  return { pollMs: 1, heartbeatMs: never, slowMs: never, lifetimeMs: never, ...times }
}

function requestTo(store: Store): StreamRequest {
  return {
    source: { read: store.read, account: 1, explain: () => ({ level: 'info', message: '' }) },
    accepts: () => true,
    present: async (entries) => entries.map(({ id }) => ({ seen: id })),
    from: start,
  }
}

async function reportMany(store: Store, count: number): Promise<void> {
  const one = { level: 'info', code: 530900, message: 'x', at: 0 } as const
  await store.transact((tx) =>
    reportDiagnostics(
      tx,
      1,
      Array.from({ length: count }, () => one),
    ),
  )
}

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore('sqlite::memory:', { log })
  try {
    await use(store)
  } finally {
    await store.close()
  }
}
