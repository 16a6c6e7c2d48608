import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, wireId } from '../../kernel/ids.ts'
import { openLog } from '../../kernel/log.ts'
import type { Store } from '../../store/store.ts'
import { createImport } from '../commands/create-import.ts'
import { createTraitGroup } from '../commands/create-trait-group.ts'
import type { ColumnMapping } from '../domain/import-layout.ts'
import { Importer } from '../imports/importer.ts'
import { deleteTexts, importById, problemsAfter, textsFrom } from '../imports/rows.ts'
import { takeUpload } from '../imports/uploading.ts'
import { profilesAfter } from '../profile-rows.ts'
import { reportsAbout } from '../testing/reports.ts'
import { refusal, World } from '../testing/world.ts'

const statuses = ['waiting', 'uploaded', 'working', 'completed', 'failed']
const columns = (...pairs: [string, string, string][]): ColumnMapping[] =>
  pairs.map(([columnName, traitGroup, traitName]) => ({ columnName, traitGroup, traitName }))
const usual = columns(
  ['mail', 'Contact', 'email'],
  ['first name', 'Contact', 'firstName'],
  ['pts', 'Loyalty', 'points'],
)

/** What must hold of imports from files, whatever the database. */
export function importsSuite(open: () => Promise<Store>): void {
  test('rows become profiles, also those with quotes, line breaks and other delimiters', async () => {
    for (const [delimiter, lineEnd] of [
      [',', '\n'],
      [';', '\r\n'],
      ['\t', '\n'],
    ] as const) {
      const t = await openImports(open)
      const rows = [
        ['mail', 'unused', 'first name', 'pts'],
        ['a@example.com', 'x', `"Ines${delimiter} ""the"" one"`, '12'],
        ['b@example.com', 'x', '"two\nlines"', ''],
        ['ü@example.com', 'x', '  ', '-1.5'],
      ]
      const id = await t.upload(`\uFEFF${rows.map((row) => row.join(delimiter)).join(lineEnd)}${lineEnd}`)
      await t.run()
      assert.deepEqual(await t.summary(id), {
        state: 'completed',
        read: 3,
        written: 3,
        made: 3,
        errors: 0,
        warnings: 0,
      })
      assert.deepEqual(await t.traits(), [
        { Contact: { email: 'a@example.com', firstName: `Ines${delimiter} "the" one` }, Loyalty: { points: 12 } },
        { Contact: { email: 'b@example.com', firstName: 'two\nlines' } },
        { Contact: { email: 'ü@example.com' }, Loyalty: { points: -1.5 } },
      ])
    }
  })

  test('each row that can not be taken is told with its column and reason, and the others are taken', async () => {
    const t = await openImports(open)
    const id = await t.upload(
      [
        'mail,first name,pts',
        'a@example.com,Ines,1',
        ',Nobody,2',
        'b@example.com,Ben,many',
        'c@example.com,Cem',
        'd@example.com,D"an,4',
        `${'x'.repeat(300)}@example.com,Eva,5`,
        'a@example.com,Ines Maria,',
        'f@example.com,"open,6',
      ].join('\n'),
    )
    await t.run()
    assert.deepEqual(await t.summary(id), { state: 'completed', read: 8, written: 3, made: 2, errors: 5, warnings: 1 })
    assert.deepEqual(await t.problems(id), [
      [2, 0, null, 'has no value that identifies a profile'],
      [3, 1, 'pts', 'must be of the type NUMBER'],
      [4, 0, null, 'has 2 values, not 3'],
      [5, 0, null, 'has a quotation mark inside a value that does not begin with one'],
      [6, 0, 'mail', 'must have 1 to 255 characters that are not blank'],
      [8, 0, null, 'has a quotation mark that is never closed'],
    ])
    assert.deepEqual((await t.traits())[0], {
      Contact: { email: 'a@example.com', firstName: 'Ines Maria' },
      Loyalty: { points: 1 },
    })
  })

  test('a file of another layout, or of nothing, fails and says why', async () => {
    const t = await openImports(open)
    for (const [text, failure] of [
      ['email,name\na@example.com,Ines\n', 'The file has no column mail, first name, pts.'],
      ['\n\n', 'The file has no row of column names.'],
    ] as const) {
      const id = await t.upload(text)
      await t.run()
      assert.equal((await t.row(id))?.failure, failure)
    }
  })

  test('a row is taken once, whatever breaks off: another process goes on where the last commit was', async () => {
    const t = await openImports(open)
    const id = await t.upload(['mail,first name,pts', ...numbered(950)].join('\n'))
    const killed = t.importer()
    for (let n = 0; n < 2; n += 1) await killed.tick(t.w.now)
    const between = await t.summary(id)
    assert.ok(between.state === 'working' && between.read === 200, JSON.stringify(between))
    await Promise.all([t.run(), t.run(), t.run()])
    const { written, made, errors, state } = await t.summary(id)
    assert.deepEqual({ written, made, errors, state }, { written: 950, made: 950, errors: 0, state: 'completed' })
    assert.equal((await t.traits()).length, 950)
    assert.deepEqual(await t.leftText(id), [])
  })

  test('a node that is at work is left alone until it has not been heard of for a while', async () => {
    const t = await openImports(open)
    if (t.w.store.dialect === 'sqlite') return
    const id = await t.upload(['mail,first name,pts', ...numbered(300)].join('\n'))
    await t.importer(() => 1_000_000).tick(t.w.now)
    assert.equal(await t.importer(() => 1_001_000).tick(t.w.now), 0)
    const other = t.importer(() => 1_020_000)
    assert.equal(await other.nextDueAt(), t.w.now)
    while ((await other.tick(t.w.now)) > 0);
    assert.equal((await t.summary(id)).written, 300)
  })

  for (const { while: what, batches } of [
    { while: 'while it begins an import does not take it back from', batches: 1 },
    { while: 'until the head of the file is gone does not end the import of', batches: 9 },
  ]) {
    test(`a node that stands still ${what} the one that went on with it`, async () => {
      const t = await openImports(open)
      const id = await t.upload(['mail,first name,pts', ...numbered(1000)].join('\n'))
      const other = t.importer(() => 1_020_000)
      const goOn = async () => {
        for (let n = 0; n < batches; n += 1) await other.tick(t.w.now)
      }
      const late = t.importer(() => 1_000_000, t.storeThatStandsStill(textsFrom, goOn))
      await late.tick(t.w.now)
      while ((await other.tick(t.w.now)) > 0);
      const { state, read, written, errors } = await t.summary(id)
      assert.deepEqual({ state, read, written, errors }, { state: 'completed', read: 1000, written: 1000, errors: 0 })
    })
  }

  test('a deleted store ends its imports, and nothing of them is left', async () => {
    const t = await openImports(open)
    const id = await t.upload(['mail,first name,pts', ...numbered(300)].join('\n'))
    const importer = t.importer()
    await importer.tick(t.w.now)
    await t.w.deleteStore(t.s)
    await t.w.runOperations()
    while ((await importer.tick(t.w.now)) > 0);
    assert.equal(await t.row(id), undefined)
    assert.deepEqual(await t.leftText(id), [])
  })

  test('what still comes in of a file leaves nothing behind once its store is deleted, or its import has been given up', async () => {
    for (const { end, refused } of [
      { end: (t: Imports) => t.w.deleteStore(t.s).then(() => t.w.runOperations()), refused: /no such import/ },
      { end: (t: Imports) => t.importer(() => t.uploadUntil + 1).tick(t.w.now), refused: /already/ },
    ]) {
      const t = await openImports(open)
      const half = Buffer.from(numbered(4000).join('\n'))
      const id = await t.create(2 * half.length)
      let left: number | undefined
      async function* body() {
        try {
          yield half
          await end(t)
          yield half
        } finally {
          // As it would stay if the process died here.
          left = await t.w.store.transact((tx) => tx.run(deleteTexts, t.place(id)))
        }
      }
      await assert.rejects(takeUpload(t.w.store, t.place(id), body(), t.w.now), refused)
      assert.equal(left, 0)
    }
  })

  test('an upload that is no text, or of another length, or the second one, is refused and leaves nothing', async () => {
    const t = await openImports(open)
    const id = await t.create(10)
    await assert.rejects(t.send(id, Buffer.from('too short')), /9 bytes, not the 10/)
    await assert.rejects(t.send(id, Buffer.from('far too long for it')), /more than the 10 bytes/)
    await assert.rejects(t.send(id, Buffer.from([...Buffer.from('mail,x\n'), 0xff, 0xfe, 0xfd])), refusal(520046))
    await assert.rejects(t.send(id, Buffer.from('mail,x\n\0\0\0')), /NUL/)
    assert.deepEqual(await t.leftText(id), [])
    await t.send(id, Buffer.from('mail,x\n123'))
    await assert.rejects(t.send(id, Buffer.from('mail,x\n123')), /already/)
    await t.run()
    assert.deepEqual(await t.told(id), ['IMPORT_CREATED info', 'IMPORT_SUBMITTED info', 'IMPORT_ENDED warning'])
  })

  test('characters that come in parts, and pieces that end inside of one, stay whole', async () => {
    const t = await openImports(open)
    const name = '👍ü€'.repeat(6000)
    const text = Buffer.from(`mail,first name,pts\na@example.com,${name.slice(0, 1000)},1\nb@example.com,${name},2\n`)
    const id = await t.create(text.length)
    await t.send(id, text, 7)
    await t.run()
    assert.equal((await t.summary(id)).read, 2)
    assert.deepEqual((await t.problems(id))[0]?.[2], 'first name')
    assert.equal((await t.traits())[0]?.Contact?.firstName, name.slice(0, 1000))
  })

  test('an import whose file never comes fails in the end, and what ended long ago is forgotten', async () => {
    const t = await openImports(open)
    const id = await t.create(10)
    await t.importer(() => t.uploadUntil + 1).tick(t.w.now)
    assert.equal((await t.row(id))?.failure, 'The file was not uploaded in time.')
    await t.importer().tick(t.w.now + 40 * 24 * 60 * 60 * 1000)
    assert.equal(await t.row(id), undefined)
  })

  test('columns have to lead to traits, each to one of its own, and one to an identifier', async () => {
    const t = await openImports(open)
    for (const [mappings, field] of [
      [columns(['a', 'Games', 'x'], ['b', 'Contact', 'email']), 'columnMappings[0].traitGroup'],
      [columns(['a', 'Contact', 'email'], ['b', 'Contact', 'shoe']), 'columnMappings[1].traitName'],
      [columns(['a', 'Contact', 'email'], ['b', 'Contact', 'email']), 'columnMappings[1].traitName'],
      [columns(['a', 'Contact', 'city'], ['b', 'Contact', 'state']), 'columnMappings'],
    ] as const) {
      await assert.rejects(
        t.create(10, mappings),
        (error) => (error as { details: { field: string } }).details.field === field,
      )
    }
  })
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `c${n}@example.com,"Name, ${n}",${n}`)
}

