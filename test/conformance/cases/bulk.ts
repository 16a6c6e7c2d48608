import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { dataPlaneAcceptance } from '../memory-tables.ts'
import { unchecked } from '../session.ts'
import { makeStore, newNumber } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/Bulk'
const unknownStore = 'mem_store_01h455vb4pex5vsknk084sn02q'

export const bulkCases: Case[] = about(`PUT ${path}`, [
  {
    name: 'makes new profiles, completes known ones and passes over what may not be',
    run: async (session) => {
      const { v1 } = session.client.memory
      const storeId = await makeStore(session)
      const [known, unknown] = [newNumber(), newNumber()]
      const { id = '' } = await v1.profiles(storeId).create({ traits: { Contact: { phone: known, city: 'Porto' } } })
      const profiles = [
        { traits: { Contact: { phone: known, firstName: 'Ines' } } },
        { traits: { Contact: { phone: unknown } } },
        { traits: { Contact: { firstName: 'Nobody' } } },
      ]
      const { body } = await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
        v1.bulk(storeId).update({ profiles }),
      )
      assert.match(body.message, /^2 of 3 /)
      assert.deepEqual((await v1.profiles(storeId, id).fetch()).traits, {
        Contact: { phone: known, city: 'Porto', firstName: 'Ines' },
      })
      const found = await v1.lookup(storeId).create({ idType: 'phone', value: unknown })
      assert.equal(found.profiles?.length, 1)
      await v1.bulk(storeId).update({ profiles })
      assert.equal(
        (await v1.profiles(storeId).page()) && (session.recorder.last.body as { profiles: [] }).profiles.length,
        2,
      )
    },
  },
  {
    name: 'refuses an envelope that is none, too many items and an unknown store',
    run: async (session) => {
      const { v1 } = session.client.memory
      const storeId = await makeStore(session)
      const one = { traits: { Contact: { phone: newNumber() } } }
      const wrong: [object, string][] = [
        [{}, 'profiles'],
        [{ profiles: [] }, 'profiles'],
        [{ profiles: Array(1001).fill(one) }, 'profiles'],
        [{ profiles: [{}] }, 'profiles[0].traits'],
        [{ profiles: [{ traits: { Contact: 'x' } }] }, 'profiles[0].traits.Contact'],
      ]
      for (const [body, field] of wrong) {
        await session.refused({ status: 400, code: 520046, field }, () => v1.bulk(storeId).update(unchecked(body)))
      }
      await session.refused({ status: 404, code: 520041 }, () => v1.bulk(unknownStore).update({ profiles: [one] }))
    },
  },
])
