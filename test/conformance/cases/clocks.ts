import assert from 'node:assert/strict'
import type { Case } from '../case.ts'
import {
  advance,
  follow,
  makeConversation,
  makeKiosk,
  message,
  newNumber,
  observe,
  observedText,
  statusOf,
} from '../stage.ts'

export const clockCases: readonly Case[] = [
  {
    name: 'Message channels have provisional clocks from creation until the first communication, calls have none',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const silent = await makeConversation(session, kiosk)
      const customer = newNumber()
      const spoken = await makeConversation(session, kiosk, customer)
      await advance(session, { minutes: 10 })
      await v2.communications(spoken).create(message(customer, kiosk.number))
      await follow(session, silent, [
        [4, 'ACTIVE'],
        [1, 'INACTIVE'],
      ])
      assert.equal(await statusOf(session, spoken), 'ACTIVE')
      await follow(session, silent, [[45, 'CLOSED']])
      assert.equal(await statusOf(session, spoken), 'INACTIVE')
    },
  },
  {
    name: 'Without timeouts a message channel never closes; a call with null timeouts closes with its stream or 20 s later',
    run: async (session) => {
      const number = newNumber()
      const rules = [{ from: '*', to: number }]
      await makeKiosk(session, {
        channelSettings: {
          SMS: { captureRules: rules },
          RCS: { statusTimeouts: null, captureRules: rules },
          VOICE: { statusTimeouts: null, captureRules: rules },
        },
      })
      const [sms] = await observe(session, observedText(newNumber(), number))
      const [rcs] = await observe(session, observedText(newNumber(), number, { channel: 'RCS' }))
      const call = async (more: object) => {
        const channelId = `CA${newNumber()}`
        const [started] = await observe(session, {
          kind: 'STREAM_STARTED',
          from: newNumber(),
          to: number,
          channelId,
        })
        await observe(session, { kind: 'STREAM_STOPPED', channelId, ...more })
        return started.conversationId
      }
      assert.equal(await statusOf(session, await call({ callEnded: true })), 'CLOSED')
      const waiting = await call({})
      await advance(session, { seconds: 19 })
      assert.equal(await statusOf(session, waiting), 'ACTIVE')
      await advance(session, { seconds: 1 })
      assert.equal(await statusOf(session, waiting), 'CLOSED')
      await advance(session, { minutes: 60 * 24 * 30 })
      assert.equal(await statusOf(session, sms.conversationId), 'ACTIVE')
      assert.equal(await statusOf(session, rcs.conversationId), 'ACTIVE')
    },
  },
  {
    name: 'Clocks run from when a communication came, not from occurredAt; the last channel to be done closes',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session, {
        channelSettings: {
          SMS: { statusTimeouts: { inactive: 15, closed: 60 } },
          CHAT: { statusTimeouts: { closed: 100 } },
        },
      })
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const old = { ...message(customer, kiosk.number), occurredAt: new Date('2025-01-01T00:00:00.000Z') }
      await v2.communications(id).create(old)
      assert.equal(await statusOf(session, id), 'ACTIVE')
      const address = `kiran-${customer}`
      await v2.communications(id).create({
        author: { address, channel: 'CHAT' },
        recipients: [{ address: 'desk', channel: 'CHAT' }],
        content: { type: 'TEXT', text: 'Hello' },
      })
      await follow(session, id, [
        [99, 'ACTIVE'],
        [1, 'CLOSED'],
      ])
    },
  },
  {
    name: 'INACTIVE by the API holds until the next communication; ACTIVE by the API restarts the inactive clocks only',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const one = v2.conversations(id)
      const speak = () => v2.communications(id).create(message(customer, kiosk.number))
      await speak()
      await one.update({ status: 'INACTIVE' })
      await follow(session, id, [[1, 'INACTIVE']])
      await speak()
      await follow(session, id, [
        [14, 'ACTIVE'],
        [1, 'INACTIVE'],
        [35, 'INACTIVE'],
      ])
      await one.update({ status: 'ACTIVE' })
      await follow(session, id, [
        [9, 'ACTIVE'],
        [1, 'CLOSED'],
      ])
    },
  },
  {
    name: 'A silent call with timeouts stays ACTIVE',
    run: async (session) => {
      const number = newNumber()
      const voice = { statusTimeouts: { inactive: 5, closed: 10 }, captureRules: [{ from: '*', to: number }] }
      await makeKiosk(session, { channelSettings: { VOICE: voice } })
      const channelId = `CA${number}`
      const [call] = await observe(session, { kind: 'STREAM_STARTED', from: newNumber(), to: number, channelId })
      await follow(session, call.conversationId, [[60, 'ACTIVE']])
    },
  },
]
