import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inWorld, type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import type { GroupingType } from '../domain/model.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import {
  bodyOf,
  changesSince,
  converse,
  fetched,
  keysHeldBy,
  participant,
  profileWith,
  statusOf,
  story,
} from '../testing/story.ts'

const conversations = '/v2/Conversations'
const absent = 'conv_participant_01kjpwf17ae60tak362xesvjfr'
const noor = '+15550002222'
const a = 'tel:+15551234567'
const b = 'tel:+15550001111'
const c = 'tel:+15557654321'
const pathTo = (conversationId: string) => `${conversations}/${conversationId}/Participants`

/** Tells a story under one grouping type; channels have no rules, so that nothing is captured. */
function under(
  conversationGroupingType: GroupingType,
  fn: (world: World, configurationId: string, storeId: string) => Promise<void>,
): Promise<void> {
  return inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const channelSettings = { SMS: {}, VOICE: {}, WHATSAPP: {} }
    const id = await world.makeConfiguration({ memoryStoreId, conversationGroupingType, channelSettings })
    await fn(world, id, memoryStoreId)
  })
}

const customer = (address: string, ...on: ('SMS' | 'VOICE')[]) => participant('CUSTOMER', address, ...on)
const agent = (address: string, ...on: ('SMS' | 'VOICE')[]) => participant('HUMAN_AGENT', address, ...on)
const unknown = (address: string, ...on: ('SMS' | 'VOICE')[]) => participant('UNKNOWN', address, ...on)

describe('the keys that participants stand for', () => {
  const table: { sentence: string; participants: object[]; keys: string[] }[] = [
    { sentence: 'nobody stands for nothing', participants: [], keys: [] },
    {
      sentence: 'a customer and an agent are a pair',
      participants: [customer(kiran), agent(kiosk)],
      keys: [`a|${b}|${a}`],
    },
    { sentence: 'a lone customer stands for any pair with it', participants: [customer(kiran)], keys: [`o|${a}`] },
    { sentence: 'a lone UNKNOWN stands for any pair with it', participants: [unknown(kiran)], keys: [`o|${a}`] },
    { sentence: 'a lone agent stands for nothing', participants: [agent(kiosk)], keys: [] },
    { sentence: 'two agents stand for nothing', participants: [agent(kiosk), agent(noor)], keys: [] },
    {
      sentence: 'two customers alone are a pair',
      participants: [customer(kiran), customer(lena)],
      keys: [`a|${a}|${c}`],
    },
    {
      sentence: 'an UNKNOWN is the other side of a customer',
      participants: [customer(kiran), unknown(kiosk)],
      keys: [`a|${b}|${a}`],
    },
    {
      sentence: 'an UNKNOWN is the other side of an agent',
      participants: [unknown(kiran), agent(kiosk)],
      keys: [`a|${b}|${a}`],
    },
    { sentence: 'two UNKNOWN face each other', participants: [unknown(kiran), unknown(kiosk)], keys: [`a|${b}|${a}`] },
    {
      sentence: 'several customers with a business hold their pairs and the thread of all of them',
      participants: [customer(kiran), customer(lena), agent(kiosk)],
      keys: [`a|${b}|${a}`, `a|${b}|${c}`, `s|${b}|${a}|${c}`],
    },
    {
      sentence: 'a participant without address counts for nothing',
      participants: [customer(kiran), { type: 'HUMAN_AGENT' }],
      keys: [`o|${a}`],
    },
    {
      sentence: 'a number on two channels is one address',
      participants: [customer(kiran, 'SMS', 'VOICE'), agent(kiosk, 'SMS', 'VOICE')],
      keys: [`a|${b}|${a}`],
    },
  ]
  let world: World
  let configurationId: string
  before(async () => {
    world = await openWorld()
    configurationId = await world.makeConfiguration({ channelSettings: {} })
  })
  after(() => world.close())

  for (const { sentence, participants, keys } of table) {
    it(`${sentence}, whether created at once or one by one`, async () => {
      const { id } = await converse(world, configurationId, participants)
      assert.deepEqual(await keysHeldBy(world, id), keys)
      await bodyOf(world.put(`${conversations}/${id}`, { status: 'CLOSED' }), 200)
      assert.deepEqual(await keysHeldBy(world, id), [])
      const grown = await converse(world, configurationId)
      for (const one of participants) {
        await bodyOf(world.post(pathTo(grown.id), { addresses: [], ...one }), 201)
      }
      assert.deepEqual(await keysHeldBy(world, grown.id), keys)
      for (const one of (await fetched(world, grown.id)).participants) {
        assert.equal((await world.delete(`${pathTo(grown.id)}/${one.id}`)).status, 204)
      }
      assert.deepEqual(await keysHeldBy(world, grown.id), [])
    })
  }

  it('are one for each channel where channels are kept apart', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE', async (world, id) => {
      const both = await converse(world, id, [customer(kiran, 'SMS', 'VOICE'), agent(kiosk, 'SMS')])
      assert.deepEqual(await keysHeldBy(world, both.id), [`SMS|a|${b}|${a}`])
      const [, other] = both.participants
      await bodyOf(world.put(`${pathTo(both.id)}/${other.id}`, agent(kiosk, 'SMS', 'VOICE')), 200)
      assert.deepEqual(await keysHeldBy(world, both.id), [`SMS|a|${b}|${a}`, `VOICE|a|${b}|${a}`])
    }))

  it('are the profiles of the customers under profile grouping, whoever the business is', () =>
    under('GROUP_BY_PROFILE', async (world, configurationId, storeId) => {
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const { id } = await converse(world, configurationId, [customer(kiran), agent(kiosk)])
      const key = (profileId: string) => `p|${profileId.slice(-26)}`
      assert.deepEqual(await keysHeldBy(world, id), [key(first)])
      await bodyOf(world.post(pathTo(id), customer(lena)), 201)
      assert.deepEqual(await keysHeldBy(world, id), [key(first), key(second)].sort())
      const conflict = await world.post(conversations, { configurationId, participants: [customer(lena, 'VOICE')] })
      assert.equal(conflict.headers['x-conflicting-resource-id'], id)
    }))
})

