import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { dataPlaneAcceptance, lookup, profile, profileCreated } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { advance, makeStore, newNumber, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles'
const unknown = 'mem_profile_01h455vb4pex5vsknk084sn02q'
const unknownStore = 'mem_store_01h455vb4pex5vsknk084sn02q'
const profileId = /^mem_profile_[0-7][0-9a-hjkmnp-tv-z]{25}$/

async function makeProfile(session: Session, storeId: string, contact: object = { phone: newNumber() }) {
  const { id } = await session.client.memory.v1.profiles(storeId).create(unchecked({ traits: { Contact: contact } }))
  return String(id)
}

/** Two profiles of which the newer has been merged into the older. */
async function makeMerged(session: Session, storeId: string) {
  const phone = newNumber()
  const older = await makeProfile(session, storeId, { phone })
  await advance(session, { seconds: 1 })
  const newer = await makeProfile(session, storeId, { email: `${phone.slice(1)}@example.com` })
  await session.client.memory.v1.identifiers(storeId, newer).create({ idType: 'phone', value: phone })
  return { older, newer }
}

const creation = about(`POST ${path}`, [
  {
    name: 'names a new profile at once, and the known one when an identifier is known',
    run: async (session) => {
      const storeId = await sharedStore(session)
      const { v1 } = session.client.memory
      const phone = newNumber()
      const first = await session.answered(profileCreated, { status: 202 }, () =>
        v1.profiles(storeId).create({ traits: { Contact: { phone, firstName: 'Ines' } } }),
      )
      const { id } = first.body
      await session.answered(profileCreated, { status: 202, values: { id } }, () =>
        v1.profiles(storeId).create({ traits: { Contact: { phone, city: 'Porto' } } }),
      )
      await session.answered(
        profile,
        { status: 200, values: { id, traits: { Contact: { phone, firstName: 'Ines', city: 'Porto' } } } },
        () => v1.profiles(storeId, id).fetch(),
      )
    },
  },
  {
    name: 'refuses traits that are not declared, of another type or none that identifies, and an unknown store',
    run: async (session) => {
      const storeId = await sharedStore(session)
      const { v1 } = session.client.memory
      const wrong: [object, string][] = [
        [{}, 'traits'],
        [{ traits: { Shoes: { size: 43 } } }, 'traits.Shoes'],
        [{ traits: { Contact: { phone: newNumber(), shoe: 'big' } } }, 'traits.Contact.shoe'],
        [{ traits: { Contact: { phone: 5 } } }, 'traits.Contact.phone'],
        [{ traits: { Contact: { phone: '555' } } }, 'traits.Contact.phone'],
        [{ traits: { Contact: { firstName: 'Ines' } } }, 'traits'],
      ]
      for (const [body, field] of wrong) {
        await session.refused({ status: 400, code: 520046, field }, () => v1.profiles(storeId).create(unchecked(body)))
      }
      await session.refused({ status: 404, code: 520041 }, () =>
        v1.profiles(unknownStore).create({ traits: { Contact: { phone: newNumber() } } }),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists plain ids, the newest first, without those that merges retired',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        const { older, newer } = await makeMerged(session, storeId)
        const last = await makeProfile(session, storeId)
        const { instance } = await session.listedIds('profiles', profileId, () => v1.profiles(storeId).list())
        assert.deepEqual(instance, [last, older])
        assert.ok(!instance.includes(newer))
        const oldest = await session.listedIds('profiles', profileId, () =>
          v1.profiles(storeId).list({ orderBy: 'ASC', pageSize: 1 }),
        )
        assert.deepEqual(oldest.instance, [older])
        const next = await session.listedIds('profiles', profileId, () =>
          v1.profiles(storeId).list({ orderBy: 'ASC', pageToken: oldest.body.meta.nextToken }),
        )
        assert.deepEqual(next.instance, [last])
      },
    },
    {
      name: 'refuses a token of the other order and an unknown store',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        await makeProfile(session, storeId)
        await makeProfile(session, storeId)
        await v1.profiles(storeId).page({ pageSize: 1 })
        const { meta } = session.recorder.last.body as { meta: { nextToken: string } }
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          v1.profiles(storeId).page({ orderBy: 'ASC', pageToken: meta.nextToken }),
        )
        await session.refused({ status: 404, code: 520041 }, () => v1.profiles(unknownStore).page())
      },
    },
  ]),
  ...about(`GET ${path}/{profileId}`, [
    {
      name: 'shows all trait groups, or those asked for',
      run: async (session) => {
        const storeId = await sharedStore(session)
        const { v1 } = session.client.memory
        const phone = newNumber()
        const id = await makeProfile(session, storeId, { phone })
        const traits = { Contact: { phone } }
        for (const [query, shown] of [
          [{}, traits],
          [{ traitGroups: 'Contact,Other' }, traits],
          [{ traitGroups: 'Other' }, {}],
        ] as const) {
          const { body } = await session.answered(profile, { status: 200, values: { id } }, () =>
            v1.profiles(storeId, id).fetch(query),
          )
          assert.deepEqual(body.traits, shown)
        }
      },
    },
    {
      name: 'answers and acts for a retired id as the profile that took its place, and says so',
      run: async (session) => {
        const storeId = await sharedStore(session)
        const { v1 } = session.client.memory
        const { older, newer } = await makeMerged(session, storeId)
        const retired = await session.answered(profile, { status: 200, values: { id: older } }, () =>
          v1.profiles(storeId, newer).fetch(),
        )
        assert.equal(retired.headers['canonical-profile-id'], older)
        const direct = await session.answered(profile, { status: 200 }, () => v1.profiles(storeId, older).fetch())
        assert.equal(direct.headers['canonical-profile-id'], undefined)
        assert.deepEqual(direct.body, retired.body)
        const { headers } = await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
          v1.profiles(storeId, newer).patch({ traits: { Contact: { city: 'Porto' } } }),
        )
        assert.equal(headers['canonical-profile-id'], older)
        assert.equal((await v1.profiles(storeId, older).fetch()).traits?.Contact?.city, 'Porto')
        await v1.profiles(storeId, newer).remove()
        assert.equal(session.recorder.last.headers['canonical-profile-id'], older)
        await session.refused({ status: 404, code: 20404 }, () => v1.profiles(storeId, older).fetch())
      },
    },
    {
      name: 'answers 404 for an id that is unknown, malformed or of another store',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const elsewhere = await makeProfile(session, await makeStore(session))
        for (const id of [unknown, 'mem_profile_1', elsewhere]) {
          await session.refused({ status: 404, code: 20404 }, () => v1.profiles(storeId, id).fetch())
        }
      },
    },
  ]),
  ...about(`POST ${path}/Lookup`, [
    {
      name: 'finds a profile by an identifier in any spelling, also one that was merged',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const phone = newNumber()
        const id = await makeProfile(session, storeId, { phone })
        for (const value of [phone, phone.slice(1), `+1 (${phone.slice(2, 5)}) ${phone.slice(5)}`]) {
          const { body } = await session.answered(lookup, { status: 200 }, () =>
            v1.lookup(storeId).create({ idType: 'phone', value }),
          )
          assert.deepEqual(body, { normalizedValue: phone, profiles: [id] })
        }
        const { older } = await makeMerged(session, storeId)
        const { traits } = await v1.profiles(storeId, older).fetch()
        const found = await v1.lookup(storeId).create({ idType: 'email', value: String(traits?.Contact?.email) })
        assert.deepEqual(found.profiles, [older])
      },
    },
    {
      name: 'answers an empty list when nobody is known by it, and takes whatsappid for whatsapp',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const number = newNumber()
        const none = await session.answered(lookup, { status: 200 }, () =>
          v1.lookup(storeId).create({ idType: 'whatsappid', value: number }),
        )
        assert.deepEqual(none.body, { normalizedValue: number, profiles: [] })
        const id = await makeProfile(session, storeId, { whatsapp: number })
        for (const value of [number, `whatsapp:${number}`]) {
          const { body } = await session.answered(lookup, { status: 200 }, () =>
            v1.lookup(storeId).create({ idType: 'whatsappid', value }),
          )
          assert.deepEqual(body, { normalizedValue: number, profiles: [id] })
        }
      },
    },
    {
      name: 'refuses an unknown type, a missing or additional key and an unknown store',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const wrong: [object, string][] = [
          [{ idType: 'shoe', value: '43' }, 'idType'],
          [{ value: '43' }, 'idType'],
          [{ idType: 'phone' }, 'value'],
          [{ idType: 'phone', value: 'x'.repeat(256) }, 'value'],
          [{ idType: 'phone', value: newNumber(), limit: 5 }, 'limit'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () => v1.lookup(storeId).create(unchecked(body)))
        }
        await session.refused({ status: 404, code: 520041 }, () =>
          v1.lookup(unknownStore).create({ idType: 'phone', value: newNumber() }),
        )
      },
    },
  ]),
]

