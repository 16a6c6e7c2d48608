import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { trait } from '../memory-tables.ts'
import { newNumber, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/{profileId}/Traits'
const unknown = 'mem_profile_01h455vb4pex5vsknk084sn02q'

export const traitCases: Case[] = about(`GET ${path}`, [
  {
    name: 'lists the traits of a profile with the time of their last writing, also by group and page by page',
    run: async (session) => {
      const { v1 } = session.client.memory
      const storeId = await sharedStore(session)
      const phone = newNumber()
      const { id = '' } = await v1.profiles(storeId).create({ traits: { Contact: { phone, city: 'Porto' } } })
      await v1.profiles(storeId, id).patch({ traits: { Contact: { city: 'Lisboa' } } })
      const { body } = await session.listed(trait, 'traits', () => v1.traits(storeId, id).page())
      assert.deepEqual(body.traits.map(({ name, value }: { name: string; value: string }) => [name, value]).sort(), [
        ['city', 'Lisboa'],
        ['phone', phone],
      ])
      const none = await session.listed(trait, 'traits', () =>
        v1.traits(storeId, id).page({ traitGroups: 'Other,More' }),
      )
      assert.deepEqual(none.instance, [])
      assert.equal((await v1.traits(storeId, id).list({ pageSize: 1, orderBy: 'ASC' })).length, 2)
    },
  },
  {
    name: 'does not find an unknown profile',
    run: async (session) => {
      const storeId = await sharedStore(session)
      await session.refused({ status: 404, code: 20404 }, () =>
        session.client.memory.v1.traits(storeId, unknown).page(),
      )
    },
  },
])
