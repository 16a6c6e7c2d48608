import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, type World } from '../../testing/app.ts'

const ines = '+13125550141'
const other = '+13125550142'

interface Cast {
  world: World
  /** Paths: published, and ours. */
  profiles: string
  ours: string
}

function inStore(story: (cast: Cast) => Promise<void>): Promise<void> {
  return inWorld({}, async (world) => {
    const storeId = await world.makeMemoryStore()
    await story({ world, profiles: `/v1/Stores/${storeId}/Profiles`, ours: `/skein/v1/Stores/${storeId}` })
  })
}

async function create({ world, profiles }: Cast, contact: object): Promise<string> {
  const answer = await world.post(profiles, { traits: { Contact: contact } })
  assert.equal(answer.status, 202, answer.text)
  return answer.body.id
}

async function events(world: World, type: string): Promise<Json[]> {
  const { body } = await world.get(`/skein/v1/Events?type=${type}`)
  return body.events
}

describe('GET /skein/v1/Stores/{storeId}/Profiles/{profileId}/Identifiers', () => {
  it('tells what brought each identifier, when and by which request, and the merges that brought it here', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const first = await create(cast, { phone: ines })
      const second = await create(cast, { email: 'ines@example.com' })
      const added = await world.post(`${profiles}/${second}/Identifiers`, { idType: 'chat', value: 'ines' })
      const merged = await world.post(`${profiles}/${second}/Identifiers`, { idType: 'phone', value: ines })
      const { status, body, headers } = await world.get(`${ours}/Profiles/${second}/Identifiers`)
      assert.equal(status, 200)
      assert.equal(headers['canonical-profile-id'], first)
      assert.equal(body.profileId, first)
      const why = new Map<string, Json>(body.identifiers.map((one: Json) => [one.idType, one]))
      const sources = (idType: string) => why.get(idType).reasons.map(({ source }: Json) => source)
      assert.deepEqual(sources('phone'), ['TRAIT'])
      assert.equal(why.get('phone').reasons[0].trait, 'Contact.phone')
      assert.deepEqual(sources('chat'), ['API', 'MERGE'])
      const [api, merge] = why.get('chat').reasons
      assert.equal(api.requestId, added.headers['twilio-request-id'])
      assert.equal(api.profileId, second)
      assert.equal(merge.requestId, merged.headers['twilio-request-id'])
      assert.match(merge.resourceId, /^skein_merge_/)
      assert.equal(why.get('chat').neverMerges, false)
    }))

  it('is not found where there is no such profile', () =>
    inStore(async ({ world, ours }) => {
      assert.equal((await world.get(`${ours}/Profiles/mem_profile_01kq7v2m9c4d5e6f7g8h9j0k4q/Identifiers`)).status, 404)
    }))
})

