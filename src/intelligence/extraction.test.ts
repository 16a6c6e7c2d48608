import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capture, kiran, lena, message } from '../conversations/testing/capture.ts'
import { inWorld, type Json, kiosk, usualConfiguration, type World } from '../testing/app.ts'

interface Shop {
  storeId: string
  profileId: string
}

/** A configuration that extracts, and a customer who is known. */
async function openShop(world: World, phone = kiran): Promise<Shop> {
  const storeId = await world.makeMemoryStore()
  const own = { memoryStoreId: storeId, memoryExtractionEnabled: true }
  await world.makeConfiguration({ ...usualConfiguration, ...own })
  await world.post('/skein/v1/OwnedAddresses', { channel: 'SMS', address: kiosk })
  return { storeId, profileId: await makeProfile(world, storeId, phone) }
}

async function makeProfile(world: World, storeId: string, phone: string): Promise<string> {
  const created = await world.post(`/v1/Stores/${storeId}/Profiles`, { traits: { Contact: { phone } } })
  await world.settleOperations()
  return created.body.id
}

const say = (world: World, text: string, from = kiran) =>
  capture(world, message({ from, content: { type: 'TEXT', text } }))

async function remembered(world: World, { storeId, profileId }: Shop) {
  const of = `/v1/Stores/${storeId}/Profiles/${profileId}`
  const observations = (await world.get(`${of}/Observations`)).body.observations
  const { summaries } = (await world.get(`${of}/ConversationSummaries`)).body
  return { observations, summaries, contents: observations.map((one: Json) => one.content).sort() }
}

async function codesTold(world: World): Promise<number[]> {
  const { body } = await world.get('/skein/v1/Events?type=diagnostic')
  return body.events.map((event: Json) => event.data.errorCode)
}

test('what is new is extracted when a conversation becomes INACTIVE, the rest when it ends, with one summary', () =>
  inWorld({}, async (world) => {
    const shop = await openShop(world)
    const { conversationId } = await say(world, 'I am vegetarian and I have a dog called Rex.')
    await world.advance()
    assert.deepEqual((await remembered(world, shop)).contents, [])
    await world.advance({ minutes: 15 })
    const { observations, contents, summaries } = await remembered(world, shop)
    assert.deepEqual(contents, ['The customer has a dog called Rex.', 'The customer is vegetarian.'])
    assert.deepEqual(summaries, [])
    assert.match(observations[0].source, /^intelligence_operatorresult_/)
    assert.deepEqual(observations[0].conversationIds, [conversationId])
    const result = (await world.get(`/v3/OperatorResults/${observations[0].source}`)).body
    assert.equal(result.conversationId, conversationId)
    assert.deepEqual((await world.get('/v3/OperatorResults')).body.items, [])
    await say(world, 'I work for the harbour office.')
    await world.advance({ minutes: 60 })
    const after = await remembered(world, shop)
    assert.equal(after.contents.length, 3)
    assert.equal(after.summaries.length, 1)
    assert.equal(after.summaries[0].conversationId, conversationId)
    assert.match(after.summaries[0].content, /vegetarian/)
  }))

test('what is found again changes nothing, and what adds detail takes the place of the old', () =>
  inWorld({}, async (world) => {
    const shop = await openShop(world)
    await say(world, 'I live in Bergen.')
    await world.advance({ minutes: 90 })
    const [before] = (await remembered(world, shop)).observations
    await say(world, 'I live in Bergen.')
    await world.advance({ minutes: 90 })
    assert.deepEqual((await remembered(world, shop)).observations, [before])
    const { conversationId } = await say(world, 'I live in Oslo.')
    await world.advance({ minutes: 90 })
    const [now, ...others] = (await remembered(world, shop)).observations
    assert.deepEqual(others, [])
    assert.equal(now.id, before.id)
    assert.equal(now.createdAt, before.createdAt)
    assert.match(now.content, /Oslo/)
    assert.equal(now.conversationIds.at(-1), conversationId)
    const path = `/v1/Stores/${shop.storeId}/Profiles/${shop.profileId}/Observations/${now.id}/Revisions`
    assert.match((await world.get(path)).text, /Bergen/)
  }))

test('a customer is remembered for what they said themselves', () =>
  inWorld({}, async (world) => {
    const shop = await openShop(world)
    const lenasProfile = await makeProfile(world, shop.storeId, lena)
    const group = { to: [kiosk, lena], from: kiran, content: { type: 'TEXT', text: 'I am vegetarian.' } }
    await capture(world, message(group))
    await capture(
      world,
      message({ ...group, from: lena, to: [kiosk, kiran], content: { type: 'TEXT', text: 'I am allergic to nuts.' } }),
    )
    await world.advance({ minutes: 15 })
    assert.deepEqual((await remembered(world, shop)).contents, ['The customer is vegetarian.'])
    assert.deepEqual((await remembered(world, { ...shop, profileId: lenasProfile })).contents, [
      'The customer is allergic to nuts.',
    ])
  }))

test('each condition that is not met is told to the debugger', () =>
  inWorld({}, async (world) => {
    const shop = await openShop(world, '+15550009999')
    await say(world, 'I am vegetarian.')
    await world.advance({ minutes: 15 })
    assert.ok((await codesTold(world)).includes(530932))
    assert.deepEqual((await remembered(world, shop)).contents, [])
  }))

test('nothing is extracted where extraction is off', () =>
  inWorld({}, async (world) => {
    const storeId = await world.makeMemoryStore()
    await world.makeConfiguration({ ...usualConfiguration, memoryStoreId: storeId })
    const profileId = await makeProfile(world, storeId, kiran)
    await say(world, 'I am vegetarian.')
    await world.advance({ minutes: 90 })
    assert.deepEqual((await remembered(world, { storeId, profileId })).contents, [])
  }))

test('a profile that is full and refuses more ends the extraction with a diagnostic', () =>
  inWorld({ SKEIN_LIMIT_OBSERVATIONS_PER_PROFILE: '1', SKEIN_MEMORY_OVERFLOW: 'refuse' }, async (world) => {
    const shop = await openShop(world)
    await say(world, 'I am vegetarian and I have a dog called Rex.')
    await world.advance({ minutes: 15 })
    assert.deepEqual((await remembered(world, shop)).contents, [])
    assert.ok((await codesTold(world)).includes(530934))
  }))