type Imports = Awaited<ReturnType<typeof openImports>>

async function openImports(open: () => Promise<Store>) {
  const w = await World.open(await open())
  const s = await w.activeStore()
  const traits = { points: { dataType: 'NUMBER' as const } }
  const creation = { displayName: 'Loyalty', traits, maxGroups: 9, maxTraits: 9 }
  await createTraitGroup(w.store, { ...w.request(s), creation })
  await w.runOperations()
  const place = (id: string) => ({ account: w.account, storeId: s, id })
  const uploadUntil = Date.now() + 60_000
  const importer = (wallNow: () => number = Date.now, store = w.store) =>
    new Importer({ store, log: openLog('silent', false), keptMs: 30 * 86_400_000, maxProblems: 100, wallNow })
  const create = async (fileSize: number, columnMappings: ColumnMapping[] = usual) => {
    const id = newId()
    const rest = { filename: 'crm.csv', fileSize, columnMappings, uploadUntil, requestId: 'RQ1', now: w.now }
    await createImport(w.store, { ...place(id), ...rest })
    return id
  }
  const send = (id: string, bytes: Buffer, step = 1000) => takeUpload(w.store, place(id), inSteps(bytes, step), w.now)
  return {
    w,
    s,
    uploadUntil,
    place,
    importer,
    create,
    send,
    /** The store of a node that stands still before it reads by this statement for the first time, while something happens. */
    storeThatStandsStill: (statement: object, happening: () => Promise<unknown>): Store => {
      let isAhead = true
      const all: Store['read']['all'] = async (asked, parameters) => {
        if (isAhead && asked === statement) {
          isAhead = false
          await happening()
        }
        return w.store.read.all(asked, parameters)
      }
      const { dialect } = w.store
      return { ...w.store, read: { ...w.store.read, dialect, all }, dialect, transact: (fn) => w.store.transact(fn) }
    },
    upload: async (text: string) => {
      const bytes = Buffer.from(text)
      const id = await create(bytes.length)
      await send(id, bytes)
      return id
    },
    /** Lets an importer of its own work until nothing is left; where another one is at work, as if that were gone. */
    run: async () => {
      const one = importer(() => Date.now() + 60_000)
      while ((await one.tick(w.now)) > 0);
    },
    row: (id: string) => w.store.read.get(importById, place(id)),
    summary: async (id: string) => {
      const row = await w.store.read.get(importById, place(id))
      assert.ok(row)
      const { rows_read: read, rows_written: written, profiles_made: made, errors, warnings } = row
      return { state: statuses[row.state], read, written, made, errors, warnings }
    },
    problems: async (id: string) => {
      const rows = await w.store.read.all(problemsAfter, { ...place(id), n: 0, limit: 100 })
      return rows.map((row) => [row.row_number, row.kind, row.column_name, row.reason])
    },
    /** What the debugger was told of it. */
    told: async (id: string) => {
      const rows = await w.store.read.all(reportsAbout, { account: w.account, resource: wireId('memoryImport', id) })
      return rows.map(({ type, level }) => `${type} ${level}`)
    },
    leftText: async (id: string) => {
      const uploadId = (await w.store.read.get(importById, place(id)))?.upload_id ?? ''
      return w.store.read.all(textsFrom, { ...place(id), uploadId, position: 0, limit: 10 })
    },
    /** What every profile holds, the oldest first. */
    traits: async (): Promise<Record<string, Record<string, unknown>>[]> => {
      const ids = await w.store.read.all(profilesAfter, { account: w.account, storeId: s, id: '', limit: 2000 })
      return Promise.all(ids.map(({ id }) => w.traits(s, id)))
    },
  }
}

async function* inSteps(bytes: Buffer, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}
