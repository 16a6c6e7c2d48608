import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { controlPlaneAcceptance, traitGroup, traitGroupPage } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { completed, finished, makeStore, namesMemoryOperation, newNumber } from '../stage.ts'

const path = '/v1/ControlPlane/Stores/{storeId}/TraitGroups'
const unknownStore = 'mem_store_01h455vb4pex5vsknk084sn02q'

const loyalty = {
  displayName: 'Loyalty',
  description: 'Points programme',
  traits: {
    tier: {
      dataType: 'STRING',
      description: 'Rank of the customer',
      validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$', minLength: 1, maxLength: 9 },
    },
    points: { dataType: 'NUMBER', validationRule: { ruleType: 'NUMBER', min: 0, max: 1000 } },
    member: { dataType: 'BOOLEAN', validationRule: { ruleType: 'BOOLEAN' } },
    cards: {
      dataType: 'ARRAY',
      validationRule: { ruleType: 'ARRAY', minItems: 1, maxItems: 3 },
      idTypePromotion: 'chat',
    },
  },
}

async function makeGroup(session: Session, group: object = loyalty): Promise<string> {
  const storeId = await makeStore(session)
  const accepted = await session.client.memory.v1.traitGroups(storeId).create(unchecked(group))
  await completed(session, accepted.statusUrl)
  return storeId
}

