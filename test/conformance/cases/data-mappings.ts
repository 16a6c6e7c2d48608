import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { controlPlaneAcceptance, dataMapping } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { completed, finished, makeStore, namesMemoryOperation } from '../stage.ts'

const path = '/v1/ControlPlane/Stores/{storeId}/DataMappings'
const unknownStore = 'mem_store_01h455vb4pex5vsknk084sn02q'
const unknown = 'mem_datamapping_01h455vb4pex5vsknk084sn02q'
const datasetId = 'tdi_dataset_01h455vb4pex5vsknk084sn02q'

const crm = {
  displayName: 'crm-feed',
  description: 'Nightly export',
  isEnabled: false,
  mappingFrom: { type: 'INGRESS', columns: ['mail', 'first'] },
  mappingTo: {
    type: 'TRAITS',
    mappings: [
      { expression: 'mail', traitGroup: 'Contact', traitName: 'email' },
      { expression: 'first', traitGroup: 'Contact', traitName: 'firstName' },
    ],
  },
}
const warehouse = {
  displayName: 'warehouse',
  mappingFrom: { type: 'DATASET_WAREHOUSE', datasetId },
  mappingTo: { type: 'TRAITS', mappings: [{ expression: 'tel', traitGroup: 'Contact', traitName: 'phone' }] },
}

async function makeMapping(session: Session, storeId: string, mapping: object = crm): Promise<string> {
  const accepted = await session.client.memory.v1.dataMappings(storeId).create(unchecked(mapping))
  return (await completed(session, accepted.statusUrl)).result.id
}