describe('adding a participant', () => {
  it('answers with it, appends PARTICIPANT_ADDED and changes no status', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id } = await converse(world, configurationId)
      await bodyOf(world.put(`${conversations}/${id}`, { status: 'INACTIVE' }), 200)
      const body = {
        name: 'Sam',
        type: 'HUMAN_AGENT',
        addresses: [{ channel: 'VOICE', address: noor, channelId: 'CA1' }],
      }
      const added = await bodyOf(world.post(pathTo(id), body), 201)
      assert.deepEqual(await bodyOf(world.get(`${pathTo(id)}/${added.id}`), 200), added)
      assert.deepEqual([added.name, added.type, added.profileId], ['Sam', 'HUMAN_AGENT', null])
      assert.deepEqual(added.addresses, body.addresses)
      assert.equal(await statusOf(world, id), 'INACTIVE')
      assert.deepEqual(await story(world, id, 3), ['PARTICIPANT_ADDED', 'DIAGNOSTIC'])
      const found = await bodyOf(world.get(`${conversations}?channelId=CA1`), 200)
      assert.equal(found.conversations.length, 1)
    }))

  it('needs addresses, of known channels and in the form of their channel', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id } = await converse(world, configurationId)
      const refused: [object, number][] = [
        [{}, 20001],
        [{ addresses: null }, 20001],
        [{ addresses: [{ channel: 'SMS' }] }, 20001],
        [{ addresses: [{ channel: 'FAX', address: kiran }] }, 20001],
        [{ addresses: [{ channel: 'SMS', address: '' }] }, 20001],
        [customer('15551234567'), 21614],
        [customer('+1 555 123 4567'), 21614],
        [customer('KIOSK'), 21614],
        [participant('UNKNOWN', '5551234', 'WHATSAPP'), 21614],
      ]
      for (const [body, code] of refused) {
        const answer = await world.post(pathTo(id), body)
        assert.equal(answer.status, 400, answer.text)
        assert.equal(answer.body.code, code, answer.text)
      }
      await bodyOf(world.post(pathTo(id), agent('KIOSK')), 201)
      assert.equal((await fetched(world, id)).participants.length, 1)
    }))

  it('conflicts when an address on that channel takes part already, naming whom', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [customer(kiran)])
      const answer = await world.post(pathTo(id), unknown(kiran))
      assert.equal(answer.status, 409)
      assert.equal(answer.body.code, 20409)
      assert.equal(answer.headers['x-conflicting-resource-id'], participants[0].id)
      assert.equal((await fetched(world, id)).participants.length, 1)
      await bodyOf(world.post(pathTo(id), unknown(kiran, 'VOICE')), 201)
    }))

  it('conflicts when another open conversation stands for the same parties, and then changes nothing', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const holder = await converse(world, configurationId, [customer(kiran), agent(kiosk)])
      const { id } = await converse(world, configurationId, [customer(kiran, 'VOICE')])
      const before = { keys: await keysHeldBy(world, id), events: await world.events(id) }
      const answer = await world.post(pathTo(id), agent(kiosk, 'VOICE'))
      assert.equal(answer.status, 409, answer.text)
      assert.equal(answer.headers['x-conflicting-resource-id'], holder.id)
      assert.equal(answer.body.params.conversationId, holder.id)
      assert.match(answer.body.message, new RegExp(holder.id))
      assert.deepEqual({ keys: await keysHeldBy(world, id), events: await world.events(id) }, before)
      await bodyOf(world.put(`${conversations}/${holder.id}`, { status: 'CLOSED' }), 200)
      await bodyOf(world.post(pathTo(id), agent(kiosk, 'VOICE')), 201)
      assert.deepEqual(await keysHeldBy(world, id), [`a|${b}|${a}`])
    }))

  it('does not create a profile for a customer that it then refuses', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId, storeId) => {
      await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      const { id } = await converse(world, configurationId, [agent(kiosk)])
      assert.equal((await world.post(pathTo(id), customer(kiran))).status, 409)
      assert.deepEqual((await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles`), 200)).profiles, [])
    }))

  it('is refused beyond 50 participants, 20 addresses and 500 keys', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const numbers = (from: number, count: number) =>
        Array.from({ length: count }, (_, at) => ({ channel: 'SMS', address: `+1555${from + at}` }))
      const full = await converse(
        world,
        configurationId,
        Array.from({ length: 50 }, () => ({})),
      )
      const crowded = await bodyOf(world.post(pathTo(full.id), agent(noor)), 400)
      assert.match(crowded.message, /50/)

      const { id } = await converse(world, configurationId)
      await bodyOf(world.post(pathTo(id), { type: 'AGENT', addresses: numbers(1_000_000, 21) }), 400)
      await bodyOf(world.post(pathTo(id), { type: 'AGENT', addresses: numbers(1_000_000, 20) }), 201)
      await bodyOf(world.post(pathTo(id), { type: 'UNKNOWN', addresses: numbers(2_000_000, 20) }), 201)
      assert.equal((await keysHeldBy(world, id)).length, 400)
      const most = await world.post(pathTo(id), { type: 'CUSTOMER', addresses: numbers(3_000_000, 3) })
      assert.equal(most.status, 400, most.text)
      assert.match(most.body.message, /500/)
      await bodyOf(world.post(pathTo(id), { type: 'CUSTOMER', addresses: numbers(3_000_000, 2) }), 201)
      assert.equal((await fetched(world, id)).participants.length, 3)
    }))

  it('is refused once the conversation is CLOSED, also when that has just fallen due', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      const { conversationId } = await capture(world)
      const [{ id: participantId }] = (await fetched(world, conversationId)).participants
      await bodyOf(world.put(`${conversations}/${conversationId}`, { status: 'CLOSED' }), 200)
      for (const answer of [
        await world.post(pathTo(conversationId), agent(noor)),
        await world.put(`${pathTo(conversationId)}/${participantId}`, customer(kiran)),
        await world.delete(`${pathTo(conversationId)}/${participantId}`),
      ]) {
        assert.equal(answer.status, 400, answer.text)
        assert.equal(answer.body.code, 20001)
        assert.match(answer.body.message, /CLOSED/)
      }
      assert.equal((await fetched(world, conversationId)).participants.length, 2)
    }))

  it('starts a provisional clock with the first address on a message channel', () =>
    inWorld({}, async (world) => {
      const configurationId = await world.makeConfiguration()
      const since = await world.now()
      const { id } = await converse(world, configurationId)
      await world.advance({ minutes: 100 })
      await bodyOf(world.post(pathTo(id), unknown(kiran)), 201)
      await world.advance({ minutes: 5 })
      await bodyOf(world.post(pathTo(id), agent(kiosk)), 201)
      await world.advance({ minutes: 100 })
      assert.deepEqual(await changesSince(world, id, since), [115, 160])
    }))
})

describe('replacing a participant', () => {
  it('clears what is left out and releases the keys that go with it', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [
        { name: 'Kiran', ...unknown(kiran) },
        agent(kiosk),
      ])
      const before = (await world.events(id)).length
      await world.advance({ minutes: 1 })
      const cleared = await bodyOf(world.put(`${pathTo(id)}/${participants[0].id}`, {}), 200)
      assert.deepEqual(
        [cleared.name, cleared.type, cleared.profileId, cleared.addresses],
        ['UNKNOWN', 'UNKNOWN', null, []],
      )
      assert.equal(cleared.createdAt, participants[0].createdAt)
      assert.notEqual(cleared.updatedAt, participants[0].updatedAt)
      assert.deepEqual(await keysHeldBy(world, id), [])
      assert.deepEqual(await story(world, id, before + 1), ['PARTICIPANT_UPDATED'])
      assert.deepEqual((await fetched(world, id)).participants[0], cleared)
    }))

  it('takes the difference: what stays is never released', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      const addresses = [kiran, lena].map((address) => ({ channel: 'SMS', address }))
      await bodyOf(world.put(`${pathTo(id)}/${participants[0].id}`, { type: 'UNKNOWN', addresses }), 200)
      assert.deepEqual(await keysHeldBy(world, id), [`a|${b}|${a}`, `a|${b}|${c}`])
      await bodyOf(world.put(`${pathTo(id)}/${participants[0].id}`, unknown(lena)), 200)
      assert.deepEqual(await keysHeldBy(world, id), [`a|${b}|${c}`])
    }))

  it('promotes an UNKNOWN to CUSTOMER and then finds or makes its profile', () =>
    under('GROUP_BY_PROFILE', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      assert.deepEqual(await keysHeldBy(world, id), [`a|${b}|${a}`])
      const promoted = await bodyOf(world.put(`${pathTo(id)}/${participants[0].id}`, customer(kiran)), 200)
      assert.match(promoted.profileId, /^mem_profile_/)
      assert.deepEqual(await keysHeldBy(world, id), [`p|${promoted.profileId.slice(-26)}`])
    }))

  it('attaches a given profile and follows it with its key', () =>
    under('GROUP_BY_PROFILE', async (world, configurationId, storeId) => {
      const [first, second] = [await profileWith(world, storeId, kiran), await profileWith(world, storeId, lena)]
      const { id, participants } = await converse(world, configurationId, [customer(kiran)])
      assert.equal(participants[0].profileId, first)
      const body = { ...customer(kiran), profileId: second }
      const changed = await bodyOf(world.put(`${pathTo(id)}/${participants[0].id}`, body), 200)
      assert.equal(changed.profileId, second)
      assert.deepEqual(await keysHeldBy(world, id), [`p|${second.slice(-26)}`])
    }))

  it('conflicts with another open conversation, or another participant, and then changes nothing', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const holder = await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      const { id, participants } = await converse(world, configurationId, [unknown(lena), agent(kiosk)])
      const before = await fetched(world, id)
      const held = await world.put(`${pathTo(id)}/${participants[0].id}`, unknown(kiran))
      assert.equal(held.status, 409)
      assert.equal(held.headers['x-conflicting-resource-id'], holder.id)
      const twice = await world.put(`${pathTo(id)}/${participants[0].id}`, unknown(kiosk))
      assert.equal(twice.status, 409)
      assert.equal(twice.headers['x-conflicting-resource-id'], participants[1].id)
      assert.deepEqual(await fetched(world, id), before)
      assert.deepEqual(await keysHeldBy(world, id), [`a|${b}|${c}`])
    }))

  it('answers 404 for whoever does not take part in this conversation', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { participants } = await converse(world, configurationId, [unknown(kiran)])
      const other = await converse(world, configurationId)
      for (const id of [absent, 'conv_participant_x', participants[0].id]) {
        assert.equal((await world.put(`${pathTo(other.id)}/${id}`, {})).status, 404)
        assert.equal((await world.delete(`${pathTo(other.id)}/${id}`)).status, 404)
      }
      const stranger = await world.makeStranger()
      assert.equal((await stranger.put(`${pathTo(other.id)}/${participants[0].id}`, {})).status, 404)
      assert.equal((await stranger.post(pathTo(other.id), agent(noor))).status, 404)
    }))
})

describe('removing a participant', () => {
  it('answers 204, appends PARTICIPANT_REMOVED and keeps what was said', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      const communication = {
        author: { channel: 'SMS', address: kiran },
        recipients: [{ channel: 'SMS', address: kiosk }],
        content: { type: 'TEXT', text: 'Bye' },
      }
      const said = await bodyOf(world.post(`${conversations}/${id}/Communications`, communication), 201)
      const before = (await world.events(id)).length
      const { status, text } = await world.delete(`${pathTo(id)}/${participants[0].id}`)
      assert.deepEqual([status, text], [204, ''])
      assert.deepEqual(await story(world, id, before + 1), ['PARTICIPANT_REMOVED'])
      assert.equal((await world.get(`${pathTo(id)}/${participants[0].id}`)).status, 404)
      assert.deepEqual(await bodyOf(world.get(`${conversations}/${id}/Communications/${said.id}`), 200), said)
      assert.deepEqual(await keysHeldBy(world, id), [], 'losing the last key is allowed')
      assert.equal(await statusOf(world, id), 'ACTIVE')
    }))

  it('frees the keys for another conversation', () =>
    under('GROUP_BY_PARTICIPANT_ADDRESSES', async (world, configurationId) => {
      const { id, participants } = await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
      await world.delete(`${pathTo(id)}/${participants[1].id}`)
      assert.deepEqual(await keysHeldBy(world, id), [`o|${a}`])
      await world.delete(`${pathTo(id)}/${participants[0].id}`)
      await converse(world, configurationId, [unknown(kiran), agent(kiosk)])
    }))
})

describe('threads of several customers', () => {
  it('keep their key when participants change', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration()
      const { conversationId } = await capture(world, message({ to: [kiosk, lena] }))
      const keys = await keysHeldBy(world, conversationId)
      assert.deepEqual(keys, [`s|${b}|${a}|${c}`])
      const { participants } = await fetched(world, conversationId)
      await bodyOf(world.post(pathTo(conversationId), agent(noor)), 201)
      assert.equal((await world.delete(`${pathTo(conversationId)}/${participants[0].id}`)).status, 204)
      assert.deepEqual(await keysHeldBy(world, conversationId), keys)
      assert.equal((await capture(world, message({ from: lena, to: [kiosk, kiran] }))).conversationId, conversationId)
    }))
})

describe('participants of conversations whose customers were merged', () => {
  it('are added although another conversation holds the key of the merged profile', () =>
    under('GROUP_BY_PROFILE', async (world, configurationId, storeId) => {
      await profileWith(world, storeId, kiran)
      const second = await profileWith(world, storeId, lena)
      const first = await converse(world, configurationId, [customer(kiran), agent(kiosk)])
      const other = await converse(world, configurationId, [customer(lena), agent(noor)])
      const path = `/v1/Stores/${storeId}/Profiles/${second}/Identifiers`
      await bodyOf(world.post(path, { idType: 'phone', value: kiran }), 202)
      await world.settleOperations()
      const merged = await bodyOf(
        world.post(`/v1/Stores/${storeId}/Profiles/Lookup`, { idType: 'phone', value: lena }),
        200,
      )
      assert.deepEqual(
        merged.profiles.map((id: Json) => id),
        [first.participants[0].profileId],
      )
      for (const { id } of [first, other]) {
        await bodyOf(world.post(pathTo(id), agent('+15550003333', 'VOICE')), 201)
      }
    }))
})