describe('merges', () => {
  it('are previewed, made, listed, fetched and undone', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const first = await create(cast, { phone: ines, firstName: 'Ines' })
      await world.advance({ seconds: 1 })
      const second = await create(cast, { phone: other, firstName: 'Inés', city: 'Graz' })
      const before = await Promise.all([first, second].map((id) => world.get(`${profiles}/${id}`)))
      const preview = await world.post(`${ours}/Merges/Preview`, { profileIds: [second, first] })
      assert.equal(preview.status, 200, preview.text)
      assert.equal(preview.body.refusal, null)
      const [foreseen] = preview.body.merges
      assert.deepEqual([foreseen.survivingProfileId, foreseen.retiredProfileId], [first, second])
      assert.deepEqual(foreseen.moved, { identifiers: 1, hidden: 0, traits: 3, observations: 0, summaries: 0 })
      assert.deepEqual(foreseen.traits.sort(), ['Contact.city', 'Contact.firstName', 'Contact.phone'])
      assert.deepEqual(preview.body.profile.traits.Contact, { phone: other, firstName: 'Inés', city: 'Graz' })
      assert.equal((await world.get(`${ours}/Merges`)).body.merges.length, 0, 'nothing was saved')

      const made = await world.post(`${ours}/Merges`, { profileIds: [second, first] })
      assert.equal(made.status, 201, made.text)
      assert.equal(made.body.status, 'MERGED')
      assert.equal(made.body.cause, 'OPERATOR')
      assert.deepEqual(made.body.moved, foreseen.moved)
      assert.equal((await world.get(`${profiles}/${second}`)).headers['canonical-profile-id'], first)
      const again = await world.post(`${ours}/Merges`, { profileIds: [second, first] })
      assert.equal(again.status, 409)
      const refused = await world.post(`${ours}/Merges/Preview`, { profileIds: [second, first] })
      assert.match(refused.body.refusal, /already/)

      const undone = await world.post(`${ours}/Merges/${made.body.id}/Undo`)
      assert.equal(undone.status, 200, undone.text)
      assert.deepEqual(undone.body.profileIds, [first, second])
      assert.equal(undone.body.merge.status, 'UNDONE')
      assert.equal(undone.body.merge.keptApart, true)
      const after = await Promise.all([first, second].map((id) => world.get(`${profiles}/${id}`)))
      assert.deepEqual(
        after.map(({ body }) => body),
        before.map(({ body }) => body),
      )
      assert.equal((await world.post(`${ours}/Merges/${made.body.id}/Undo`)).status, 409)
      assert.deepEqual((await world.get(`${ours}/Merges/${made.body.id}`)).body, undone.body.merge)
      for (const type of ['profile.merged', 'profile.unmerged']) {
        const [event] = await events(world, type)
        assert.equal(event.source, 'conversation-memory')
        assert.equal(event.data.details.mergeId, made.body.id)
      }
    }))

  it('send clients to the profile that stayed where the server is set so', () =>
    inWorld({ SKEIN_MEMORY_REDIRECTS: 'strict' }, async (world) => {
      const storeId = await world.makeMemoryStore()
      const profiles = `/v1/Stores/${storeId}/Profiles`
      const cast = { world, profiles, ours: `/skein/v1/Stores/${storeId}` }
      const [first, second] = [await create(cast, { phone: ines }), await create(cast, { phone: other })]
      await world.post(`${cast.ours}/Merges`, { profileIds: [first, second] })
      const moved = await world.get(`${profiles}/${second}`)
      assert.equal(moved.status, 301)
      assert.ok(moved.headers.location?.endsWith(`${profiles}/${first}`))
      assert.equal((await world.patch(`${profiles}/${second}`, { traits: {} })).status, 308)
      assert.equal((await world.get(`${cast.ours}/Profiles/${second}/Identifiers`)).status, 200, 'ours always answer')
    }))

  it('keep nothing of a trait group that is gone, also not for when they are undone', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const groups = `/v1/ControlPlane/Stores/${profiles.split('/')[3]}/TraitGroups`
      const traits = { tier: { dataType: 'STRING' } }
      await world.completed(await world.post(groups, { displayName: 'Loyalty', traits }))
      const ids: string[] = []
      for (const phone of [ines, other]) {
        const body = { traits: { Contact: { phone }, Loyalty: { tier: 'gold' } } }
        ids.push((await world.post(profiles, body)).body.id)
      }
      const merge = await world.post(`${ours}/Merges`, { profileIds: ids })
      await world.completed(await world.delete(`${groups}/Loyalty`))
      assert.equal((await world.post(`${ours}/Merges/${merge.body.id}/Undo`)).status, 200)
      for (const id of ids) {
        assert.deepEqual(Object.keys((await world.get(`${profiles}/${id}`)).body.traits), ['Contact'])
      }
    }))

  it('list those of one profile, in pages', () =>
    inStore(async (cast) => {
      const { world, ours } = cast
      const ids: string[] = []
      for (const chat of ['a', 'b', 'c', 'd', 'e']) ids.push(await create(cast, { chat }))
      for (const id of ids.slice(1, 4)) await world.post(`${ours}/Merges`, { profileIds: [ids[0], id] })
      const retired = async (path: string) => {
        const { body } = await world.get(path)
        return { ids: body.merges.map((merge: Json) => merge.retiredProfileId), meta: body.meta }
      }
      for (const filter of ['', `&profileId=${ids[2]}`]) {
        const first = await retired(`${ours}/Merges?pageSize=2${filter}`)
        assert.deepEqual(first.ids, [ids[3], ids[2]])
        const second = await retired(`${ours}/Merges?pageSize=2${filter}&pageToken=${first.meta.nextToken}`)
        assert.deepEqual(second.ids, [ids[1]])
        const back = await retired(`${ours}/Merges?pageSize=2${filter}&pageToken=${second.meta.previousToken}`)
        assert.deepEqual(back.ids, first.ids)
      }
      assert.deepEqual((await retired(`${ours}/Merges?profileId=${ids[4]}`)).ids, [])
    }))

  it('by an identifier are previewed, and refused between two that are kept apart', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const first = await create(cast, { phone: ines })
      const second = await create(cast, { phone: other })
      const question = { profileId: second, idType: 'phone', value: ines }
      const { body } = await world.post(`${ours}/Merges/Preview`, question)
      assert.deepEqual(body.merges[0].evidence, [{ idType: 'phone', value: ines }])
      assert.equal(body.profile.id, first)
      const added = await world.post(`${profiles}/${second}/Identifiers`, { idType: 'phone', value: ines })
      assert.equal(added.status, 202)
      const [merge] = (await world.get(`${ours}/Merges`)).body.merges
      await world.post(`${ours}/Merges/${merge.id}/Undo`)
      const refusal = await world.post(`${profiles}/${second}/Identifiers`, { idType: 'phone', value: ines })
      assert.equal(refusal.status, 409)
      assert.equal(refusal.body.params.mergeId, merge.id)
      assert.match((await world.post(`${ours}/Merges/Preview`, question)).body.refusal, /undone/)
      const [event] = await events(world, 'profile.mergeRefused')
      assert.equal(event.data.errorCode, 530911)
      assert.equal(event.requestId, refusal.headers['twilio-request-id'])
    }))

  it('refuse what they cannot read', () =>
    inStore(async (cast) => {
      const { world, ours } = cast
      const id = await create(cast, { phone: ines })
      const bad = [
        ['Merges', { profileIds: [id] }],
        ['Merges', { profileIds: [id, 'nobody'] }],
        ['Merges', {}],
        ['Merges/Preview', {}],
        ['Merges/Preview', { profileIds: [id, id], idType: 'phone' }],
        ['Merges/Preview', { profileId: id, idType: 'shoe', value: '42' }],
        ['Merges/Preview', { profileId: id, idType: 'phone', value: 'x' }],
      ] as const
      for (const [path, body] of bad) {
        const answer = await world.post(`${ours}/${path}`, body)
        assert.ok([400, 404].includes(answer.status), answer.text)
      }
      const nobody = 'skein_merge_01kq7v2m9c4d5e6f7g8h9j0k4q'
      assert.equal((await world.get(`${ours}/Merges/${nobody}`)).status, 404)
      assert.equal((await world.post(`${ours}/Merges/${nobody}/Undo`)).status, 404)
      const stranger = await world.makeStranger()
      assert.equal((await stranger.get(`${ours}/Merges`)).status, 404)
    }))
})

