import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { participant } from '../conversation-tables.ts'
import { unchecked } from '../session.ts'
import { advance, makeConversation, makeKiosk, makeStore, newNumber } from '../stage.ts'

const path = '/v2/Conversations/{conversationId}/Participants'
const unknown = 'conv_participant_01h455vb4pex5vsknk084sn02q'
const unknownConversation = 'conv_conversation_01h455vb4pex5vsknk084sn02q'

const creation = about(`POST ${path}`, [
  {
    name: 'takes every type, on every channel, and returns every field',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const number = newNumber()
      const cast = [
        ['HUMAN_AGENT', 'VOICE', 'client:sam'],
        ['AI_AGENT', 'CHAT', 'bot-7'],
        ['AGENT', 'RCS', 'rcs:skein_agent'],
        ['UNKNOWN', 'VIDEO', 'room-4'],
        ['CUSTOMER', 'WHATSAPP', `whatsapp:${number}`],
      ] as const
      for (const [type, channel, address] of cast) {
        await session.answered(
          participant,
          {
            status: 201,
            values: {
              conversationId: id,
              accountId: session.server.accountSid,
              name: 'Sam',
              type,
              addresses: [{ channel, address, channelId: 'CH1' }],
            },
          },
          () => v2.participants(id).create({ name: 'Sam', type, addresses: [{ channel, address, channelId: 'CH1' }] }),
        )
      }
    },
  },
  {
    name: 'is UNKNOWN without a type, and is called by its first address without a name',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const address = newNumber()
      await session.answered(
        participant,
        { status: 201, values: { type: 'UNKNOWN', name: address, profileId: null, addresses: [{ channelId: null }] } },
        () => v2.participants(id).create({ addresses: [{ channel: 'SMS', address }] }),
      )
      await session.answered(
        participant,
        { status: 201, values: { type: 'AGENT', name: 'AGENT', addresses: [] } },
        () => v2.participants(id).create({ type: 'AGENT', addresses: [] }),
      )
    },
  },
  {
    name: 'gives a profile to customers only: found, created or as given',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const storeId = await makeStore(session)
      const kiosk = await makeKiosk(session, { memoryStoreId: storeId })
      const id = await makeConversation(session, kiosk)
      const phone = newNumber()
      const known = await session.client.memory.v1.profiles(storeId).create({ traits: { Contact: { phone } } })
      const addresses = [{ channel: 'SMS' as const, address: phone }]
      const found = { status: 201, values: { profileId: known.id } }
      await session.answered(participant, { status: 201, values: { profileId: null } }, () =>
        v2.participants(id).create({ type: 'HUMAN_AGENT', addresses: [{ channel: 'VOICE', address: newNumber() }] }),
      )
      await session.answered(participant, found, () => v2.participants(id).create({ type: 'CUSTOMER', addresses }))
      await session.answered(participant, found, () =>
        v2.participants(id).create({
          type: 'CUSTOMER',
          profileId: String(known.id),
          addresses: [{ channel: 'CHAT', address: 'kiran' }],
        }),
      )
    },
  },
  {
    name: 'is a conflict, naming the holder, when the address belongs to somebody here or to another conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const holder = await makeConversation(session, kiosk, customer)
      const addresses = [{ channel: 'SMS' as const, address: customer }]
      const first = (await v2.participants(holder).list())[0]
      const here = await session.refused({ status: 409, code: 20409 }, () =>
        v2.participants(holder).create({ type: 'CUSTOMER', addresses }),
      )
      assert.equal(here.headers['x-conflicting-resource-id'], first?.id)
      const other = await makeConversation(session, kiosk)
      const elsewhere = await session.refused({ status: 409, code: 20409, message: new RegExp(holder) }, () =>
        v2.participants(other).create({ type: 'CUSTOMER', addresses }),
      )
      assert.equal(elsewhere.headers['x-conflicting-resource-id'], holder)
      assert.equal((await v2.participants(other).list()).length, 2, 'a refused participant is not there')
    },
  },
  {
    name: 'refuses what no participant may be, naming the field',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const long = 'x'.repeat(255)
      const wrong: [object, number, string][] = [
        [{}, 20001, 'addresses'],
        [{ addresses: [{ address: 'a' }] }, 20001, 'addresses[0].channel'],
        [{ addresses: [{ channel: 'CHAT' }] }, 20001, 'addresses[0].address'],
        [{ addresses: [{ channel: 'CHAT', address: long }] }, 20001, 'addresses[0].address'],
        [{ addresses: [{ channel: 'FAX', address: 'a' }] }, 20001, 'addresses[0].channel'],
        [{ addresses: [], type: 'ROBOT' }, 20001, 'type'],
        [{ addresses: [], type: 'CUSTOMER', profileId: unknown }, 20001, 'profileId'],
        [{ type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: '15550001111' }] }, 21614, 'addresses[0].address'],
      ]
      for (const [body, code, field] of wrong) {
        await session.refused({ status: 400, code, field }, () => v2.participants(id).create(unchecked(body)))
      }
      await session.refused({ status: 404, code: 20404 }, () =>
        v2.participants(unknownConversation).create({ addresses: [] }),
      )
    },
  },
  {
    name: 'refuses to join a CLOSED conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      await v2.conversations(id).update({ status: 'CLOSED' })
      await session.refused({ status: 400, code: 20001, message: /CLOSED/ }, () =>
        v2.participants(id).create({ addresses: [] }),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists the oldest first',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const id = await makeConversation(session, kiosk)
        const last = await v2.participants(id).create({ name: 'Zoe', addresses: [] })
        const { instance } = await session.listed(participant, 'participants', () => v2.participants(id).page())
        assert.deepEqual(
          instance.map(({ name }) => name),
          ['Kiran', 'Desk', 'Zoe'],
        )
        assert.equal(instance[2]?.id, last.id)
      },
    },
    {
      name: 'answers 404 for an unknown conversation',
      run: async (session) => {
        const { v2 } = session.client.conversations
        await session.refused({ status: 404, code: 20404 }, () => v2.participants(unknownConversation).page())
      },
    },
  ]),
  ...about(`GET ${path}/{id}`, [
    {
      name: 'shows one, and 404 for one who is elsewhere or nowhere',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const [id, other] = [await makeConversation(session, kiosk), await makeConversation(session, kiosk)]
        const [kiran] = await v2.participants(id).list()
        const values = { id: kiran?.id, conversationId: id, name: 'Kiran', type: 'CUSTOMER' }
        await session.answered(participant, { status: 200, values }, () =>
          v2.participants(id, String(kiran?.id)).fetch(),
        )
        for (const [where, who] of [
          [other, kiran?.id],
          [id, unknown],
          [id, 'me'],
        ]) {
          await session.refused({ status: 404, code: 20404 }, () => v2.participants(String(where), String(who)).fetch())
        }
      },
    },
  ]),
]

