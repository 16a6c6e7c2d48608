import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { communication } from '../conversation-tables.ts'
import { unchecked } from '../session.ts'
import { advance, makeConversation, makeKiosk, message, newNumber, observe } from '../stage.ts'

const path = '/v2/Conversations/{conversationId}/Communications'
const unknown = 'conv_communication_01h455vb4pex5vsknk084sn02q'
const unknownConversation = 'conv_conversation_01h455vb4pex5vsknk084sn02q'

const creation = about(`POST ${path}`, [
  {
    name: 'returns every field of a text, with the participants it was matched to',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const [kiran, desk] = await v2.participants(id).list()
      const given = {
        ...message(customer, kiosk.number, 'Where is my parcel?'),
        channelId: 'CH7',
        resourceId: 'SM7',
        occurredAt: new Date('2026-01-02T03:04:05.678Z'),
      }
      await session.answered(
        communication,
        {
          status: 201,
          values: {
            conversationId: id,
            accountId: session.server.accountSid,
            author: { address: customer, channel: 'SMS', participantId: kiran?.id },
            recipients: [
              { address: kiosk.number, channel: 'SMS', participantId: desk?.id, deliveryStatus: 'DELIVERED' },
            ],
            content: { type: 'TEXT', text: 'Where is my parcel?' },
            channelId: 'CH7',
            resourceId: 'SM7',
            occurredAt: '2026-01-02T03:04:05.678Z',
          },
        },
        () => v2.communications(id).create(given),
      )
      const { body } = await session.answered(
        communication,
        { status: 201, values: { channelId: null, resourceId: null } },
        () => v2.communications(id).create(message(kiosk.number, customer)),
      )
      assert.equal(body.occurredAt, body.createdAt, 'it happened when it came unless it says otherwise')
    },
  },
  {
    name: 'returns every field of a transcription, as much of it as was given',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const at = '2026-01-02T03:04:05.678Z'
      const transcriptions = [
        {
          channel: 0,
          confidence: 0.97,
          engine: 'deepgram',
          words: [{ text: 'Hello', startTime: at, endTime: at }, { text: 'there' }],
        },
        {},
      ]
      for (const transcription of transcriptions) {
        const content = { type: 'TRANSCRIPTION', text: 'Hello there', transcription }
        const { body } = await session.answered(communication, { status: 201, values: { content } }, () =>
          v2.communications(id).create(unchecked({ ...message(customer, kiosk.number), content })),
        )
        assert.deepEqual(body.content, content)
      }
    },
  },
  {
    name: 'updates the one that has its resourceId, and makes no second',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const body = { ...message(customer, kiosk.number, 'Helo'), resourceId: 'SM1' }
      const first = await session.answered(communication, { status: 201 }, () => v2.communications(id).create(body))
      await advance(session, { seconds: 1 })
      const { id: same, createdAt, occurredAt } = first.body
      const second = await session.answered(
        communication,
        { status: 201, values: { id: same, createdAt, occurredAt, content: { text: 'Hello' } } },
        () => v2.communications(id).create({ ...body, content: { type: 'TEXT', text: 'Hello' } }),
      )
      assert.ok(second.body.updatedAt > second.body.createdAt)
      assert.equal((await v2.communications(id).list()).length, 1)
    },
  },
  {
    name: 'adds whoever does not take part yet as UNKNOWN',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const id = await makeConversation(session, kiosk)
      const stranger = newNumber()
      const { body } = await session.answered(communication, { status: 201 }, () =>
        v2.communications(id).create(message(stranger, kiosk.number)),
      )
      const joined = (await v2.participants(id).list()).at(-1)
      assert.deepEqual([joined?.id, joined?.type, joined?.name], [body.author.participantId, 'UNKNOWN', stranger])
    },
  },
  {
    name: 'refuses what no communication may be, naming the field',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const usual = message(customer, kiosk.number)
      const wrong: [object, string][] = [
        [{ author: undefined }, 'author'],
        [{ author: { channel: 'SMS' } }, 'author.address'],
        [{ author: { address: customer } }, 'author.channel'],
        [{ author: { ...usual.author, participantId: unknown } }, 'author.participantId'],
        [{ recipients: undefined }, 'recipients'],
        [{ recipients: [] }, 'recipients'],
        [{ recipients: [{ channel: 'SMS' }] }, 'recipients[0].address'],
        [{ recipients: [{ address: kiosk.number, channel: 'FAX' }] }, 'recipients[0].channel'],
        [{ content: undefined }, 'content'],
        [{ content: { type: 'TEXT' } }, 'content.text'],
        [{ content: { type: 'PICTURE', text: '' } }, 'content.type'],
        [{ resourceId: '' }, 'resourceId'],
        [{ occurredAt: 'yesterday' }, 'occurredAt'],
      ]
      for (const [fields, field] of wrong) {
        await session.refused({ status: 400, code: 20001, field }, () =>
          v2.communications(id).create(unchecked({ ...usual, ...fields })),
        )
      }
      await session.refused({ status: 404, code: 20404 }, () => v2.communications(unknownConversation).create(usual))
    },
  },
  {
    name: 'refuses to enter a CLOSED conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      await v2.conversations(id).update({ status: 'CLOSED' })
      await session.refused({ status: 400, code: 20001, message: /CLOSED/ }, () =>
        v2.communications(id).create(message(customer, kiosk.number)),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists what happened first, first, and filters by an id of the channel or of the resource',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const id = await makeConversation(session, kiosk, customer)
        const at = (hour: number) => new Date(Date.UTC(2026, 0, 2, hour))
        for (const [text, hour, more] of [
          ['second', 9, { channelId: 'CH1' }],
          ['first', 8, { resourceId: 'SM1' }],
          ['third', 10, {}],
        ] as const) {
          await v2
            .communications(id)
            .create({ ...message(customer, kiosk.number, text), ...more, occurredAt: at(hour) })
        }
        const cases: [object, string[]][] = [
          [{}, ['first', 'second', 'third']],
          [{ channelId: 'CH1' }, ['second']],
          [{ channelId: 'SM1' }, ['first']],
          [{ channelId: 'none' }, []],
        ]
        for (const [filter, expected] of cases) {
          const { instance } = await session.listed(communication, 'communications', () =>
            v2.communications(id).page(filter),
          )
          assert.deepEqual(
            instance.map(({ content }) => content?.text),
            expected,
          )
        }
      },
    },
    {
      name: 'answers 404 for an unknown conversation and 400 for a token of another list',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const id = await makeConversation(session, await makeKiosk(session))
        await session.refused({ status: 404, code: 20404 }, () => v2.communications(unknownConversation).page())
        await v2.participants(id).page({ pageSize: 1 })
        const { meta } = session.recorder.last.body as { meta: { nextToken: string } }
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          v2.communications(id).page({ pageToken: meta.nextToken }),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{id}`, [
    {
      name: 'shows captured traffic and every delivery status that is reported of it',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const resourceId = `SM${customer.slice(1)}`
        const [captured] = await observe(session, {
          channel: 'SMS',
          from: kiosk.number,
          to: customer,
          direction: 'OUTBOUND',
          deliveryStatus: 'INITIATED',
          content: { type: 'TEXT', text: 'On its way' },
          resourceId,
        })
        const one = v2.communications(captured.conversationId, captured.communicationId)
        for (const [reported, shown] of [
          [undefined, 'INITIATED'],
          ['IN_PROGRESS', 'IN_PROGRESS'],
          ['FAILED', 'FAILED'],
          ['DELIVERED', 'DELIVERED'],
          ['READ', 'READ'],
          ['IN_PROGRESS', 'READ'],
        ]) {
          if (reported) await observe(session, { kind: 'DELIVERY', resourceId, deliveryStatus: reported })
          const recipients = [{ address: customer, deliveryStatus: shown }]
          await session.answered(
            communication,
            { status: 200, values: { id: captured.communicationId, resourceId, recipients } },
            () => one.fetch(),
          )
        }
      },
    },
    {
      name: 'answers 404 for one that is elsewhere or nowhere',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const [id, other] = [await makeConversation(session, kiosk, customer), await makeConversation(session, kiosk)]
        const { id: known } = await v2.communications(id).create(message(customer, kiosk.number))
        for (const [where, which] of [
          [other, known],
          [id, unknown],
          [id, 'it'],
        ]) {
          await session.refused({ status: 404, code: 20404 }, () =>
            v2.communications(String(where), String(which)).fetch(),
          )
        }
      },
    },
  ]),
]

export const communicationCases: Case[] = [...creation, ...reading]
