import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { MemoryApp } from '../testing/app.ts'
import { World } from '../testing/world.ts'

const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
after(() => store.close())

test('traits are listed by the time of their last writing, filtered by group, page by page', async () => {
  const app = await MemoryApp.open(await World.open(store))
  const storeId = await app.activeStore()
  await app.complete('POST', `/v1/ControlPlane/Stores/${storeId}/TraitGroups`, {
    displayName: 'Loyalty',
    traits: { tier: { dataType: 'STRING' }, tags: { dataType: 'ARRAY' } },
  })
  const profiles = `/v1/Stores/${storeId}/Profiles`
  const traits = { Contact: { phone: '+13125550142', city: 'Graz' }, Loyalty: { tags: ['a', 1, true] } }
  const { id } = (await app.send('POST', profiles, { traits })).body
  app.world.now += 1000
  await app.send('PATCH', `${profiles}/${id}`, { traits: { Contact: { city: 'Linz' }, Loyalty: { tier: 'gold' } } })
  const page = async (query = '') => (await app.send('GET', `${profiles}/${id}/Traits${query}`)).body
  const [before, now] = ['2026-01-05T09:00:00.000Z', '2026-01-05T09:00:01.000Z']
  const all = await page()
  assert.deepEqual(all, {
    traits: [
      { name: 'tier', value: 'gold', traitGroup: 'Loyalty', timestamp: now },
      { name: 'city', value: 'Linz', traitGroup: 'Contact', timestamp: now },
      { name: 'tags', value: ['a', 1, true], traitGroup: 'Loyalty', timestamp: before },
      { name: 'phone', value: '+13125550142', traitGroup: 'Contact', timestamp: before },
    ],
    meta: { key: 'traits', pageSize: 4, nextToken: null, previousToken: null },
  })
  const walked: string[] = []
  let token: string | null = ''
  while (token !== null) {
    const { traits: some, meta } = await page(`?orderBy=ASC&pageSize=1${token && `&pageToken=${token}`}`)
    walked.push(...some.map((trait: { name: string }) => trait.name))
    token = meta.nextToken
  }
  assert.deepEqual(walked, ['phone', 'tags', 'city', 'tier'])
  const names = async (query: string) => (await page(query)).traits.map((trait: { name: string }) => trait.name)
  assert.deepEqual(await names('?traitGroups=Loyalty'), ['tier', 'tags'])
  assert.deepEqual(await names('?traitGroups=Other,Contact'), ['city', 'phone'])
  const missing = await app.send('GET', `${profiles}/mem_profile_01kq7v2m9c4d5e6f7g8h9j0k2n/Traits`)
  assert.deepEqual([missing.status, missing.body.code], [404, 20404])
})
