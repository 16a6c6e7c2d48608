import assert from 'node:assert/strict'
import type { Case } from '../case.ts'
import { unchecked } from '../session.ts'
import {
  advance,
  completed,
  follow,
  makeConversation,
  makeKiosk,
  message,
  newNumber,
  observe,
  observedText,
} from '../stage.ts'

// Where the published description is silent or contradicts itself, docs/compatibility.md tells what Skein does. This is
// what keeps that page true, as far as the cases of the operations do not.

const grouping: Case[] = [
  {
    name: 'Two numbers are one conversation on every channel, or one on each, as the grouping says',
    run: async (session) => {
      for (const [conversationGroupingType, count] of [
        ['GROUP_BY_PARTICIPANT_ADDRESSES', 1],
        ['GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE', 3],
        ['GROUP_BY_PROFILE', 1],
      ] as const) {
        const number = newNumber()
        const rules = { captureRules: [{ from: '*', to: number }] }
        await makeKiosk(session, {
          conversationGroupingType,
          channelSettings: { SMS: rules, WHATSAPP: rules, RCS: rules },
        })
        const customer = newNumber()
        const results = await observe(
          session,
          observedText(customer, number),
          observedText(`whatsapp:${customer}`, `whatsapp:${number}`, { channel: 'WHATSAPP' }),
          observedText(`rcs:${customer}`, `rcs:${number}`, { channel: 'RCS' }),
        )
        assert.equal(new Set(results.map(({ conversationId }) => conversationId)).size, count, conversationGroupingType)
      }
    },
  },
  {
    name: 'Only open conversations of the same configuration hold their addresses: ACTIVE and INACTIVE do, CLOSED does not',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const [kiosk, other] = [await makeKiosk(session), await makeKiosk(session)]
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      await makeConversation(session, { ...other, number: kiosk.number }, customer)
      await v2.conversations(id).update({ status: 'INACTIVE' })
      await session.refused({ status: 409, code: 20409 }, () => makeConversation(session, kiosk, customer))
      await v2.conversations(id).update({ status: 'CLOSED' })
      assert.notEqual(await makeConversation(session, kiosk, customer), id)
    },
  },
  {
    name: 'A participant can be removed, which frees its addresses',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const [kiran] = await v2.participants(id).list()
      const path = `/v2/Conversations/${id}/Participants/${kiran?.id}`
      assert.equal((await session.send('DELETE', path)).status, 204)
      session.refusal(await session.send('DELETE', path), { status: 404, code: 20404 })
      await session.refused({ status: 404, code: 20404 }, () => v2.participants(id, String(kiran?.id)).fetch())
      await makeConversation(session, kiosk, customer)
    },
  },
]

const capture: Case[] = [
  {
    name: 'A resourceId is one communication of a conversation by the API, and one of the account by traffic, also when closed',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customers = [newNumber(), newNumber()]
      const resourceId = `SM${customers[0]}`
      for (const customer of customers) {
        const id = await makeConversation(session, kiosk, customer)
        await v2.communications(id).create({ ...message(customer, kiosk.number), resourceId })
        assert.equal((await v2.communications(id).list({ channelId: resourceId })).length, 1)
      }
      const customer = newNumber()
      const item = observedText(customer, kiosk.number, { resourceId: `SM${customer}` })
      const [first] = await observe(session, item)
      await v2.conversations(first.conversationId).update({ status: 'CLOSED' })
      const [second] = await observe(session, item)
      assert.deepEqual(
        [second.outcome, second.conversationId, second.communicationId],
        ['DUPLICATE', first.conversationId, first.communicationId],
      )
    },
  },
  {
    name: 'Inbound traffic counts as DELIVERED, outbound as IN_PROGRESS until a report comes',
    run: async (session) => {
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      for (const [from, to, direction, status] of [
        [customer, kiosk.number, 'INBOUND', 'DELIVERED'],
        [kiosk.number, customer, 'OUTBOUND', 'IN_PROGRESS'],
      ] as const) {
        const [{ conversationId, communicationId }] = await observe(session, observedText(from, to, { direction }))
        const one = session.client.conversations.v2.communications(conversationId, communicationId)
        assert.deepEqual(
          (await one.fetch()).recipients?.map(({ deliveryStatus }) => deliveryStatus),
          [status],
        )
      }
    },
  },
  {
    name: 'Captured addresses are shown plain, those of API clients as they were given',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const number = newNumber()
      const whatsapp = { captureRules: [{ from: '*', to: `whatsapp:${number}` }] }
      const kiosk = await makeKiosk(session, { channelSettings: { WHATSAPP: whatsapp } })
      const customer = newNumber()
      const [captured] = await observe(
        session,
        observedText(`whatsapp:${customer}`, `whatsapp:${number}`, { channel: 'WHATSAPP' }),
      )
      const seen = await v2.participants(captured.conversationId).list()
      assert.deepEqual(
        seen.flatMap(({ addresses }) => addresses?.map(({ address }) => address)).toSorted(),
        [number, customer].toSorted(),
      )
      const { participants } = await v2.conversations.create({
        configurationId: kiosk.id,
        participants: [{ addresses: [{ channel: 'WHATSAPP', address: `whatsapp:${newNumber()}` }] }],
      })
      assert.match(String(participants?.[0]?.addresses?.[0]?.address), /^whatsapp:/)
    },
  },
  {
    name: 'Captured customers are looked up and get no new profile; the API’s customers do',
    run: async (session) => {
      const kiosk = await makeKiosk(session)
      const [{ conversationId }] = await observe(session, observedText(newNumber(), kiosk.number))
      const { v2 } = session.client.conversations
      const customer = (await v2.participants(conversationId).list()).find(({ type }) => type === 'CUSTOMER')
      assert.equal(customer?.profileId, null)
      const [created] = await v2.participants(await makeConversation(session, kiosk)).list()
      assert.match(String(created?.profileId), /^mem_profile_/)
    },
  },
]

