import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { temporaryFolder } from './suite/folder.ts'
import { quiet } from './suite/subject.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

describe('the write-ahead log', () => {
  test('is emptied by the writer when the worker can not start', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = openSqliteConnection(path, { readOnly: false })
    const reported = Promise.withResolvers<string>()
    const log = pino({ level: 'error' }, { write: (line: string) => reported.resolve(line) })
    // The worker is given a folder for a file, so it fails; the log that is measured is there all the same.
    mkdirSync(`${path}.folder`)
    const wal = new WriteAheadLog(`${path}.folder`, writer, log, { commitsPerCheckpoint: 1 })
    assert.match(await reported.promise, /the checkpoint worker failed/)
    const size = () => pagesIn(writer)
    for (const empty of [() => wal.truncate(), () => wal.rebuild()]) {
      writer.db.exec('create table if not exists t (a); insert into t values (1)')
      assert.ok(size() > 0)
      await empty()
      assert.equal(size(), 0)
    }
    writer.db.exec('insert into t values (2)')
    wal.afterBatch()
    const { log: frames, checkpointed } = writer.db.prepare('pragma wal_checkpoint(noop)').get() as never
    assert.equal(checkpointed, frames)
    await wal.close()
    writer.close()
  })

  test('is emptied by the worker on demand', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = openSqliteConnection(path, { readOnly: false })
    const wal = new WriteAheadLog(path, writer, quiet)
    writer.db.exec('create table t (a); insert into t values (1)')
    assert.ok(wal.bytes() > 0)
    await wal.truncate()
    assert.equal(wal.bytes(), 0)
    await Promise.all([wal.rebuild(), wal.truncate()])
    await wal.close()
    await wal.close()
    writer.close()
  })

  test('is written over once it has been moved, and keeps its size', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = openSqliteConnection(path, { readOnly: false })
    const wal = new WriteAheadLog(path, writer, quiet, { commitsPerCheckpoint: 1 })
    writer.db.exec('create table t (a); insert into t values (randomblob(20000000))')
    const pages = () => pagesIn(writer)
    assert.ok(pages() > 4_000)
    // The worker works when it likes; what is written after it is the first to begin at the start.
    for (let round = 0; pages() > 4_000 && round < 5_000; round += 1) {
      wal.afterBatch()
      writer.db.exec(`update t set a = ${round}`)
      await setTimeout(1)
    }
    assert.ok(pages() < 4_000)
    const size = wal.bytes()
    writer.db.exec('insert into t values (randomblob(1000000))')
    assert.equal(wal.bytes(), size)
    await wal.close()
    writer.close()
  })

  test('reports a task that failed to the one who asked for it', async (t) => {
    const path = join(temporaryFolder(t), 'skein.db')
    const writer = openSqliteConnection(path, { readOnly: false })
    const reader = openSqliteConnection(path, { readOnly: true })
    const wal = new WriteAheadLog(path, writer, quiet)
    writer.db.exec('create table t (a); insert into t values (1)')
    const open = reader.db.prepare('select a from t').iterate()
    open.next()
    writer.db.exec('insert into t values (2)')
    const emptied = wal.truncate()
    await setTimeout(1)
    await assert.rejects(emptied, /in use/)
    open.return?.()
    await wal.truncate()
    assert.equal(wal.bytes(), 0)
    await wal.close()
    reader.close()
    writer.close()
  })
})

function pagesIn(writer: SqliteConnection): number {
  return (writer.db.prepare('pragma wal_checkpoint(noop)').get() as { log: number }).log
}