const creation = about(`POST ${path}`, [
  {
    name: 'answers where the operation can be followed, which then names the group',
    run: async (session) => {
      const storeId = await makeStore(session)
      const { v1 } = session.client.memory
      for (const group of [loyalty, { displayName: 'Empty' }]) {
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.traitGroups(storeId).create(group),
        )
        namesMemoryOperation(session, accepted)
        const { result, resultUrl } = await completed(session, accepted.body.statusUrl)
        assert.equal(result.id, group.displayName)
        assert.ok(resultUrl.endsWith(`/TraitGroups/${group.displayName}`))
        const { body } = await session.answered(traitGroupPage, { status: 200 }, () =>
          v1.traitGroups(storeId, group.displayName).fetch(),
        )
        assert.deepEqual(body.traitGroup, { traits: {}, ...group, version: 1 })
      }
    },
  },
  {
    name: 'lets profiles hold the new traits, judged by their rules, and promotes them',
    run: async (session) => {
      const storeId = await makeGroup(session)
      const { v1 } = session.client.memory
      const traits = { Loyalty: { tier: 'gold', points: 12, member: true, cards: ['c1', 'c2'] } }
      const { id } = await v1.profiles(storeId).create({ traits })
      assert.deepEqual((await v1.profiles(storeId, id ?? '').fetch()).traits, traits)
      assert.deepEqual((await v1.lookup(storeId).create({ idType: 'chat', value: 'c2' })).profiles, [id])
      for (const [name, value] of Object.entries({ tier: 'tin', points: 1001, member: 'yes', cards: [] })) {
        await session.refused({ status: 400, code: 520046, field: `traits.Loyalty.${name}` }, () =>
          v1.profiles(storeId).create({ traits: { Contact: { phone: newNumber() }, Loyalty: { [name]: value } } }),
        )
      }
    },
  },
  {
    name: 'refuses what is no group, a taken name and an unknown store',
    run: async (session) => {
      const storeId = await makeGroup(session)
      const groups = session.client.memory.v1.traitGroups(storeId)
      const trait = (definition: object) => ({ displayName: 'New', traits: { one: definition } })
      const wrong: [object, string][] = [
        [{}, 'displayName'],
        [{ displayName: 'no spaces' }, 'displayName'],
        [{ displayName: 'New', description: 'x'.repeat(1025) }, 'description'],
        [trait({}), 'traits.one.dataType'],
        [trait({ dataType: 'DATE' }), 'traits.one.dataType'],
        [trait({ dataType: '' }), 'traits.one.dataType'],
        [trait({ dataType: 'STRING', idTypePromotion: 'shoe' }), 'traits.one.idTypePromotion'],
        [trait({ dataType: 'STRING', validationRule: {} }), 'traits.one.validationRule.ruleType'],
      ]
      for (const [body, field] of wrong) {
        await session.refused({ status: 400, code: 520046, field }, () => groups.create(unchecked(body)))
      }
      await session.refused({ status: 400, code: 520055, field: 'displayName' }, () => groups.create(loyalty))
      const many = Object.fromEntries(Array.from({ length: 96 }, (_, n) => [`t${n}`, { dataType: 'STRING' }]))
      await session.refused({ status: 400, code: 520054 }, () => groups.create({ displayName: 'New', traits: many }))
      await session.refused({ status: 404, code: 520041 }, () =>
        session.client.memory.v1.traitGroups(unknownStore).create(loyalty),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists groups, the newest first, with their traits only when asked for, page by page',
      run: async (session) => {
        const storeId = await makeGroup(session)
        const { v1 } = session.client.memory
        const bare = await session.listed(traitGroup, 'traitGroups', () => v1.traitGroups(storeId).page())
        assert.deepEqual(
          bare.body.traitGroups.map((group: { displayName: string; traits?: object }) => [
            group.displayName,
            group.traits,
          ]),
          [
            ['Loyalty', undefined],
            ['Contact', undefined],
          ],
        )
        const full = await session.listed(traitGroup, 'traitGroups', () =>
          v1.traitGroups(storeId).page({ includeTraits: true, orderBy: 'ASC', pageSize: 1 }),
        )
        assert.equal(full.body.traitGroups[0].traits.phone.idTypePromotion, 'phone')
        const all = await v1.traitGroups(storeId).list({ pageSize: 1 })
        assert.deepEqual(
          all.map(({ displayName }) => displayName),
          ['Loyalty', 'Contact'],
        )
      },
    },
    {
      name: 'does not find an unknown store',
      run: async (session) => {
        await session.refused({ status: 404, code: 520041 }, () =>
          session.client.memory.v1.traitGroups(unknownStore).page(),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{traitGroupName}`, [
    {
      name: 'wraps the group, pages through its traits and has an ETag',
      run: async (session) => {
        const storeId = await makeGroup(session)
        const { v1 } = session.client.memory
        const first = await session.answered(traitGroupPage, { status: 200 }, () =>
          v1.traitGroups(storeId, 'Loyalty').fetch({ pageSize: 3, orderBy: 'ASC' }),
        )
        assert.match(first.headers.etag ?? '', /^"[A-Za-z0-9_-]+"$/)
        assert.deepEqual(Object.keys(first.body.traitGroup.traits), ['cards', 'member', 'points'])
        const next = await session.answered(traitGroupPage, { status: 200 }, () =>
          v1.traitGroups(storeId, 'Loyalty').fetch({ orderBy: 'ASC', pageToken: first.body.meta.nextToken }),
        )
        assert.deepEqual(Object.keys(next.body.traitGroup.traits), ['tier'])
        const { body } = await session.answered(traitGroupPage, { status: 200 }, () =>
          v1.traitGroups(storeId, 'Loyalty').fetch({ includeTraits: false }),
        )
        assert.equal('traits' in body.traitGroup, false)
      },
    },
    {
      name: 'does not find an unknown group; names are case-sensitive',
      run: async (session) => {
        const storeId = await makeGroup(session)
        for (const name of ['Nobody', 'loyalty']) {
          await session.refused({ status: 404, code: 520047 }, () =>
            session.client.memory.v1.traitGroups(storeId, name).fetch(),
          )
        }
      },
    },
  ]),
]

const changing: Case[] = [
  ...about(`PATCH ${path}/{traitGroupName}`, [
    {
      name: 'defines, redefines and removes traits with their values, and makes a version',
      run: async (session) => {
        const storeId = await makeGroup(session)
        const { v1 } = session.client.memory
        const { id } = await v1.profiles(storeId).create({ traits: { Loyalty: { tier: 'gold', cards: ['c1'] } } })
        const change = { description: 'Moved', traits: { tier: { dataType: '' }, joined: { dataType: 'STRING' } } }
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.traitGroups(storeId, 'Loyalty').patch(change),
        )
        namesMemoryOperation(session, accepted)
        await completed(session, accepted.body.statusUrl)
        const { body } = await session.answered(traitGroupPage, { status: 200 }, () =>
          v1.traitGroups(storeId, 'Loyalty').fetch({ orderBy: 'ASC' }),
        )
        assert.deepEqual(Object.keys(body.traitGroup.traits), ['cards', 'joined', 'member', 'points'])
        assert.deepEqual([body.traitGroup.description, body.traitGroup.version], ['Moved', 2])
        assert.deepEqual((await v1.profiles(storeId, id ?? '').fetch()).traits, { Loyalty: { cards: ['c1'] } })
      },
    },
    {
      name: 'goes by If-Match, and keeps what belongs to the system',
      run: async (session) => {
        const storeId = await makeGroup(session)
        const { v1 } = session.client.memory
        await v1.traitGroups(storeId, 'Loyalty').fetch()
        const { etag } = session.recorder.last.headers
        const patch = () => v1.traitGroups(storeId, 'Loyalty').patch({ description: 'Moved' }, { 'If-Match': etag })
        await completed(session, (await patch()).statusUrl)
        await session.refused({ status: 412, code: 520043 }, patch)
        await session.refused({ status: 400, code: 520050, field: 'traits.phone' }, () =>
          v1.traitGroups(storeId, 'Contact').patch({ traits: { phone: { dataType: 'NUMBER' } } }),
        )
        await session.refused({ status: 400, code: 520046 }, () => v1.traitGroups(storeId, 'Loyalty').patch({}))
        await session.refused({ status: 404, code: 520047 }, () =>
          v1.traitGroups(storeId, 'Nobody').patch({ description: 'x' }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{traitGroupName}`, [
    {
      name: 'takes the group and its values away, and leaves the identifiers',
      run: async (session) => {
        const storeId = await makeGroup(session)
        const { v1 } = session.client.memory
        const { id } = await v1.profiles(storeId).create({ traits: { Loyalty: { cards: ['c1'] } } })
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.traitGroups(storeId, 'Loyalty').remove(),
        )
        namesMemoryOperation(session, accepted)
        assert.equal((await finished(session, accepted.body.statusUrl)).status, 'COMPLETED')
        await session.refused({ status: 404, code: 520047 }, () => v1.traitGroups(storeId, 'Loyalty').fetch())
        assert.deepEqual((await v1.profiles(storeId, id ?? '').fetch()).traits, {})
        assert.deepEqual((await v1.lookup(storeId).create({ idType: 'chat', value: 'c1' })).profiles, [id])
      },
    },
    {
      name: 'refuses the group Contact and does not find an unknown one',
      run: async (session) => {
        const storeId = await makeStore(session)
        const { v1 } = session.client.memory
        await session.refused({ status: 400, code: 520050 }, () => v1.traitGroups(storeId, 'Contact').remove())
        await session.refused({ status: 404, code: 520047 }, () => v1.traitGroups(storeId, 'Nobody').remove())
      },
    },
  ]),
]

export const traitGroupCases: Case[] = [...creation, ...reading, ...changing]