describe('values that never merge', () => {
  it('are any number of profiles’, and are told', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const first = await create(cast, { phone: ines, chat: 'a' })
      const path = `${ours}/SharedIdentifiers`
      const listed = await world.post(path, { idType: 'phone', value: '(312) 555-0141', note: 'the front desk' })
      assert.equal(listed.status, 201, listed.text)
      assert.equal(listed.body.value, ines)
      assert.equal((await world.post(path, { idType: 'phone', value: ines })).status, 409)
      const second = await create(cast, { phone: ines, chat: 'b' })
      assert.notEqual(second, first)
      await world.post(`${profiles}/${second}/Identifiers`, { idType: 'chat', value: 'c' })
      const found = await world.post(`${profiles}/Lookup`, { idType: 'phone', value: ines })
      assert.deepEqual(found.body.profiles, [first, second])
      for (const id of [first, second]) {
        const { body } = await world.get(`${ours}/Profiles/${id}/Identifiers`)
        assert.equal(body.identifiers.find(({ idType }: Json) => idType === 'phone').neverMerges, true)
      }
      assert.deepEqual((await world.get(path)).body.sharedIdentifiers, [listed.body])
      assert.deepEqual((await world.get(`${path}/${listed.body.id}`)).body, listed.body)
      assert.equal((await world.delete(`${path}/${listed.body.id}`)).status, 204)
      assert.equal((await world.delete(`${path}/${listed.body.id}`)).status, 404)
      assert.equal((await world.get(`${path}/${listed.body.id}`)).status, 404)
      const third = await create(cast, { phone: ines })
      assert.equal(third, first, 'the next write by it finds them one')
      assert.equal((await world.get(`${profiles}/${second}`)).headers['canonical-profile-id'], first)
      assert.equal((await events(world, 'sharedIdentifier.added')).length, 1)
      assert.equal((await events(world, 'sharedIdentifier.removed')).length, 1)
    }))

  it('have to be of a type that the store has', () =>
    inStore(async ({ world, ours }) => {
      assert.equal((await world.post(`${ours}/SharedIdentifiers`, { idType: 'shoe', value: '42' })).status, 400)
      assert.equal((await world.post(`${ours}/SharedIdentifiers`, { idType: 'phone', value: 'x' })).status, 400)
    }))
})

describe('GET /skein/v1/Erasures', () => {
  it('has a receipt for every profile and store that was erased, and nothing of what they were', () =>
    inStore(async (cast) => {
      const { world, profiles, ours } = cast
      const first = await create(cast, { phone: ines })
      const second = await create(cast, { phone: other })
      await world.post(`${ours}/Merges`, { profileIds: [first, second] })
      const deleted = await world.delete(`${profiles}/${second}`)
      assert.equal(deleted.status, 202)
      const { body } = await world.get('/skein/v1/Erasures')
      const [receipt] = body.erasures
      assert.equal(receipt.kind, 'PROFILE')
      assert.equal(receipt.subject, first)
      assert.equal(receipt.requestId, deleted.headers['twilio-request-id'])
      assert.deepEqual(
        Object.fromEntries(
          ['identifiers', 'layers', 'merges', 'retiredIds', 'profiles'].map((name) => [name, receipt.counts[name]]),
        ),
        { identifiers: 2, layers: 2, merges: 1, retiredIds: 1, profiles: 1 },
      )
      assert.deepEqual((await world.get(`/skein/v1/Erasures/${receipt.id}`)).body, receipt)
      assert.equal((await (await world.makeStranger()).get(`/skein/v1/Erasures/${receipt.id}`)).status, 404)
      assert.deepEqual(await events(world, 'profile.merged'), [], 'what was told about the profile is gone')
      assert.equal((await events(world, 'profile.deleted')).length, 1)
      assert.equal((await world.get(`${profiles}/${first}`)).status, 404)
    }))
})
