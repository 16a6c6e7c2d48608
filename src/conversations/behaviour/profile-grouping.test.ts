import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import {
  bodyOf,
  converse,
  diagnosticsOf,
  fetched,
  keysHeldBy,
  own,
  participant,
  profileWith,
  story,
} from '../testing/story.ts'

const harbour = '+15550003333'
const both = [
  { from: '*', to: kiosk },
  { from: kiosk, to: '*' },
  { from: '*', to: harbour },
  { from: harbour, to: '*' },
]
const settings = { captureRules: both, statusTimeouts: { inactive: 10, closed: 30 } }
const key = (...profileIds: string[]) =>
  [profileIds.length === 1 ? 'p' : 'P', ...profileIds.map((id) => id.slice(-26)).sort()].join('|')
const pair = (address: string) => ['a', ...[`tel:${address}`, `tel:${kiosk}`].sort()].join('|')

/** A kiosk that tells its customers by their profiles. */
function byProfile(fn: (world: World, configurationId: string, storeId: string) => Promise<void>): Promise<void> {
  return inWorld({}, async (world) => {
    const memoryStoreId = await world.makeMemoryStore()
    const configurationId = await world.makeConfiguration({
      memoryStoreId,
      conversationGroupingType: 'GROUP_BY_PROFILE',
      channelSettings: { SMS: settings, VOICE: settings, WHATSAPP: settings },
    })
    await fn(world, configurationId, memoryStoreId)
  })
}

async function addPhone(world: World, storeId: string, profileId: string, value: string): Promise<void> {
  const path = `/v1/Stores/${storeId}/Profiles/${profileId}/Identifiers`
  await bodyOf(world.post(path, { idType: 'phone', value }), 202)
  await world.settleOperations()
}

async function profilesIn(world: World, conversationId: string): Promise<(string | null)[]> {
  const { participants } = await fetched(world, conversationId)
  return participants.filter(({ type }: Json) => type === 'CUSTOMER').map(({ profileId }: Json) => profileId)
}

