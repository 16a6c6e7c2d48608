import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { controlPlaneAcceptance, memoryOperation, memoryStore } from '../memory-tables.ts'
import { unchecked } from '../session.ts'
import { completed, finished, makeKiosk, makeStore, namesMemoryOperation } from '../stage.ts'

const path = '/v1/ControlPlane/Stores'
const unknown = 'mem_store_01h455vb4pex5vsknk084sn02q'
const storeId = /^mem_store_[0-7][0-9a-hjkmnp-tv-z]{25}$/

let names = 0
function newName(): string {
  names += 1
  return `shop-${names}`
}

const creation = about(`POST ${path}`, [
  {
    name: 'answers where the operation can be followed, which then names the store',
    run: async (session) => {
      const { v1 } = session.client.memory
      for (const more of [{ description: 'Customers of the shop' }, {}]) {
        const given = { displayName: newName(), ...more }
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () => v1.stores.create(given))
        namesMemoryOperation(session, accepted)
        const { result } = await completed(session, accepted.body.statusUrl)
        const values = { id: result.id, ...given, status: 'ACTIVE', version: 1 }
        const { body } = await session.answered(memoryStore, { status: 200, values }, () =>
          v1.stores(result.id).fetch(),
        )
        assert.equal('description' in body, 'description' in more)
      }
    },
  },
  {
    name: 'refuses what is no name, no description or taken',
    run: async (session) => {
      const { v1 } = session.client.memory
      const wrong: [object, string][] = [
        [{}, 'displayName'],
        [{ displayName: '' }, 'displayName'],
        [{ displayName: 'no spaces' }, 'displayName'],
        [{ displayName: 'x'.repeat(65) }, 'displayName'],
        [{ displayName: newName(), description: '' }, 'description'],
        [{ displayName: newName(), description: 'x'.repeat(129) }, 'description'],
      ]
      for (const [body, field] of wrong) {
        await session.refused({ status: 400, code: 520046, field }, () => v1.stores.create(unchecked(body)))
      }
      const displayName = newName()
      await completed(session, (await v1.stores.create({ displayName })).statusUrl)
      await session.refused({ status: 400, code: 520045, field: 'displayName' }, () =>
        v1.stores.create({ displayName }),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists plain ids, the newest first unless asked otherwise',
      run: async (session) => {
        const { v1 } = session.client.memory
        const [older, newer] = [await makeStore(session), await makeStore(session)]
        const newest = await session.listedIds('stores', storeId, () => v1.stores.list({ pageSize: 2 }))
        assert.deepEqual(newest.instance, [newer, older])
        const all = await session.listedIds('stores', storeId, () => v1.stores.list({ pageSize: 100, orderBy: 'ASC' }))
        assert.deepEqual(all.instance.slice(-2), [older, newer])
        const { meta } = (await session.listedIds('stores', storeId, () => v1.stores.list({ pageSize: 2 }))).body
        const next = await session.listedIds('stores', storeId, () => v1.stores.list({ pageToken: meta.nextToken }))
        assert.ok(!next.instance.includes(older), 'the next page goes on after the first')
      },
    },
    {
      name: 'refuses an order and a size that are none',
      run: async (session) => {
        const { v1 } = session.client.memory
        await session.refused({ status: 400, code: 520046, field: 'orderBy' }, () =>
          v1.stores.page(unchecked({ orderBy: 'UP' })),
        )
        await session.refused({ status: 400, code: 520046, field: 'pageSize' }, () => v1.stores.page({ pageSize: 0 }))
      },
    },
  ]),
  ...about(`GET ${path}/{storeId}`, [
    {
      name: 'carries an ETag, takes the prefix of earlier days, and answers at the data plane too',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const { headers, body } = await session.answered(memoryStore, { status: 200 }, () => v1.stores(id).fetch())
        assert.match(headers.etag ?? '', /^"[A-Za-z0-9_-]+"$/)
        const legacy = id.replace('mem_store_', 'mem_service_')
        await session.answered(memoryStore, { status: 200, values: { id } }, () => v1.stores(legacy).fetch())
        assert.deepEqual((await session.send('GET', `/v1/Stores/${id}`)).body, body)
      },
    },
    {
      name: 'refuses a malformed id and does not find an unknown one',
      run: async (session) => {
        const { v1 } = session.client.memory
        await session.refused({ status: 400, code: 520049, field: 'storeId' }, () => v1.stores('shop').fetch())
        await session.refused({ status: 404, code: 520041 }, () => v1.stores(unknown).fetch())
      },
    },
  ]),
]

