import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran } from '../testing/capture.ts'
import { bodyOf, statusOf } from '../testing/story.ts'

const call = 'CA00000000000000000000000000000001'
const desk = '+15550009999'

interface Voice {
  world: World
  configurationId: string
  conversationId: string
}

/** A call that an AI agent has answered, in a conversation of its own. */
function answered(story: (voice: Voice) => Promise<void>, more: object = {}): Promise<void> {
  return inWorld({}, async (world) => {
    const configurationId = await world.makeConfiguration({
      channelSettings: { VOICE: { statusTimeouts: null } },
      ...more,
    })
    const { conversationId } = await capture(world, {
      kind: 'STREAM_STARTED',
      channelId: call,
      from: kiran,
      to: kiosk,
      direction: 'INBOUND',
      agentType: 'AI_AGENT',
      configurationId,
    })
    await story({ world, configurationId, conversationId })
  })
}

function says(world: World, conversationId: string, side: 'customer' | 'business', more: object = {}) {
  const [from, to] = side === 'customer' ? [kiran, kiosk] : [kiosk, kiran]
  return capture(world, {
    channel: 'VOICE',
    channelId: call,
    from,
    to,
    direction: side === 'customer' ? 'INBOUND' : 'OUTBOUND',
    content: { type: 'TRANSCRIPTION', text: side },
    conversationId,
    ...more,
  })
}

async function participants(world: World, conversationId: string): Promise<string[]> {
  const { participants } = await bodyOf(world.get(`/v2/Conversations/${conversationId}/Participants`), 200)
  return participants.map(({ type, addresses }: Json) => `${type} ${addresses.map(({ address }: Json) => address)}`)
}

async function authors(world: World, conversationId: string): Promise<string[]> {
  const { communications } = await bodyOf(world.get(`/v2/Conversations/${conversationId}/Communications`), 200)
  const { participants } = await bodyOf(world.get(`/v2/Conversations/${conversationId}/Participants`), 200)
  const types = new Map(participants.map(({ id, type }: Json) => [id, type]))
  return communications.map(
    ({ author, recipients: [to] }: Json) =>
      `${types.get(author.participantId)} ${author.address} to ${types.get(to.participantId)} ${to.address}`,
  )
}