describe('grouping by profile', () => {
  it('joins a customer’s messages to any number of the business, which then has several addresses', () =>
    byProfile(async (world, _, storeId) => {
      await profileWith(world, storeId, kiran)
      const first = await capture(world)
      const second = await capture(world, message({ to: harbour }))
      assert.equal(second.conversationId, first.conversationId)
      const { participants } = await fetched(world, first.conversationId)
      assert.deepEqual(
        participants.map((one: Json) => [one.type, one.addresses.map(({ address }: Json) => address)]),
        [
          ['CUSTOMER', [kiran]],
          ['AGENT', [kiosk, harbour]],
        ],
      )
      assert.deepEqual(await story(world, first.conversationId, 5), ['PARTICIPANT_UPDATED', 'COMMUNICATION_CREATED'])
    }))

  it('adds an AGENT beside a business participant of another kind', () =>
    byProfile(async (world, configurationId, storeId) => {
      await profileWith(world, storeId, kiran)
      const { id } = await converse(world, configurationId, [
        participant('CUSTOMER', kiran),
        participant('HUMAN_AGENT', kiosk),
      ])
      assert.equal((await capture(world, message({ to: harbour }))).conversationId, id)
      const { participants } = await fetched(world, id)
      assert.deepEqual(
        participants.map(({ type }: Json) => type),
        ['CUSTOMER', 'HUMAN_AGENT', 'AGENT'],
      )
    }))

  it('keeps customers apart, also while one is INACTIVE', () =>
    byProfile(async (world, _, storeId) => {
      await profileWith(world, storeId, kiran)
      const first = await capture(world)
      await world.advance({ minutes: 15 })
      const second = await capture(world, message({ from: lena }))
      assert.notEqual(second.conversationId, first.conversationId)
    }))

  it('joins two people whose numbers are on one profile', () =>
    byProfile(async (world, _, storeId) => {
      const known = await profileWith(world, storeId, kiran, lena)
      const first = await capture(world)
      assert.equal((await capture(world, message({ from: lena }))).conversationId, first.conversationId)
      assert.deepEqual(await profilesIn(world, first.conversationId), [known])
    }))

  it('moves an open conversation to the profile that its customer turns out to have', () =>
    byProfile(async (world, _, storeId) => {
      const { conversationId } = await capture(world)
      assert.deepEqual(await keysHeldBy(world, conversationId), [pair(kiran)])
      const known = await profileWith(world, storeId, kiran)
      const before = (await world.events(conversationId)).length
      assert.equal((await capture(world)).conversationId, conversationId)
      assert.deepEqual(await keysHeldBy(world, conversationId), [key(known)])
      assert.deepEqual(await profilesIn(world, conversationId), [known])
      assert.deepEqual((await story(world, conversationId, before + 1)).toSorted(), [
        'COMMUNICATION_CREATED',
        'PARTICIPANT_UPDATED',
      ])
    }))

  it('does not merge: where another conversation has the profile that one goes on, and a diagnostic says so', () =>
    byProfile(async (world, _, storeId) => {
      const known = await profileWith(world, storeId, lena)
      const unknown = await capture(world)
      const holder = await capture(world, message({ from: lena }))
      await addPhone(world, storeId, known, kiran)
      const next = await capture(world)
      assert.equal(next.conversationId, holder.conversationId)
      assert.deepEqual(await keysHeldBy(world, unknown.conversationId), [pair(kiran)])
      assert.deepEqual(await profilesIn(world, unknown.conversationId), [null])
      assert.deepEqual(await keysHeldBy(world, holder.conversationId), [key(known)])
      const { trace } = await bodyOf(world.get(`/skein/v1/Communications/${next.communicationId}/Trace`), 200)
      assert.deepEqual(trace.otherHolders, [unknown.conversationId])
      assert.deepEqual(await diagnosticsOf(world, holder.conversationId), [530903])
      const [note] = (await world.events(holder.conversationId)).filter(({ type }) => type === 'DIAGNOSTIC')
      assert.deepEqual(note?.note, { code: 530903, others: [unknown.conversationId] })
      await world.advance({ minutes: 30 })
      assert.deepEqual(await keysHeldBy(world, unknown.conversationId), [])
    }))

  it('passes over a conversation whose customer at that address is somebody else', () =>
    byProfile(async (world, configurationId, storeId) => {
      const someone = await profileWith(world, storeId, '+15550009998')
      const known = await profileWith(world, storeId, kiran)
      const body = { ...participant('CUSTOMER', kiran), profileId: someone }
      const { id } = await converse(world, configurationId, [body, participant('AGENT', kiosk)])
      const { conversationId } = await capture(world)
      assert.notEqual(conversationId, id)
      assert.deepEqual(await profilesIn(world, conversationId), [known])
    }))

  it('finds a conversation under the profile that was merged into another', () =>
    byProfile(async (world, _, storeId) => {
      const older = await profileWith(world, storeId, lena)
      const newer = await profileWith(world, storeId, kiran)
      const { conversationId } = await capture(world)
      assert.deepEqual(await keysHeldBy(world, conversationId), [key(newer)])
      await addPhone(world, storeId, older, kiran)
      for (const from of [kiran, lena]) {
        assert.equal((await capture(world, message({ from }))).conversationId, conversationId)
      }
      const { participants } = await fetched(world, conversationId)
      assert.equal(participants.length, 2, 'the same customer, now with two numbers')
      const conflict = await world.post('/v2/Conversations', {
        configurationId: (await fetched(world, conversationId)).configurationId,
        participants: [participant('CUSTOMER', lena)],
      })
      assert.equal(conflict.headers['x-conflicting-resource-id'], conversationId)
    }))

  it('takes the most recent of two conversations whose customers were merged, and leaves the other its key', () =>
    byProfile(async (world, _, storeId) => {
      const older = await profileWith(world, storeId, lena)
      const newer = await profileWith(world, storeId, kiran)
      const lenas = await capture(world, message({ from: lena }))
      await world.advance({ minutes: 1 })
      const kirans = await capture(world)
      await addPhone(world, storeId, older, kiran)
      const next = await capture(world, message({ from: lena }))
      assert.equal(next.conversationId, kirans.conversationId)
      assert.deepEqual(await keysHeldBy(world, lenas.conversationId), [key(older)])
      assert.ok((await keysHeldBy(world, kirans.conversationId)).includes(key(newer)))
    }))

  it('keeps the profile of a participant when the profile is deleted, and decides anew for new conversations', () =>
    byProfile(async (world, _, storeId) => {
      const known = await profileWith(world, storeId, kiran)
      const { conversationId } = await capture(world)
      const answer = await world.delete(`/v1/Stores/${storeId}/Profiles/${known}`)
      assert.ok(answer.status < 300, answer.text)
      await world.settleOperations()
      assert.deepEqual(await profilesIn(world, conversationId), [known])
      const next = await capture(world)
      assert.notEqual(next.conversationId, conversationId)
      assert.deepEqual(await profilesIn(world, next.conversationId), [null])
    }))
})