const changing: Case[] = [
  ...about(`PATCH ${path}/{storeId}`, [
    {
      name: 'changes what it names and makes a version',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.stores(id).patch({ description: 'Moved' }),
        )
        namesMemoryOperation(session, accepted)
        await completed(session, accepted.body.statusUrl)
        await session.answered(memoryStore, { status: 200, values: { description: 'Moved', version: 2 } }, () =>
          v1.stores(id).fetch(),
        )
      },
    },
    {
      name: 'goes by If-Match: the present version passes, another is a 412',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        await v1.stores(id).fetch()
        const { etag } = session.recorder.last.headers
        const change = { description: 'Moved' }
        await completed(session, (await v1.stores(id).patch(change, { 'If-Match': etag })).statusUrl)
        await session.refused({ status: 412, code: 520043 }, () => v1.stores(id).patch(change, { 'If-Match': etag }))
      },
    },
    {
      name: 'refuses an empty change, a taken name and an unknown store',
      run: async (session) => {
        const { v1 } = session.client.memory
        const [id, other] = [await makeStore(session), await makeStore(session)]
        const { displayName } = await v1.stores(other).fetch()
        await session.refused({ status: 400, code: 520046 }, () => v1.stores(id).patch({}))
        await session.refused({ status: 400, code: 520045, field: 'displayName' }, () =>
          v1.stores(id).patch({ displayName: String(displayName) }),
        )
        await session.refused({ status: 404, code: 520041 }, () => v1.stores(unknown).patch({ description: 'x' }))
      },
    },
    {
      name: 'fails the operation when the name was taken in the meantime',
      run: async (session) => {
        const { v1 } = session.client.memory
        for (let tries = 0; tries < 100; tries += 1) {
          const stores = [await makeStore(session), await makeStore(session)]
          const displayName = newName()
          const answers = await Promise.allSettled(stores.map((id) => v1.stores(id).patch({ displayName })))
          const accepted = answers.filter((answer) => answer.status === 'fulfilled')
          const ends = []
          for (const { value } of accepted) ends.push(await finished(session, value.statusUrl))
          const failed = ends.find(({ status }) => status === 'FAILED')
          if (!failed) continue
          const error = { type: 'https://www.twilio.com/docs/errors/520045', code: 520045 }
          await session.answered(memoryOperation, { status: 200, values: { status: 'FAILED', error } }, () =>
            v1.operations(failed.operationId).fetch(),
          )
          return
        }
        assert.fail('the second of two changes was never accepted before the first was carried out')
      },
    },
  ]),
  ...about(`DELETE ${path}/{storeId}`, [
    {
      name: 'answers 202 with a JSON body, after which the store is gone',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () => v1.stores(id).remove())
        namesMemoryOperation(session, accepted)
        await completed(session, accepted.body.statusUrl)
        await session.refused({ status: 404, code: 520041 }, () => v1.stores(id).fetch())
        await session.refused({ status: 404, code: 520041 }, () => v1.profiles(id).list())
      },
    },
    {
      name: 'is a conflict while a configuration uses the store',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const kiosk = await makeKiosk(session, { memoryStoreId: id })
        const { headers } = await session.refused({ status: 409, code: 20409 }, () => v1.stores(id).remove())
        assert.equal(headers['x-conflicting-resource-id'], kiosk.id)
      },
    },
  ]),
]

export const memoryStoreCases: Case[] = [...creation, ...reading, ...changing]
