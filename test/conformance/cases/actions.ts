import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { action } from '../conversation-tables.ts'
import { type Json, type Session, unchecked } from '../session.ts'
import { advance, makeConversation, makeKiosk, message, newNumber } from '../stage.ts'

const path = '/v2/Conversations/{conversationId}/Actions'
const unknown = 'conv_action_01h455vb4pex5vsknk084sn02q'
const unknownConversation = 'conv_conversation_01h455vb4pex5vsknk084sn02q'
const stopped = '+15005550004'

/** A conversation of a customer with a kiosk whose number can send. */
interface Desk {
  id: string
  kiosk: string
  customer: string
  agentId: string
  customerId: string
}

async function openDesk(session: Session): Promise<Desk> {
  const { v2 } = session.client.conversations
  const kiosk = await makeKiosk(session)
  const customer = newNumber()
  const taken = await session.send('POST', '/skein/v1/OwnedAddresses', { body: { address: kiosk.number } })
  assert.equal(taken.status, 201)
  const id = await makeConversation(session, kiosk, customer)
  const [kiran, desk] = await v2.participants(id).list()
  return { id, kiosk: kiosk.number, customer, customerId: String(kiran?.id), agentId: String(desk?.id) }
}

const sms = (address: string) => ({ address, channel: 'SMS' as const })

function sending({ kiosk, customer }: Desk, payload: object = {}) {
  const usual = { from: sms(kiosk), to: [sms(customer)], content: { text: 'It left our depot' } }
  return { type: 'SEND_MESSAGE', payload: { ...usual, ...payload } }
}

/** Creates an action, lets it be carried out, and fetches it: the body of that answer, of which every field was checked. */
async function carriedOut(session: Session, desk: Desk, payload: object): Promise<Json> {
  const { v2 } = session.client.conversations
  const { body } = await session.answered(
    action,
    { status: 202, values: { type: 'SEND_MESSAGE', status: 'PENDING', conversationId: desk.id } },
    () => v2.actions(desk.id).create(unchecked(sending(desk, payload))),
  )
  await advance(session, {})
  const fetched = await session.answered(action, { status: 200, values: { id: body.id } }, () =>
    v2.actions(desk.id, body.id).fetch(),
  )
  return fetched.body
}

async function saidIn(session: Session, { id }: Desk): Promise<Json[]> {
  await session.client.conversations.v2.communications(id).page()
  return (session.recorder.last.body as Json).communications
}

/** What the customer's phone shows, the newest first. */
async function shownBy(session: Session, phone: string): Promise<Json[]> {
  return (await session.send('GET', `/skein/v1/Handsets/${encodeURIComponent(phone)}/Messages`)).body.messages
}

