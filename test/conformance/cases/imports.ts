import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { about, type Case } from '../case.ts'
import { profileImport, profileImportCreated } from '../memory-tables.ts'
import { type Json, type Session, unchecked } from '../session.ts'
import { makeStore, newNumber } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/Imports'
const unknownStore = 'mem_store_01h455vb4pex5vsknk084sn02q'
const unknown = 'mem_import_01h455vb4pex5vsknk084sn02q'
const importId = /^mem_import_[0-7][0-9a-hjkmnp-tv-z]{25}$/

const columnMappings = [
  { columnName: 'tel', traitGroup: 'Contact', traitName: 'phone' },
  { columnName: 'name', traitGroup: 'Contact', traitName: 'firstName' },
]

function begin(session: Session, storeId: string, file: string) {
  const fileSize = Buffer.byteLength(file)
  return session.client.memory.v1.imports(storeId).create({ filename: 'crm.csv', fileSize, columnMappings })
}

/** The same with what the client's type says may be missing. */
async function begun(session: Session, storeId: string, file: string): Promise<{ importId: string; url: string }> {
  const { importId: id = '', url = '' } = await begin(session, storeId, file)
  return { importId: id, url }
}

async function send(url: string, file: string): Promise<number> {
  const answer = await fetch(url, { method: 'PUT', body: file, headers: { 'content-type': 'text/csv' } })
  await answer.arrayBuffer()
  return answer.status
}

async function ended(session: Session, storeId: string, id: string): Promise<Json> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { body } = await session.send('GET', `/v1/Stores/${storeId}/Profiles/Imports/${id}`)
    if (body.status === 'COMPLETED' || body.status === 'FAILED') return body
    await setTimeout(10)
  }
  return assert.fail(`the import ${id} does not end`)
}

export const importCases: Case[] = [
  ...about(`POST ${path}`, [
    {
      name: 'answers where the file goes, which needs no credentials and is taken once',
      run: async (session) => {
        const storeId = await makeStore(session)
        const [one, other] = [newNumber(), newNumber()]
        const file = `tel,name\n${one},Ines\n,Nobody\n${other},Ben\n`
        const { body } = await session.answered(profileImportCreated, { status: 201 }, () =>
          begin(session, storeId, file),
        )
        assert.ok(body.url.length <= 2048)
        assert.equal(await send(body.url, file), 200)
        assert.equal(await send(body.url, file), 409)
        const done = await ended(session, storeId, body.importId)
        assert.deepEqual([done.status, done.summary], ['COMPLETED', { errors: 1, warnings: 0 }])
        const found = await session.client.memory.v1.lookup(storeId).create({ idType: 'phone', value: other })
        assert.equal(found.profiles?.length, 1)
        const report = await session.send('GET', `/skein/v1/MemoryStores/${storeId}/Imports/${body.importId}/Problems`)
        assert.deepEqual(report.body.problems, [
          { row: 2, column: null, severity: 'ERROR', reason: 'has no value that identifies a profile' },
        ])
        const progress = await session.send('GET', `/skein/v1/MemoryStores/${storeId}/Imports/${body.importId}`)
        assert.deepEqual(progress.body.rows, { read: 3, written: 2, refused: 1, profilesMade: 2, warnings: 0 })
      },
    },
    {
      name: 'refuses what is no import, columns that lead nowhere, and an address that was tampered with',
      run: async (session) => {
        const storeId = await makeStore(session)
        const imports = session.client.memory.v1.imports(storeId)
        const good = { filename: 'crm.csv', fileSize: 10, columnMappings }
        const [tel, name] = columnMappings
        const wrong: [object, string][] = [
          [{ ...good, filename: '' }, 'filename'],
          [{ ...good, filename: 'x'.repeat(256) }, 'filename'],
          [{ ...good, fileSize: 0 }, 'fileSize'],
          [{ ...good, fileSize: 104_857_601 }, 'fileSize'],
          [{ ...good, columnMappings: [tel] }, 'columnMappings'],
          [{ ...good, columnMappings: [tel, { ...name, traitGroup: 'Games' }] }, 'columnMappings[1].traitGroup'],
          [{ ...good, columnMappings: [tel, { ...name, traitName: 'shoe' }] }, 'columnMappings[1].traitName'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () => imports.create(unchecked(body)))
        }
        await session.refused({ status: 404, code: 520041 }, () => begin(session, unknownStore, 'tel,name\n'))
        const { url } = await begun(session, storeId, 'tel,name\n')
        assert.equal(await send(url.replace(/until=\d/, 'until=9'), 'tel,name\n'), 403)
      },
    },
  ]),
  ...about(`GET ${path}`, [
    {
      name: 'lists plain ids, the newest first unless asked otherwise',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const older = (await begun(session, storeId, 'x')).importId
        const newer = (await begun(session, storeId, 'x')).importId
        const all = await session.listedIds('imports', importId, () => v1.imports(storeId).list())
        assert.deepEqual(all.instance, [newer, older])
        const oldest = await session.listedIds('imports', importId, () =>
          v1.imports(storeId).list({ orderBy: 'ASC', pageSize: 1 }),
        )
        assert.deepEqual(oldest.instance, [older])
      },
    },
    {
      name: 'does not find an unknown store',
      run: async (session) => {
        const { v1 } = session.client.memory
        await session.refused({ status: 404, code: 520041 }, () => v1.imports(unknownStore).page())
      },
    },
  ]),
  ...about(`GET ${path}/{importId}`, [
    {
      name: 'shows what was asked for and what came of it',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const file = 'telephone,name\n'
        const { importId: id, url } = await begun(session, storeId, file)
        const values = { filename: 'crm.csv', fileSize: file.length, columnMappings }
        await session.answered(profileImport, { status: 200, values: { ...values, status: 'PENDING' } }, () =>
          v1.imports(storeId, id).fetch(),
        )
        await send(url, file)
        await ended(session, storeId, id)
        await session.answered(profileImport, { status: 200, values: { ...values, status: 'FAILED' } }, () =>
          v1.imports(storeId, id).fetch(),
        )
      },
    },
    {
      name: 'does not find an unknown or malformed id',
      run: async (session) => {
        const storeId = await makeStore(session)
        for (const id of [unknown, 'crm']) {
          await session.refused({ status: 404, code: 20404 }, () =>
            session.client.memory.v1.imports(storeId, id).fetch(),
          )
        }
      },
    },
  ]),
]
