import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { dataPlaneAcceptance, identifierList, identifierSet } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { newNumber, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/{profileId}/Identifiers'
const unknown = 'mem_profile_01h455vb4pex5vsknk084sn02q'

/** A profile that is known by one phone number, and the client's way to its identifiers. */
async function known(session: Session) {
  const { v1 } = session.client.memory
  const storeId = await sharedStore(session)
  const phone = newNumber()
  const { id } = await v1.profiles(storeId).create({ traits: { Contact: { phone } } })
  return { v1, storeId, phone, id: String(id) }
}

const creation = about(`POST ${path}`, [
  {
    name: 'adds a value, normalised, and the same value no second time',
    run: async (session) => {
      const { v1, storeId, phone, id } = await known(session)
      const other = newNumber()
      for (const value of [other, other.slice(1)]) {
        await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
          v1.identifiers(storeId, id).create({ idType: 'phone', value }),
        )
      }
      const { values } = await v1.identifiers(storeId, id, 'phone').fetch()
      assert.deepEqual(values, [phone, other])
    },
  },
  {
    name: 'merges with whoever holds the value, into the older profile',
    run: async (session) => {
      const older = await known(session)
      const newer = await known(session)
      const { headers } = await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
        newer.v1.identifiers(newer.storeId, newer.id).create({ idType: 'phone', value: older.phone }),
      )
      assert.equal(headers['canonical-profile-id'], older.id)
      const { v1, storeId } = newer
      const phones = { idType: 'phone', values: [older.phone, newer.phone] }
      const read = await session.answered(identifierSet, { status: 200, values: phones }, () =>
        v1.identifiers(storeId, newer.id, 'phone').fetch(),
      )
      assert.equal(read.headers['canonical-profile-id'], older.id)
      const listed = (await v1.identifiers(storeId, newer.id).list())[0]
      assert.deepEqual(listed?.values, phones.values)
      assert.equal(session.recorder.last.headers['canonical-profile-id'], older.id)
      const retired = v1.identifiers(storeId, newer.id, 'phone')
      await retired.patch({ idType: 'phone', oldValue: newer.phone, newValue: newNumber() })
      assert.equal(session.recorder.last.headers['canonical-profile-id'], older.id)
      await retired.remove({ removeAll: true })
      assert.equal(session.recorder.last.headers['canonical-profile-id'], older.id)
      await session.refused({ status: 404, code: 520014 }, () => v1.identifiers(storeId, older.id, 'phone').fetch())
    },
  },
  {
    name: 'refuses an unknown type, a bad number, an additional key and an unknown profile',
    run: async (session) => {
      const { v1, storeId, id } = await known(session)
      const wrong: [object, string][] = [
        [{ idType: 'shoe', value: '43' }, 'idType'],
        [{ idType: 'phone', value: '555' }, 'value'],
        [{ idType: 'phone' }, 'value'],
        [{ value: newNumber() }, 'idType'],
        [{ idType: 'phone', value: newNumber(), note: '' }, 'note'],
      ]
      for (const [body, field] of wrong) {
        await session.refused({ status: 400, code: 520046, field }, () =>
          v1.identifiers(storeId, id).create(unchecked(body)),
        )
      }
      await session.refused({ status: 404, code: 20404 }, () =>
        v1.identifiers(storeId, unknown).create({ idType: 'phone', value: newNumber() }),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists all of them by type, without meta and unpaged',
      run: async (session) => {
        const { v1, storeId, phone, id } = await known(session)
        const email = `${phone.slice(1)}@example.com`
        await v1.identifiers(storeId, id).create({ idType: 'email', value: ` ${email.toUpperCase()}` })
        const sets = await v1.identifiers(storeId, id).list()
        const { status, body } = session.recorder.last
        assert.equal(status, 200)
        session.inspected(identifierList, body)
        const expected = [
          { idType: 'email', values: [email] },
          { idType: 'phone', values: [phone] },
        ]
        assert.deepEqual(
          (body as { identifiers: { idType: string }[] }).identifiers.toSorted((a, b) =>
            a.idType.localeCompare(b.idType),
          ),
          expected,
        )
        assert.deepEqual(
          sets.map(({ idType, values }) => ({ idType, values })),
          (body as { identifiers: object[] }).identifiers,
        )
      },
    },
    {
      name: 'answers 404 for an unknown profile',
      run: async (session) => {
        const { v1, storeId } = await known(session)
        await session.refused({ status: 404, code: 20404 }, () => v1.identifiers(storeId, unknown).list())
      },
    },
  ]),
  ...about(`GET ${path}/{idType}`, [
    {
      name: 'shows the values of one type, the oldest first, and 520014 when there are none',
      run: async (session) => {
        const { v1, storeId, phone, id } = await known(session)
        const { body } = await session.answered(identifierSet, { status: 200 }, () =>
          v1.identifiers(storeId, id, 'phone').fetch(),
        )
        assert.deepEqual(body, { idType: 'phone', values: [phone] })
        for (const idType of ['email', 'shoe']) {
          await session.refused({ status: 404, code: 520014 }, () => v1.identifiers(storeId, id, idType).fetch())
        }
      },
    },
  ]),
]

const changing: Case[] = [
  ...about(`PATCH ${path}/{idType}`, [
    {
      name: 'puts one value in the place of another',
      run: async (session) => {
        const { v1, storeId, phone, id } = await known(session)
        const newValue = newNumber()
        await session.answered(dataPlaneAcceptance, { status: 202 }, () =>
          v1.identifiers(storeId, id, 'phone').patch({ idType: 'phone', oldValue: phone, newValue }),
        )
        assert.deepEqual((await v1.identifiers(storeId, id, 'phone').fetch()).values, [newValue])
      },
    },
    {
      name: 'refuses another type than the path’s, a value that is not there and one that is there already',
      run: async (session) => {
        const { v1, storeId, phone, id } = await known(session)
        const one = v1.identifiers(storeId, id, 'phone')
        const other = newNumber()
        await v1.identifiers(storeId, id).create({ idType: 'phone', value: other })
        await session.refused({ status: 400, code: 520046, field: 'idType' }, () =>
          one.patch({ idType: 'email', oldValue: phone, newValue: newNumber() }),
        )
        await session.refused({ status: 400, code: 520046, field: 'newValue' }, () =>
          one.patch({ idType: 'phone', oldValue: phone, newValue: '555' }),
        )
        await session.refused({ status: 404, code: 520014 }, () =>
          one.patch({ idType: 'phone', oldValue: newNumber(), newValue: newNumber() }),
        )
        await session.refused({ status: 409, code: 20409 }, () =>
          one.patch({ idType: 'phone', oldValue: phone, newValue: other }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{idType}`, [
    {
      name: 'answers 202 with a JSON body and removes one value, or all of the type',
      run: async (session) => {
        const { v1, storeId, id } = await known(session)
        const [second, third] = [newNumber(), newNumber()]
        for (const value of [second, third]) await v1.identifiers(storeId, id).create({ idType: 'phone', value })
        const one = v1.identifiers(storeId, id, 'phone')
        await session.answered(dataPlaneAcceptance, { status: 202 }, () => one.remove())
        assert.deepEqual((await one.fetch()).values, [second, third], 'the one that was added first goes first')
        await session.answered(dataPlaneAcceptance, { status: 202 }, () => one.remove({ removeAll: true }))
        await session.refused({ status: 404, code: 520014 }, () => one.fetch())
        await session.refused({ status: 404, code: 520014 }, () => one.remove())
      },
    },
  ]),
]

export const identifierCases: Case[] = [...creation, ...reading, ...changing]