describe('who speaks for the business side of a call', () => {
  it('is an AI agent where a relay answered', () =>
    answered(async ({ world, conversationId }) => {
      await says(world, conversationId, 'business', { agentType: 'AI_AGENT' })
      assert.deepEqual(await participants(world, conversationId), [`CUSTOMER ${kiran}`, `AI_AGENT ${kiosk}`])
      assert.deepEqual(await authors(world, conversationId), [`AI_AGENT ${kiosk} to CUSTOMER ${kiran}`])
    }))

  it('is the person who was dialled after a hand-off, and the AI agent stays', () =>
    answered(async ({ world, conversationId }) => {
      const human = { agentType: 'HUMAN_AGENT', agentAddress: desk }
      await says(world, conversationId, 'business', human)
      await says(world, conversationId, 'customer', human)
      await says(world, conversationId, 'business', human)
      assert.deepEqual(await participants(world, conversationId), [
        `CUSTOMER ${kiran}`,
        `AI_AGENT ${kiosk}`,
        `HUMAN_AGENT ${desk}`,
      ])
      assert.deepEqual(await authors(world, conversationId), [
        `HUMAN_AGENT ${desk} to CUSTOMER ${kiran}`,
        `CUSTOMER ${kiran} to HUMAN_AGENT ${desk}`,
        `HUMAN_AGENT ${desk} to CUSTOMER ${kiran}`,
      ])
    }))

  it('is the human agent whom the conversation has already, whoever was dialled', () =>
    answered(async ({ world, conversationId }) => {
      const body = { type: 'HUMAN_AGENT', addresses: [{ channel: 'VOICE', address: 'client:nina' }] }
      await bodyOf(world.post(`/v2/Conversations/${conversationId}/Participants`, body), 201)
      await says(world, conversationId, 'business', { agentType: 'HUMAN_AGENT', agentAddress: desk })
      assert.deepEqual(await authors(world, conversationId), [`HUMAN_AGENT client:nina to CUSTOMER ${kiran}`])
    }))

  it('is whoever stands at the dialled address, though of another type', () =>
    answered(async ({ world, conversationId }) => {
      const body = { type: 'AGENT', addresses: [{ channel: 'VOICE', address: desk }] }
      await bodyOf(world.post(`/v2/Conversations/${conversationId}/Participants`, body), 201)
      await says(world, conversationId, 'business', { agentType: 'HUMAN_AGENT', agentAddress: desk })
      assert.deepEqual(await authors(world, conversationId), [`AGENT ${desk} to CUSTOMER ${kiran}`])
    }))

  it('stays the AI agent where nobody knows who was dialled', () =>
    answered(async ({ world, conversationId }) => {
      await says(world, conversationId, 'business', { agentType: 'HUMAN_AGENT' })
      assert.deepEqual(await authors(world, conversationId), [`AI_AGENT ${kiosk} to CUSTOMER ${kiran}`])
    }))

  it('is the AGENT who is there already: traffic flips no type', () =>
    answered(async ({ world, configurationId }) => {
      const lena = '+15551239876'
      const item = { channel: 'VOICE', from: lena, to: kiosk, direction: 'INBOUND', configurationId }
      const words = { content: { type: 'TRANSCRIPTION', text: 'Hello' } }
      const { conversationId } = await capture(world, { ...item, ...words })
      await capture(world, { ...item, ...words, agentType: 'AI_AGENT', conversationId })
      assert.deepEqual(await participants(world, conversationId), [`CUSTOMER ${lena}`, `AGENT ${kiosk}`])
      await capture(world, { ...item, ...words, agentType: 'HUMAN_AGENT', agentAddress: desk, conversationId })
      assert.deepEqual(await participants(world, conversationId), [`CUSTOMER ${lena}`, `AGENT ${kiosk}`])
    }))

  it('joins no further AI agent under profile grouping when another number answers', () =>
    answered(
      async ({ world, conversationId }) => {
        const item = { channel: 'VOICE', from: kiran, to: '+15550002222', direction: 'INBOUND', agentType: 'AI_AGENT' }
        await capture(world, { ...item, content: { type: 'TRANSCRIPTION', text: 'Hello' }, conversationId })
        assert.deepEqual(await participants(world, conversationId), [
          `CUSTOMER ${kiran}`,
          `AI_AGENT ${kiosk},+15550002222`,
        ])
      },
      { conversationGroupingType: 'GROUP_BY_PROFILE' },
    ))

  it('must have an address that can be one', () =>
    answered(async ({ world, conversationId }) => {
      const item = { channel: 'VOICE', from: kiran, to: kiosk, content: { type: 'TEXT', text: 'x' }, conversationId }
      const named = { ...item, agentType: 'HUMAN_AGENT', agentAddress: '+0' }
      const { results } = await bodyOf(world.post('/skein/v1/Traffic', named), 200)
      assert.deepEqual([results[0].outcome, results[0].reason.field], ['REFUSED', 'agentAddress'])
    }))
})

it('a stream of its own configuration leaves the conversation that another has captured alone', () =>
  inWorld({}, async (world) => {
    const rules = { VOICE: { statusTimeouts: null, captureRules: [{ from: '*', to: kiosk }] } }
    await world.makeConfiguration({ channelSettings: rules })
    const other = await world.makeConfiguration({ displayName: 'relay', channelSettings: {} })
    const start = { kind: 'STREAM_STARTED', channelId: call, from: kiran, to: kiosk }
    const passive = await capture(world, start)
    await capture(world, { kind: 'STREAM_STOPPED', channelId: call })
    const active = await capture(world, { ...start, configurationId: other, direction: 'INBOUND' })
    assert.notEqual(active.conversationId, passive.conversationId)
    await world.advance({ seconds: 20 })
    assert.equal(await statusOf(world, passive.conversationId), 'CLOSED')
    assert.equal(await statusOf(world, active.conversationId), 'ACTIVE')
  }))