const changing: Case[] = [
  ...about(`PATCH ${path}/{profileId}`, [
    {
      name: 'adds and overwrites traits, and removes one by null',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const phone = newNumber()
        const id = await makeProfile(session, storeId, { phone, firstName: 'Ines', city: 'Porto' })
        await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
          v1.profiles(storeId, id).patch({ traits: { Contact: { firstName: 'Inês', city: null, country: 'PT' } } }),
        )
        const { body } = await session.answered(profile, { status: 200 }, () => v1.profiles(storeId, id).fetch())
        assert.deepEqual(body.traits, { Contact: { phone, firstName: 'Inês', country: 'PT' } })
      },
    },
    {
      name: 'refuses undeclared traits and does not find an unknown profile',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const id = await makeProfile(session, storeId)
        await session.refused({ status: 400, code: 520046, field: 'traits.Contact.shoe' }, () =>
          v1.profiles(storeId, id).patch({ traits: { Contact: { shoe: 'big' } } }),
        )
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.profiles(storeId, unknown).patch({ traits: { Contact: { city: 'Porto' } } }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{profileId}`, [
    {
      name: 'answers 202 with a JSON body, after which nobody is known by its identifiers',
      run: async (session) => {
        const { v1 } = session.client.memory
        const storeId = await sharedStore(session)
        const phone = newNumber()
        const id = await makeProfile(session, storeId, { phone })
        await session.answered(dataPlaneAcceptance, { status: 202 }, () => v1.profiles(storeId, id).remove())
        await session.refused({ status: 404, code: 20404 }, () => v1.profiles(storeId, id).fetch())
        await session.refused({ status: 404, code: 20404 }, () => v1.profiles(storeId, id).remove())
        assert.deepEqual((await v1.lookup(storeId).create({ idType: 'phone', value: phone })).profiles, [])
      },
    },
  ]),
]

export const profileCases: Case[] = [...creation, ...reading, ...changing]
