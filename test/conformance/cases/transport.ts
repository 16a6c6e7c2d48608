import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Case } from '../case.ts'
import { conversation } from '../conversation-tables.ts'
import { startServer } from '../server.ts'
import { Session } from '../session.ts'
import { completed, makeConversation, makeKiosk, newNumber, sharedStore } from '../stage.ts'

const configurations = '/v2/ControlPlane/Configurations'
const conversations = '/v2/Conversations'

/** Three conversations of one call, the newest first. */
async function makeThree(session: Session) {
  const kiosk = await makeKiosk(session)
  const channelId = `CA${newNumber().slice(1)}`
  const ids: string[] = []
  for (let at = 0; at < 3; at += 1) {
    const addresses = [{ channel: 'VOICE' as const, address: newNumber(), channelId }]
    const { id } = await session.client.conversations.v2.conversations.create({
      configurationId: kiosk.id,
      participants: [{ type: 'CUSTOMER', addresses }],
    })
    ids.unshift(String(id))
  }
  return { channelId, ids }
}

/** A session on another server, set up otherwise, which ends with the story. */
async function onServer(environment: Record<string, string>, story: (session: Session) => Promise<void>) {
  const server = await startServer(environment)
  try {
    await story(new Session(server))
  } finally {
    await server.stop()
  }
}

const lists: Case[] = [
  {
    name: 'list() and each() walk all pages and end',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const { channelId, ids } = await makeThree(session)
      const before = session.recorder.exchanges.length
      const all = await v2.conversations.list({ channelId, pageSize: 1 })
      assert.deepEqual(
        all.map(({ id }) => id),
        ids,
      )
      assert.equal(session.recorder.exchanges.length - before, 3)
      const seen: (string | undefined)[] = []
      await new Promise<void>((resolve, reject) => {
        v2.conversations.each({
          channelId,
          pageSize: 2,
          callback: ({ id }) => void seen.push(id),
          done: (error?: Error) => (error ? reject(error) : resolve()),
        })
      })
      assert.deepEqual(seen, ids)
    },
  },
  {
    name: 'Pages lead forwards and back',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const { channelId, ids } = await makeThree(session)
      const first = await v2.conversations.page({ channelId, pageSize: 2 })
      assert.equal(first.previousToken, undefined)
      const second = await first.nextPage()
      assert.deepEqual(
        second?.instances.map(({ id }) => id),
        ids.slice(2),
      )
      assert.equal(second?.nextToken, undefined)
      const { body } = await session.listed(conversation, 'conversations', async () => {
        const back = await second?.previousPage()
        assert.ok(back)
        return back
      })
      assert.deepEqual(
        body.conversations.map(({ id }: { id: string }) => id),
        ids.slice(0, 2),
      )
    },
  },
  {
    name: 'A limit of 5000, which the client sends as page size, is clamped and not refused',
    run: async (session) => {
      const { channelId, ids } = await makeThree(session)
      const found = await session.client.conversations.v2.conversations.list({ channelId, limit: 5000 })
      assert.equal(found.length, ids.length)
      const stores = await session.client.memory.v1.stores.list({ pageSize: 5000 })
      assert.ok(stores.length > 0 && stores.length <= 100)
    },
  },
  {
    name: 'Query names count in any case, unknown ones not at all, and statuses may be joined by commas',
    run: async (session) => {
      const { channelId, ids } = await makeThree(session)
      await session.client.conversations.v2.conversations(String(ids[0])).update({ status: 'INACTIVE' })
      await session.client.conversations.v2.conversations(String(ids[1])).update({ status: 'CLOSED' })
      const found = async (query: string): Promise<string[]> => {
        const { status, body } = await session.send('GET', `${conversations}?channelId=${channelId}&${query}`)
        assert.equal(status, 200)
        return body.conversations.map(({ id }: { id: string }) => id)
      }
      assert.deepEqual(await found('PageSize=1&limit=2&Colour=blue'), ids.slice(0, 1))
      assert.deepEqual(await found('Status=CLOSED'), [ids[1]])
      assert.deepEqual(await found('status=ACTIVE,INACTIVE'), [ids[0], ids[2]])
      assert.deepEqual(await found('status=ACTIVE&status=INACTIVE'), [ids[0], ids[2]])
    },
  },
]