const changing = about(`PUT ${path}/{id}`, [
  {
    name: 'promotes an UNKNOWN to CUSTOMER, who then has a profile',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const addresses = [{ channel: 'VOICE' as const, address: newNumber(), channelId: 'CA1' }]
      const created = await v2.participants(id).create({ addresses })
      await advance(session, { seconds: 1 })
      const { body } = await session.answered(
        participant,
        { status: 200, values: { id: created.id, name: 'Noor', type: 'CUSTOMER', addresses } },
        () => v2.participants(id, String(created.id)).update({ name: 'Noor', type: 'CUSTOMER', addresses }),
      )
      assert.match(body.profileId, /^mem_profile_/)
      assert.ok(body.updatedAt > body.createdAt)
    },
  },
  {
    name: 'replaces all of it: what the body leaves out is cleared',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const [kiran] = await v2.participants(id).list()
      const { body } = await session.answered(
        participant,
        { status: 200, values: { type: 'UNKNOWN', name: 'UNKNOWN', profileId: null } },
        () => v2.participants(id, String(kiran?.id)).update({}),
      )
      assert.deepEqual(body.addresses, [])
    },
  },
  {
    name: 'is a conflict, naming the conversation, when its addresses are another’s; nothing changes',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const holder = await makeConversation(session, kiosk, customer)
      const other = await makeConversation(session, kiosk)
      const [kiran] = await v2.participants(other).list()
      const one = v2.participants(other, String(kiran?.id))
      const before = (await one.fetch()).addresses
      const addresses = [{ channel: 'SMS' as const, address: customer }]
      const { headers } = await session.refused({ status: 409, code: 20409, message: new RegExp(holder) }, () =>
        one.update({ type: 'CUSTOMER', addresses }),
      )
      assert.equal(headers['x-conflicting-resource-id'], holder)
      assert.deepEqual((await one.fetch()).addresses, before)
    },
  },
  {
    name: 'refuses a wrong type, somebody unknown and a CLOSED conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = await makeConversation(session, await makeKiosk(session))
      const [kiran] = await v2.participants(id).list()
      const one = v2.participants(id, String(kiran?.id))
      await session.refused({ status: 400, code: 20001, field: 'type' }, () => one.update(unchecked({ type: 'ROBOT' })))
      await session.refused({ status: 404, code: 20404 }, () => v2.participants(id, unknown).update({}))
      await v2.conversations(id).update({ status: 'CLOSED' })
      await session.refused({ status: 400, code: 20001, message: /CLOSED/ }, () => one.update({ name: 'Late' }))
    },
  },
])

export const participantCases: Case[] = [...creation, ...reading, ...changing]