const pinning: Case[] = [
  {
    name: 'A conversation keeps the configuration it began with, but for the callbacks, and outlives it',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const statusCallbacks = [{ url: 'https://hooks.example.com/late' }]
      const change = { displayName: 'renamed', channelSettings: { VOICE: null }, statusCallbacks }
      await completed(session, (await v2.configurations(kiosk.id).patch(unchecked(change))).statusUrl)
      const pinned = (await v2.conversations(id).fetch()).configuration
      assert.equal(pinned?.displayName, 'kiosk')
      assert.deepEqual(Object.keys(pinned?.channelSettings ?? {}).toSorted(), ['SMS', 'VOICE'])
      assert.deepEqual(
        pinned?.statusCallbacks?.map(({ url }) => url),
        ['https://hooks.example.com/late'],
      )
      await completed(session, (await v2.configurations(kiosk.id).remove()).statusUrl)
      await v2.communications(id).create(message(customer, kiosk.number))
      await session.refused({ status: 404, code: 20404 }, () => makeConversation(session, kiosk))
      const [ignored] = await observe(session, observedText(newNumber(), kiosk.number))
      assert.equal(ignored.outcome, 'NOT_CAPTURED')
      await follow(session, id, [[60, 'CLOSED']])
    },
  },
  {
    name: 'The older name SIP of a call type is stored as PUBLIC_SIP',
    run: async (session) => {
      const captureRules = [{ from: '*', to: newNumber(), metadata: { callType: 'SIP' } }]
      const { id } = await makeKiosk(session, { channelSettings: { VOICE: { captureRules } } })
      const { channelSettings } = await session.client.conversations.v2.configurations(id).fetch()
      assert.equal(channelSettings?.VOICE?.captureRules?.[0]?.metadata?.callType, 'PUBLIC_SIP')
    },
  },
]

const messages: Case[] = [
  {
    name: 'A 404 for an id of another kind says how the id would begin, a 401 for a user name how that would look',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const id = 'conv_participant_01h455vb4pex5vsknk084sn02q'
      await session.refused({ status: 404, code: 20404, message: /conv_conversation_/ }, () =>
        v2.conversations(id).fetch(),
      )
      const anonymous = await session.send('GET', '/v2/Conversations', { credentials: 'me:secret' })
      session.refusal(anonymous, { status: 401, code: 20003, message: /AC.*SK/ })
    },
  },
  {
    name: 'Overlapping capture rules: the one with more literals wins, then the older configuration',
    run: async (session) => {
      const [customer, number] = [newNumber(), newNumber()]
      const sms = (from: string) => ({ channelSettings: { SMS: { captureRules: [{ from, to: number }] } } })
      const older = await makeKiosk(session, sms('*'))
      await advance(session, { seconds: 1 })
      await makeKiosk(session, sms('*'))
      const literal = await makeKiosk(session, sms(customer))
      for (const [from, winner] of [
        [customer, literal],
        [newNumber(), older],
      ] as const) {
        const [{ conversationId }] = await observe(session, observedText(from, number))
        const { configurationId } = await session.client.conversations.v2.conversations(conversationId).fetch()
        assert.equal(configurationId, winner.id)
      }
    },
  },
]

export const settledCases: readonly Case[] = [...grouping, ...capture, ...pinning, ...messages]
