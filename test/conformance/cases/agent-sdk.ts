import assert from 'node:assert/strict'
import type { Case } from '../case.ts'
import { conversation } from '../conversation-tables.ts'
import { lookup } from '../memory-tables.ts'
import type { Session } from '../session.ts'
import { completed, makeKiosk, newNumber, observe } from '../stage.ts'

// What agent SDKs built on these APIs do, request by request.

function newCall(): string {
  return `CA${newNumber().slice(1).padStart(32, '0')}`
}

/** What an agent asks as soon as a call reaches it: exactly one conversation, or it hangs up. */
async function ofCall(session: Session, call: string, status = 'ACTIVE'): Promise<string[]> {
  const { body } = await session.send('GET', `/v2/Conversations?channelId=${call}&status=${status}`)
  return body.conversations.map(({ id }: { id: string }) => id)
}

export const agentSdkCases: readonly Case[] = [
  {
    name: 'A call’s conversation is the one hit of channelId and ACTIVE as soon as its stream has started, until it ends',
    run: async (session) => {
      const kiosk = await makeKiosk(session)
      const call = newCall()
      const start = { kind: 'STREAM_STARTED', channel: 'VOICE', from: newNumber(), to: kiosk.number, channelId: call }
      assert.deepEqual(await ofCall(session, call), [])
      const [started] = await observe(session, start)
      assert.deepEqual(await ofCall(session, call), [started.conversationId])
      const by = { channelId: call, status: ['ACTIVE' as const] }
      const { instance } = await session.listed(conversation, 'conversations', () =>
        session.client.conversations.v2.conversations.page(by),
      )
      assert.deepEqual(
        instance.map(({ id }) => id),
        [started.conversationId],
      )
      await observe(session, start)
      assert.deepEqual(await ofCall(session, call), [started.conversationId])
      await observe(session, { kind: 'STREAM_STOPPED', channelId: call, callEnded: true })
      assert.deepEqual(await ofCall(session, call), [])
      assert.deepEqual(await ofCall(session, call, 'ACTIVE,CLOSED'), [started.conversationId])
    },
  },
  {
    name: 'An agent promotes the caller to CUSTOMER, adds itself as AI_AGENT, hands over and stops the callbacks',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const [caller, desk] = [newNumber(), newNumber()]
      const captureRules = [{ from: caller, to: desk }]
      const statusCallbacks = [{ url: 'https://hooks.example.com/agent' }]
      await makeKiosk(session, { channelSettings: { VOICE: { captureRules } }, statusCallbacks })
      const call = newCall()
      const [{ conversationId: id }] = await observe(session, {
        kind: 'STREAM_STARTED',
        from: caller,
        to: desk,
        channelId: call,
      })
      const found = await v2.participants(id).list()
      const unknown = found.find(({ addresses }) => addresses?.[0]?.address === caller)
      assert.equal(unknown?.type, 'UNKNOWN', 'nothing tells the sides of two numbers that nobody owns')
      const addresses = unknown.addresses ?? []
      const promoted = await v2
        .participants(id, String(unknown.id))
        .update({ name: String(unknown.name), type: 'CUSTOMER', addresses })
      assert.match(String(promoted.profileId), /^mem_profile_/)
      const agent = await v2.participants(id).create({
        name: 'Agent',
        type: 'AI_AGENT',
        addresses: [{ channel: 'CHAT', address: 'agent-7', channelId: call }],
      })
      assert.equal(agent.type, 'AI_AGENT')
      assert.deepEqual(await ofCall(session, call), [id])
      await session.answered(conversation, { status: 200, values: { status: 'INACTIVE' } }, () =>
        v2.conversations(id).update({ status: 'INACTIVE' }),
      )
      const { body } = await session.answered(conversation, { status: 200, values: { status: 'INACTIVE' } }, () =>
        v2.conversations(id).patch({ configuration: { statusCallbacks: [] } }),
      )
      assert.deepEqual(body.configuration.statusCallbacks, [])
    },
  },
  {
    name: 'Create or reuse: the conflict’s header leads to the conversation that there is',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const [{ conversationId }] = await observe(session, {
        channel: 'SMS',
        from: customer,
        to: kiosk.number,
        content: { type: 'TEXT', text: 'Hello' },
      })
      const { headers } = await session.refused({ status: 409, code: 20409 }, () =>
        v2.conversations.create({
          configurationId: kiosk.id,
          participants: [
            { type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: customer }] },
            { type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: kiosk.number }] },
          ],
        }),
      )
      assert.equal(headers['x-conflicting-resource-id'], conversationId)
      const reused = await v2.conversations(String(headers['x-conflicting-resource-id'])).fetch()
      assert.equal(reused.status, 'ACTIVE')
    },
  },
  {
    name: 'A set-up goes by the operations alone: their result names the store and the configuration',
    run: async (session) => {
      const { v1 } = session.client.memory
      const { v2 } = session.client.conversations
      const store = await v1.stores.create({ displayName: 'agent-set-up' })
      const storeId = (await completed(session, store.statusUrl)).result.id
      for (const idType of ['phone', 'email', 'whatsappid', 'chat']) {
        const value = idType === 'email' ? 'a@example.com' : newNumber()
        await session.answered(lookup, { status: 200, values: { profiles: [] } }, () =>
          v1.lookup(storeId).create({ idType, value }),
        )
      }
      const accepted = await v2.configurations.create({
        displayName: 'agent set up',
        description: 'Made by an agent',
        conversationGroupingType: 'GROUP_BY_PROFILE',
        memoryStoreId: storeId,
      })
      const { result, related } = await completed(session, accepted.statusUrl)
      assert.equal(result.id, related.configurationId)
      const listed = await v2.configurations.list({ memoryStoreId: storeId })
      assert.deepEqual(
        listed.map(({ id, displayName }) => [id, displayName]),
        [[result.id, 'agent set up']],
      )
    },
  },
]