describe('threads of several customers', () => {
  const thread = (more: object = {}) => message({ to: [kiosk, lena], ...more })

  it('are one conversation whoever writes, apart from those of its members', () =>
    inWorld({}, async (world) => {
      await own(world, kiosk)
      await world.makeConfiguration({ channelSettings: { SMS: settings } })
      const single = await capture(world)
      const first = await capture(world, thread())
      assert.notEqual(first.conversationId, single.conversationId)
      for (const item of [message({ from: lena, to: [kiran, kiosk] }), message({ from: kiosk, to: [lena, kiran] })]) {
        assert.equal((await capture(world, item)).conversationId, first.conversationId)
      }
      assert.equal((await capture(world)).conversationId, single.conversationId)
      const larger = await capture(world, thread({ to: [kiosk, lena, '+15550009997'] }))
      assert.notEqual(larger.conversationId, first.conversationId)
      assert.deepEqual(await keysHeldBy(world, first.conversationId), [
        ['s', `tel:${kiosk}`, ...[`tel:${kiran}`, `tel:${lena}`].sort()].join('|'),
      ])
      const stored = await bodyOf(
        world.get(`/v2/Conversations/${first.conversationId}/Communications/${first.communicationId}`),
        200,
      )
      assert.deepEqual(
        stored.recipients.map(({ address }: Json) => address),
        [kiosk, lena],
      )
    }))

  it('join the API conversation of the same customers', () =>
    inWorld({}, async (world) => {
      await own(world, kiosk)
      const configurationId = await world.makeConfiguration({ channelSettings: { SMS: settings } })
      const { id } = await converse(world, configurationId, [
        participant('CUSTOMER', kiran),
        participant('CUSTOMER', lena),
        participant('AGENT', kiosk),
      ])
      assert.equal((await capture(world, thread())).conversationId, id)
      assert.equal((await capture(world)).conversationId, id, 'it holds their pairs as well')
    }))

  it('are told by all their profiles, and by addresses while one is unknown', () =>
    byProfile(async (world, _, storeId) => {
      await own(world, kiosk)
      const first = await profileWith(world, storeId, kiran)
      const untold = await capture(world, thread())
      assert.ok((await keysHeldBy(world, untold.conversationId)).every((held) => held.startsWith('s|')))
      const second = await profileWith(world, storeId, lena)
      assert.equal((await capture(world, thread())).conversationId, untold.conversationId)
      assert.deepEqual(await keysHeldBy(world, untold.conversationId), [key(first, second)])
      const single = await capture(world)
      assert.notEqual(single.conversationId, untold.conversationId)
    }))
})

describe('keys of captured traffic', () => {
  it('that are free are taken by the conversation that an event joined', () =>
    inWorld({}, async (world) => {
      const configurationId = await world.makeConfiguration({ channelSettings: { SMS: settings, VOICE: settings } })
      const { id } = await converse(world, configurationId, [participant('UNKNOWN', kiran)])
      assert.deepEqual(await keysHeldBy(world, id), [`o|tel:${kiran}`])
      assert.equal((await capture(world)).conversationId, id)
      assert.deepEqual(await keysHeldBy(world, id), [pair(kiran)])
      const elsewhere = await capture(world, message({ from: lena }))
      assert.notEqual(elsewhere.conversationId, id)
    }))

  it('held by two conversations lead to the one with the latest communication', () =>
    inWorld({}, async (world) => {
      const configurationId = await world.makeConfiguration({ channelSettings: { SMS: settings } })
      const ofKiran = await converse(world, configurationId, [participant('UNKNOWN', kiran)])
      await world.advance({ minutes: 1 })
      const ofKiosk = await converse(world, configurationId, [participant('UNKNOWN', kiosk)])
      const said = await capture(world)
      assert.equal(said.conversationId, ofKiosk.id, 'neither has any, so the newest')
      const { trace } = await bodyOf(world.get(`/skein/v1/Communications/${said.communicationId}/Trace`), 200)
      assert.deepEqual(trace.otherHolders, [ofKiran.id])
      assert.deepEqual(await keysHeldBy(world, ofKiran.id), [`o|tel:${kiran}`])
      assert.deepEqual(await diagnosticsOf(world, ofKiosk.id), [530903])
    }))

  it('never join a chat identity that looks like a number to that number', () =>
    inWorld({}, async (world) => {
      const CHAT = { captureRules: [{ from: '*', to: '*' }] }
      await world.makeConfiguration({ channelSettings: { SMS: settings, CHAT } })
      const texted = await capture(world)
      const chatted = await capture(world, message({ channel: 'CHAT' }))
      assert.notEqual(chatted.conversationId, texted.conversationId)
    }))
})