export const dataMappingCases: Case[] = [
  ...about(`POST ${path}`, [
    {
      name: 'answers where the operation can be followed, which then names the mapping',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        for (const mapping of [crm, warehouse]) {
          const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
            v1.dataMappings(storeId).create(unchecked(mapping)),
          )
          namesMemoryOperation(session, accepted)
          const { result, resultUrl } = await completed(session, accepted.body.statusUrl)
          assert.ok(resultUrl.endsWith(`/DataMappings/${result.id}`))
          const values = { id: result.id, isEnabled: true, ...mapping, version: 1 }
          const { body, headers } = await session.answered(dataMapping, { status: 200, values }, () =>
            v1.dataMappings(storeId, result.id).fetch(),
          )
          assert.deepEqual(body.mappingFrom, mapping.mappingFrom)
          assert.match(headers.etag ?? '', /^"[A-Za-z0-9_-]+"$/)
        }
      },
    },
    {
      name: 'refuses what is no mapping, what leads nowhere, and a taken name',
      run: async (session) => {
        const storeId = await makeStore(session)
        await makeMapping(session, storeId)
        const mappings = session.client.memory.v1.dataMappings(storeId)
        const to = (mapping: object) => ({ type: 'TRAITS', mappings: [{ ...crm.mappingTo.mappings[0], ...mapping }] })
        const wrong: [object, string][] = [
          [{ ...crm, displayName: '1st' }, 'displayName'],
          [{ ...crm, description: '' }, 'description'],
          [{ ...crm, mappingFrom: { type: 'DATASET', datasetId } }, 'mappingFrom.type'],
          [{ ...crm, mappingFrom: { type: 'INGRESS' } }, 'mappingFrom.columns'],
          [{ ...crm, mappingFrom: { type: 'DATASET_CLOUDAPP' } }, 'mappingFrom.datasetId'],
          [{ ...crm, mappingFrom: { type: 'DATASET_CLOUDAPP', datasetId: 'x' } }, 'mappingFrom.datasetId'],
          [{ ...crm, mappingTo: { type: 'TRAITS', mappings: [] } }, 'mappingTo.mappings'],
          [{ ...crm, displayName: 'new', mappingTo: to({ traitGroup: 'Games' }) }, 'mappingTo.mappings[0].traitGroup'],
          [{ ...crm, displayName: 'new', mappingTo: to({ traitName: 'shoe' }) }, 'mappingTo.mappings[0].traitName'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () => mappings.create(unchecked(body)))
        }
        await session.refused({ status: 409, code: 20409 }, () => mappings.create(unchecked(crm)))
        await session.refused({ status: 404, code: 520041 }, () =>
          session.client.memory.v1.dataMappings(unknownStore).create(unchecked(crm)),
        )
      },
    },
  ]),
  ...about(`GET ${path}`, [
    {
      name: 'lists mappings, the newest first, or of one kind of source',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const [older, newer] = [await makeMapping(session, storeId), await makeMapping(session, storeId, warehouse)]
        const idsOf = async (query: object) => {
          const { body } = await session.listed(dataMapping, 'dataMappings', () => v1.dataMappings(storeId).page(query))
          return body.dataMappings.map(({ id }: { id: string }) => id)
        }
        assert.deepEqual(await idsOf({}), [newer, older])
        assert.deepEqual(await idsOf({ orderBy: 'ASC', pageSize: 1 }), [older])
        assert.deepEqual(await idsOf({ type: 'INGRESS' }), [older])
        assert.deepEqual(await idsOf({ type: 'DATASET_CLOUDAPP' }), [])
        assert.equal((await v1.dataMappings(storeId).list({ pageSize: 1 })).length, 2)
      },
    },
    {
      name: 'refuses an unknown kind of source',
      run: async (session) => {
        const storeId = await makeStore(session)
        await session.refused({ status: 400, code: 520046, field: 'type' }, () =>
          session.client.memory.v1.dataMappings(storeId).page(unchecked({ type: 'DATASET' })),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{dataMappingId}`, [
    {
      name: 'shows a mapping, and finds none that is unknown or malformed',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const id = await makeMapping(session, storeId)
        await session.answered(dataMapping, { status: 200, values: crm }, () => v1.dataMappings(storeId, id).fetch())
        for (const other of [unknown, 'crm-feed']) {
          await session.refused({ status: 404, code: 520048 }, () => v1.dataMappings(storeId, other).fetch())
        }
      },
    },
  ]),
  ...about(`PATCH ${path}/{dataMappingId}`, [
    {
      name: 'changes what it names, replaces the mappings as a whole and keeps the source',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const id = await makeMapping(session, storeId)
        const change = { displayName: 'moved', isEnabled: true, mappingTo: warehouse.mappingTo }
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.dataMappings(storeId, id).patch(unchecked({ ...change, mappingFrom: warehouse.mappingFrom })),
        )
        namesMemoryOperation(session, accepted)
        await completed(session, accepted.body.statusUrl)
        const values = { ...change, description: crm.description, mappingFrom: crm.mappingFrom, version: 2 }
        const { body } = await session.answered(dataMapping, { status: 200, values }, () =>
          v1.dataMappings(storeId, id).fetch(),
        )
        assert.deepEqual(body.mappingTo, change.mappingTo)
      },
    },
    {
      name: 'goes by If-Match, and refuses an empty change',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const id = await makeMapping(session, storeId)
        await v1.dataMappings(storeId, id).fetch()
        const { etag } = session.recorder.last.headers
        const patch = () => v1.dataMappings(storeId, id).patch({ isEnabled: true }, { 'If-Match': etag })
        await completed(session, (await patch()).statusUrl)
        await session.refused({ status: 412, code: 520043 }, patch)
        await session.refused({ status: 400, code: 520046 }, () => v1.dataMappings(storeId, id).patch({}))
        await session.refused({ status: 404, code: 520048 }, () =>
          v1.dataMappings(storeId, unknown).patch({ isEnabled: true }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{dataMappingId}`, [
    {
      name: 'answers 202 with a JSON body, after which it is not found',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const id = await makeMapping(session, storeId)
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.dataMappings(storeId, id).remove(),
        )
        namesMemoryOperation(session, accepted)
        assert.equal((await finished(session, accepted.body.statusUrl)).status, 'COMPLETED')
        await session.refused({ status: 404, code: 520048 }, () => v1.dataMappings(storeId, id).remove())
      },
    },
  ]),
]