const requests: Case[] = [
  {
    name: 'A path may end with a slash',
    run: async (session) => {
      const body = {
        displayName: 'slash',
        description: '',
        conversationGroupingType: 'GROUP_BY_PROFILE',
        memoryStoreId: await sharedStore(session),
      }
      const accepted = await session.send('POST', `${configurations}/`, { body })
      assert.equal(accepted.status, 202)
      await completed(session, accepted.body.statusUrl)
      assert.equal((await session.send('GET', `${conversations}/`)).status, 200)
    },
  },
  {
    name: 'API key and account credentials both count; a wrong secret is a 401 with 20003 that the client throws',
    run: async (session) => {
      const { server } = session
      const byToken = new Session(server, { name: server.accountSid, secret: server.authToken })
      assert.ok((await byToken.client.conversations.v2.conversations.list({ limit: 1 })).length <= 1)
      for (const name of [server.keySid, server.accountSid]) {
        const wrong = new Session(server, { name, secret: 'not the secret' })
        const { v2 } = wrong.client.conversations
        const one = await wrong.refused({ status: 401, code: 20003 }, () => v2.conversations('any').fetch())
        assert.match(one.headers['www-authenticate'] ?? '', /^Basic /)
        await wrong.refused({ status: 401, code: 20003 }, () => v2.conversations.list())
        await wrong.refused({ status: 401, code: 20003 }, () => wrong.client.memory.v1.stores.list())
      }
      session.refusal(await session.send('GET', conversations, { credentials: undefined }), {
        status: 401,
        code: 20003,
      })
      const headers = { 'x-pre-auth-context': `AC${'0'.repeat(32)}` }
      assert.equal((await session.send('GET', conversations, { headers })).status, 200)
    },
  },
  {
    name: 'A form body is a 415 with 20422, and broken JSON a 400',
    run: async (session) => {
      const form = { body: 'Name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
      session.refusal(await session.send('POST', conversations, form), { status: 415, code: 20422 })
      session.refusal(await session.send('POST', conversations, { body: '{"name":' }), { status: 400, code: 20001 })
      const elsewhere = await session.send('PATCH', `${conversations}/any/Participants/any`, { body: {} })
      session.refusal(elsewhere, { status: 404, code: 20404 })
    },
  },
  {
    name: 'An Idempotency-Key brings the first answer again, byte for byte, and belongs to one request only',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const change = { description: 'Once' }
      const again = async (call: () => Promise<unknown>) => {
        await call()
        const first = session.recorder.last
        await call()
        const { status, headers, body } = session.recorder.last
        assert.deepEqual([status, body], [first.status, first.body])
        for (const name of ['operation-id', 'location']) assert.equal(headers[name], first.headers[name])
        await completed(session, (body as { statusUrl: string }).statusUrl)
      }
      const body = {
        displayName: 'twice',
        description: '',
        conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES' as const,
        memoryStoreId: await sharedStore(session),
      }
      // The client writes into the headers that it is given, so each call gets its own.
      const [created, replaced, changed] = [randomUUID(), randomUUID(), randomUUID()]
      await again(() => v2.configurations.create(body, { 'Idempotency-Key': created }))
      await again(() =>
        v2.configurations(kiosk.id).update({ ...body, channelSettings: {} }, { 'Idempotency-Key': replaced }),
      )
      await again(() => v2.configurations(kiosk.id).patch(change, { 'Idempotency-Key': changed }))
      await session.refused({ status: 409, code: 20409 }, () =>
        v2.configurations(kiosk.id).patch({ description: 'Other' }, { 'Idempotency-Key': changed }),
      )
      await session.refused({ status: 400, code: 20001 }, () =>
        v2.configurations(kiosk.id).patch(change, { 'Idempotency-Key': 'once' }),
      )
      const id = await makeConversation(session, kiosk)
      const [gone, goneToo] = [randomUUID(), randomUUID()]
      await again(() => v2.conversations(id).remove({ idempotencyKey: gone }))
      await again(() => v2.configurations(kiosk.id).remove({ idempotencyKey: goneToo }))
    },
  },
  {
    name: 'A 429 has code 20429 and Retry-After, and did nothing',
    apart: true,
    run: async () => {
      await onServer({ SKEIN_REQUESTS_PER_SECOND: '1' }, async (session) => {
        const { stores } = session.client.memory.v1
        const answers = await Promise.allSettled(
          Array.from({ length: 8 }, (_, at) => stores.create({ displayName: `shop-${at}` })),
        )
        const refused = session.recorder.exchanges.filter(({ status }) => status === 429)
        assert.ok(refused.length > 0)
        for (const one of refused) {
          session.refusal(one, { status: 429, code: 20429 })
          assert.match(one.headers['retry-after'] ?? '', /^[1-9]\d*$/)
        }
        const accepted = answers.filter(({ status }) => status === 'fulfilled').length
        assert.equal(accepted + refused.length, answers.length)
        await setTimeout(1100)
        assert.equal((await stores.list({ pageSize: 100 })).length, accepted)
      })
    },
  },
  {
    name: 'Behind a trusted proxy statusUrl and Location name the host that the caller used',
    run: async (session) => {
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'memory.example.com' }
      const { body, headers: answered } = await session.send('POST', '/v1/ControlPlane/Stores', {
        body: { displayName: 'behind-a-proxy' },
        headers,
      })
      assert.match(body.statusUrl, /^https:\/\/memory\.example\.com\/v1\/ControlPlane\/Operations\/mem_operation_/)
      assert.equal(answered.location, body.statusUrl)
      await completed(session, new URL(body.statusUrl).pathname)
    },
  },
]

export const transportCases: readonly Case[] = [...lists, ...requests]