const creation = about(`POST ${path}`, [
  {
    name: 'finds the addresses by participant and channel, by participant alone, and as they are given',
    run: async (session) => {
      const desk = await openDesk(session)
      const { agentId, customerId, kiosk, customer } = desk
      const elsewhere = sms(newNumber())
      for (const [n, [from, to]] of [
        [
          { participantId: agentId, channel: 'SMS' },
          { participantId: customerId, channel: 'SMS' },
        ],
        [{ participantId: agentId }, { participantId: customerId }],
        [sms(kiosk), sms(customer)],
        [
          { participantId: agentId, ...elsewhere },
          { participantId: customerId, ...elsewhere },
        ],
      ].entries()) {
        const { status } = await carriedOut(session, desk, { from, to: [to], content: { text: `Message ${n}` } })
        assert.equal(status, 'COMPLETED')
        const [shown] = await shownBy(session, customer)
        assert.deepEqual([shown.from, shown.to, shown.body], [kiosk, customer, `Message ${n}`])
      }
    },
  },
  {
    name: 'sends once, and echoes once as a communication and its event',
    run: async (session) => {
      const desk = await openDesk(session)
      const { status, related, completedAt } = await carriedOut(session, desk, {})
      assert.equal(status, 'COMPLETED')
      assert.notEqual(completedAt, null)
      assert.match(related.messageSid, /^SM[0-9a-f]{32}$/)
      const said = await saidIn(session, desk)
      assert.deepEqual(
        said.map(({ id, resourceId, author, recipients, content }: Json) => [
          id,
          resourceId,
          author.participantId,
          recipients[0].participantId,
          content,
        ]),
        [
          [
            related.communicationId,
            related.messageSid,
            desk.agentId,
            desk.customerId,
            { type: 'TEXT', text: 'It left our depot' },
          ],
        ],
      )
      assert.equal((await shownBy(session, desk.customer)).length, 1)
      await advance(session, { seconds: 5 })
      assert.equal((await saidIn(session, desk))[0].recipients[0].deliveryStatus, 'DELIVERED')
      const query = `conversationId=${desk.id}&type=communication.created`
      const { body } = await session.send('GET', `/skein/v1/Events?${query}`)
      assert.equal(body.events.length, 1)
    },
  },
  {
    name: 'passes a template with its variables, attachments and channel settings on',
    run: async (session) => {
      const desk = await openDesk(session)
      const service = `MG${'7'.repeat(32)}`
      const { related } = await carriedOut(session, desk, {
        content: {
          contentId: 'HX00000000000000000000000000000abd',
          variables: { 1: 'Kiran' },
          mediaUrls: ['https://shop.example.com/cup.jpg'],
        },
        channelSettings: { messagingServiceSid: service, attributes: { any: ['thing', 1] } },
      })
      const { accountSid } = session.server
      const sent = await session.send('GET', `/2010-04-01/Accounts/${accountSid}/Messages/${related.messageSid}`)
      assert.equal(sent.body.messaging_service_sid, service)
      assert.equal(sent.body.num_media, '1')
      assert.equal(sent.body.body, 'HX00000000000000000000000000000abd {"1":"Kiran"}')
    },
  },
  {
    name: 'sends to several as one communication, and fails for those who are not reached',
    run: async (session) => {
      const desk = await openDesk(session)
      const { status, related } = await carriedOut(session, desk, { to: [sms(desk.customer), sms(stopped)] })
      assert.equal(status, 'COMPLETED')
      const said = await saidIn(session, desk)
      assert.deepEqual(
        said.map(({ id, recipients }: Json) => [id, recipients.map((one: Json) => one.deliveryStatus)]),
        [[related.communicationId, ['INITIATED', 'FAILED']]],
      )
    },
  },
  {
    name: 'refuses what can not be sent, naming the field',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const desk = await openDesk(session)
      const wrong: [object, string][] = [
        [{ from: undefined }, 'payload.from'],
        [{ to: undefined }, 'payload.to'],
        [{ to: [] }, 'payload.to'],
        [{ to: [{}] }, 'payload.to[0]'],
        [{ to: [{ address: desk.customer }] }, 'payload.to[0].channel'],
        [{ to: [{ address: '+1', channel: 'SMS' }] }, 'payload.to[0].address'],
        [{ to: [{ participantId: unknown }] }, 'payload.to[0].participantId'],
        [{ to: [{ participantId: desk.customerId, channel: 'RCS' }] }, 'payload.to[0].participantId'],
        [{ to: [{ address: desk.customer, channel: 'WHATSAPP' }] }, 'payload.to[0].channel'],
        [{ from: { address: desk.kiosk, channel: 'VOICE' } }, 'payload.from.channel'],
        [{ content: undefined }, 'payload.content'],
        [{ content: {} }, 'payload.content.text'],
        [{ content: { text: 'x', html: 'x' } }, 'payload.content.html'],
        [{ content: { text: 'x', variables: { 1: 1 } } }, 'payload.content.variables[1]'],
        [{ content: { mediaUrls: ['cup.jpg'] } }, 'payload.content.mediaUrls'],
        [{ channelSettings: 'none' }, 'payload.channelSettings'],
      ]
      for (const [payload, field] of wrong) {
        const code = field === 'payload.to[0].address' ? 21614 : 20001
        await session.refused({ status: 400, code, field }, () =>
          v2.actions(desk.id).create(unchecked(sending(desk, payload))),
        )
      }
      await session.refused({ status: 400, code: 20001, field: 'type' }, () =>
        v2.actions(desk.id).create(unchecked({ ...sending(desk), type: 'START_FLOW' })),
      )
      await session.refused({ status: 404, code: 20404 }, () => v2.actions(unknownConversation).create(sending(desk)))
      assert.deepEqual(await saidIn(session, desk), [])
    },
  },
  {
    name: 'sends nothing in a CLOSED conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const desk = await openDesk(session)
      await v2.conversations(desk.id).update({ status: 'CLOSED' })
      await session.refused({ status: 400, code: 20001, message: /CLOSED/ }, () =>
        v2.actions(desk.id).create(sending(desk)),
      )
    },
  },
])

const reading = about(`GET ${path}/{actionId}`, [
  {
    name: 'tells why an action FAILED, and no communication comes of it',
    run: async (session) => {
      const desk = await openDesk(session)
      for (const [payload, reason] of [
        [{ to: [sms(stopped)] }, /^21610: /],
        [{ from: sms(newNumber()) }, /^21606: /],
      ] as const) {
        const failed = await carriedOut(session, desk, payload)
        assert.deepEqual([failed.status, failed.related], ['FAILED', {}])
        assert.match(failed.failureReason, reason)
        assert.notEqual(failed.completedAt, null)
      }
      assert.deepEqual(await saidIn(session, desk), [])
    },
  },
  {
    name: 'answers 404 for one that is elsewhere or nowhere',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const desk = await openDesk(session)
      const other = await openDesk(session)
      const { id } = await v2.actions(desk.id).create(sending(desk))
      for (const [where, which] of [
        [other.id, id],
        [desk.id, unknown],
        [desk.id, 'it'],
      ] as const) {
        await session.refused({ status: 404, code: 20404 }, () => v2.actions(where, which).fetch())
      }
    },
  },
  {
    name: 'knows the communication from one that a client stored by itself',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const desk = await openDesk(session)
      await v2.communications(desk.id).create(message(desk.kiosk, desk.customer, 'It left our depot'))
      const { related } = await carriedOut(session, desk, {})
      const said = await saidIn(session, desk)
      assert.equal(said.length, 2)
      assert.ok(said.some(({ id }: Json) => id === related.communicationId))
    },
  },
])

export const actionCases: Case[] = [...creation, ...reading]
