import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { acceptedOfConversation, conversation } from '../conversation-tables.ts'
import { unchecked } from '../session.ts'
import { advance, completed, makeConversation, makeKiosk, newNumber } from '../stage.ts'

const path = '/v2/Conversations'
const unknown = 'conv_conversation_01h455vb4pex5vsknk084sn02q'

export const conversationChangeCases: Case[] = [
  ...about(`PUT ${path}/{id}`, [
    {
      name: 'sets the status, and keeps the name and metadata that it does not name',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const { id: configurationId } = await makeKiosk(session)
        const created = await conversations.create({ configurationId, name: 'Order', metadata: { a: '1', b: '2' } })
        const one = conversations(String(created.id))
        await advance(session, { seconds: 1 })
        const put = await session.answered(
          conversation,
          { status: 200, values: { status: 'INACTIVE', name: 'Order', metadata: { a: '1', b: '2' } } },
          () => one.update({ status: 'INACTIVE' }),
        )
        assert.ok(put.body.updatedAt > put.body.createdAt, 'updatedAt moves on')
        const again = await session.answered(conversation, { status: 200, values: { name: 'Return' } }, () =>
          one.update({ status: 'ACTIVE', name: 'Return', metadata: { c: '3' } }),
        )
        assert.deepEqual(again.body.metadata, { c: '3' })
      },
    },
    {
      name: 'refuses a missing or unknown status and an unknown conversation',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const id = await makeConversation(session, await makeKiosk(session))
        for (const body of [{}, { status: 'OPEN' }]) {
          await session.refused({ status: 400, code: 20001, field: 'status' }, () =>
            conversations(id).update(unchecked(body)),
          )
        }
        await session.refused({ status: 404, code: 20404 }, () => conversations(unknown).update({ status: 'CLOSED' }))
      },
    },
    {
      name: 'never reopens: CLOSED stays CLOSED, and takes nothing but metadata',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const id = await makeConversation(session, await makeKiosk(session))
        const one = conversations(id)
        const closed = { status: 200, values: { status: 'CLOSED' } }
        await session.answered(conversation, closed, () => one.update({ status: 'CLOSED' }))
        await session.answered(conversation, closed, () => one.update({ status: 'CLOSED', metadata: { why: 'done' } }))
        for (const body of [{ status: 'ACTIVE' }, { status: 'INACTIVE' }, { status: 'CLOSED', name: 'Late' }]) {
          await session.refused({ status: 400, code: 20001, message: /CLOSED/ }, () => one.update(body))
        }
      },
    },
  ]),
  ...about(`PATCH ${path}/{id}`, [
    {
      name: 'changes the given keys: null clears the name and removes metadata',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const { id: configurationId } = await makeKiosk(session)
        const created = await conversations.create({ configurationId, name: 'Order', metadata: { a: '1', b: '2' } })
        const one = conversations(String(created.id))
        const { body } = await session.answered(conversation, { status: 200, values: { status: 'ACTIVE' } }, () =>
          one.patch({ name: null, metadata: { a: null, c: '3' } }),
        )
        assert.equal(body.name, null)
        assert.deepEqual(body.metadata, { b: '2', c: '3' })
        await session.answered(conversation, { status: 200, values: { status: 'CLOSED' } }, () =>
          one.patch({ status: 'CLOSED' }),
        )
      },
    },
    {
      name: 'sets callbacks of this conversation; [] stops them, null goes back to the configuration’s',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const ofConfiguration = [{ url: 'https://hooks.example.com/all', method: 'POST' }]
        const kiosk = await makeKiosk(session, { statusCallbacks: ofConfiguration })
        const one = conversations(await makeConversation(session, kiosk))
        const own = [{ url: 'https://hooks.example.com/own', method: 'GET' }]
        for (const [given, shown] of [
          [[], []],
          [own, own],
          [null, ofConfiguration],
        ] as const) {
          const { body } = await session.answered(conversation, { status: 200 }, () =>
            one.patch(unchecked({ configuration: { statusCallbacks: given } })),
          )
          assert.deepEqual(body.configuration.statusCallbacks, shown)
        }
      },
    },
    {
      name: 'refuses any other key of the configuration, a ninth entry and an unknown conversation',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const id = await makeConversation(session, await makeKiosk(session))
        const nine = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`k${at}`, 'v']))
        const callbacks = Array(21).fill({ url: 'https://hooks.example.com/' })
        const wrong: [object, string][] = [
          [{ configuration: { description: 'mine' } }, 'configuration.description'],
          [{ configuration: { statusCallbacks: callbacks } }, 'configuration.statusCallbacks'],
          [{ metadata: nine }, 'metadata'],
          [{ metadata: { 'no spaces': 'v' } }, 'metadata'],
          [{ status: null }, 'status'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 20001, field }, () => conversations(id).patch(unchecked(body)))
        }
        await session.refused({ status: 404, code: 20404 }, () => conversations(unknown).patch({ name: 'x' }))
      },
    },
  ]),
  ...about(`DELETE ${path}/{id}`, [
    {
      name: 'answers 202 with a JSON body and the headers, after which nothing of it is left',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const id = await makeConversation(session, kiosk, customer)
        const { headers, body } = await session.answered(
          acceptedOfConversation,
          { status: 202, values: { related: { conversationId: id } } },
          () => v2.conversations(id).remove(),
        )
        assert.equal(headers.location, body.statusUrl)
        assert.equal(body.statusUrl.split('/').at(-1), headers['operation-id'])
        assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
        assert.notEqual(await makeConversation(session, kiosk, customer), id, 'its addresses are free at once')
        await completed(session, body.statusUrl)
        for (const gone of [
          () => v2.conversations(id).fetch(),
          () => v2.participants(id).page(),
          () => v2.communications(id).page(),
          () => v2.conversations(id).remove(),
        ]) {
          await session.refused({ status: 404, code: 20404 }, gone)
        }
      },
    },
  ]),
]
