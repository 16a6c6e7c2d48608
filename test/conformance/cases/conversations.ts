import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { conversation } from '../conversation-tables.ts'
import { unchecked } from '../session.ts'
import { advance, makeConversation, makeKiosk, message, newNumber, observe, sharedStore } from '../stage.ts'

const path = '/v2/Conversations'
const unknown = 'conv_conversation_01h455vb4pex5vsknk084sn02q'

const creation = about(`POST ${path}`, [
  {
    name: 'returns every field, with the configuration as it is pinned and the participants',
    run: async (session) => {
      const conversationsV1Bridge = { serviceId: `IS${'0'.repeat(31)}3` }
      const kiosk = await makeKiosk(session, { conversationsV1Bridge })
      const customer = newNumber()
      const overrides = {
        intelligenceConfigurationIds: ['intelligence_configuration_01h455vb4pex5vsknk084sn02q'],
        traitExtractionStrategyIds: ['trait_strategy_1'],
        observationExtractionStrategyIds: ['observation_strategy_1'],
      }
      const { body } = await session.answered(
        conversation,
        {
          status: 201,
          values: {
            accountId: session.server.accountSid,
            configurationId: kiosk.id,
            status: 'ACTIVE',
            name: 'Order 7712',
            metadata: { 'crm.case': 'C-7712' },
            configuration: {
              displayName: 'kiosk',
              description: 'The kiosk by the harbour',
              conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
              memoryStoreId: await sharedStore(session),
              conversationsV1Bridge,
              ...overrides,
            },
            participants: [
              { name: 'Noor', type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: customer, channelId: 'SM1' }] },
              { name: kiosk.number, type: 'AI_AGENT', profileId: null, addresses: [{ channelId: null }] },
              { name: 'UNKNOWN', type: 'UNKNOWN', profileId: null, addresses: [] },
            ],
          },
        },
        () =>
          session.client.conversations.v2.conversations.create({
            configurationId: kiosk.id,
            name: 'Order 7712',
            metadata: { 'crm.case': 'C-7712' },
            configuration: { ...overrides, workflows: [{ flowId: `FW${'a'.repeat(32)}` }] },
            participants: [
              {
                name: 'Noor',
                type: 'CUSTOMER',
                addresses: [{ channel: 'SMS', address: customer, channelId: 'SM1' }],
              },
              { type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: kiosk.number }] },
              {},
            ],
          }),
      )
      assert.match(body.participants[0].profileId, /^mem_profile_/, 'a CUSTOMER has a profile at once')
      for (const one of body.participants) assert.equal(one.conversationId, body.id)
      for (const key of ['id', 'version', 'createdAt', 'updatedAt', 'workflows']) {
        assert.ok(!(key in body.configuration), `a pinned configuration shows no ${key}`)
      }
    },
  },
  {
    name: 'needs nothing but a configuration',
    run: async (session) => {
      const { id } = await makeKiosk(session)
      await session.answered(
        conversation,
        { status: 201, values: { name: null, metadata: {}, participants: [] } },
        () => session.client.conversations.v2.conversations.create({ configurationId: id }),
      )
    },
  },
  {
    name: 'is a conflict that names the open conversation of the same addresses',
    run: async (session) => {
      const kiosk = await makeKiosk(session)
      const customer = newNumber()
      const id = await makeConversation(session, kiosk, customer)
      const refusal = await session.refused({ status: 409, code: 20409, message: new RegExp(`${id}\\.$`) }, () =>
        makeConversation(session, kiosk, customer),
      )
      assert.equal(refusal.headers['x-conflicting-resource-id'], id)
      assert.deepEqual((refusal.body as { params: object }).params, { conversationId: id })
      await session.client.conversations.v2.conversations(id).patch({ status: 'CLOSED' })
      assert.notEqual(await makeConversation(session, kiosk, customer), id)
    },
  },
  {
    name: 'refuses what no conversation may be, naming the field',
    run: async (session) => {
      const { conversations } = session.client.conversations.v2
      const { id: configurationId } = await makeKiosk(session)
      const entries = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`k${at}`, 'v']))
      const callbacks = Array(21).fill({ url: 'https://hooks.example.com/' })
      const wrong: [object, string][] = [
        [{ configurationId: undefined }, 'configurationId'],
        [{ participants: Array(51).fill({}) }, 'participants'],
        [{ participants: [{ type: 'ROBOT' }] }, 'participants[0].type'],
        [{ participants: [{ addresses: [{ address: '+15550001111' }] }] }, 'participants[0].addresses[0].channel'],
        [{ participants: [{ addresses: [{ channel: 'SMS' }] }] }, 'participants[0].addresses[0].address'],
        [{ participants: [{ addresses: [{ channel: 'FAX', address: '1' }] }] }, 'participants[0].addresses[0].channel'],
        [{ participants: [{ type: 'CUSTOMER', profileId: 'me' }] }, 'participants[0].profileId'],
        [{ metadata: entries }, 'metadata'],
        [{ metadata: { key: 'x'.repeat(513) } }, 'metadata.key'],
        [{ configuration: { description: 'mine' } }, 'configuration.description'],
        [{ configuration: { statusCallbacks: callbacks } }, 'configuration.statusCallbacks'],
        [
          { configuration: { intelligenceConfigurationIds: Array(6).fill('i') } },
          'configuration.intelligenceConfigurationIds',
        ],
        [{ configuration: { traitExtractionStrategyIds: ['a', 'b'] } }, 'configuration.traitExtractionStrategyIds'],
        [{ configuration: { workflows: [{ flowId: 'FW1' }] } }, 'configuration.workflows[0].flowId'],
      ]
      for (const [fields, field] of wrong) {
        await session.refused({ status: 400, code: 20001, field }, () =>
          conversations.create(unchecked({ configurationId, ...fields })),
        )
      }
      await session.refused({ status: 404, code: 20404 }, () =>
        conversations.create({ configurationId: 'conv_configuration_01h455vb4pex5vsknk084sn02q' }),
      )
    },
  },
  {
    name: 'refuses an SMS address that is not E.164',
    run: async (session) => {
      const { id: configurationId } = await makeKiosk(session)
      await session.refused({ status: 400, code: 21614, field: 'participants[0].addresses[0].address' }, () =>
        session.client.conversations.v2.conversations.create({
          configurationId,
          participants: [{ type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: '555-0100' }] }],
        }),
      )
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists whole conversations, the newest first',
      run: async (session) => {
        const kiosk = await makeKiosk(session)
        const older = await makeConversation(session, kiosk)
        const newer = await makeConversation(session, kiosk)
        const { body } = await session.listed(conversation, 'conversations', () =>
          session.client.conversations.v2.conversations.page({ pageSize: 2 }),
        )
        assert.deepEqual(
          body.conversations.map(({ id, participants }: { id: string; participants: object[] }) => [
            id,
            participants.length,
          ]),
          [
            [newer, 2],
            [older, 2],
          ],
        )
      },
    },
    {
      name: 'filters by one status, by several and by an id of a channel',
      run: async (session) => {
        const { conversations } = session.client.conversations.v2
        const kiosk = await makeKiosk(session)
        const call = `CA${newNumber().slice(1).padStart(32, '0')}`
        const ids: string[] = []
        for (const status of ['ACTIVE', 'INACTIVE', 'CLOSED']) {
          const { id } = await conversations.create({
            configurationId: kiosk.id,
            participants: [
              { type: 'CUSTOMER', addresses: [{ channel: 'VOICE', address: newNumber(), channelId: call }] },
            ],
          })
          ids.push(String(id))
          if (status !== 'ACTIVE') await conversations(String(id)).update({ status })
        }
        const [active, inactive, closed] = ids
        const cases: [('ACTIVE' | 'INACTIVE' | 'CLOSED')[] | undefined, (string | undefined)[]][] = [
          [['ACTIVE'], [active]],
          [['INACTIVE'], [inactive]],
          [
            ['ACTIVE', 'CLOSED'],
            [closed, active],
          ],
          [undefined, [closed, inactive, active]],
        ]
        for (const [status, expected] of cases) {
          const found = await session.listed(conversation, 'conversations', () =>
            conversations.page({ channelId: call, ...(status ? { status } : {}) }),
          )
          assert.deepEqual(
            found.instance.map(({ id }) => id),
            expected,
          )
        }
      },
    },
    {
      name: 'finds a conversation by the id of a call, of a message and of a participant’s channel',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const id = await makeConversation(session, kiosk, customer)
        const suffix = customer.slice(1)
        const body = { ...message(customer, kiosk.number), channelId: `CH${suffix}`, resourceId: `SM${suffix}` }
        await v2.communications(id).create(body)
        for (const channelId of [`CH${suffix}`, `SM${suffix}`]) {
          const found = await v2.conversations.list({ channelId })
          assert.deepEqual(
            found.map((one) => one.id),
            [id],
          )
        }
      },
    },
    {
      name: 'refuses a status that there is not',
      run: async (session) => {
        await session.refused({ status: 400, code: 20001, field: 'status' }, () =>
          session.client.conversations.v2.conversations.page(unchecked({ status: ['OPEN'] })),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{id}`, [
    {
      name: 'shows each status that a conversation goes through by itself',
      run: async (session) => {
        const { v2 } = session.client.conversations
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        const id = await makeConversation(session, kiosk, customer)
        await v2.communications(id).create(message(customer, kiosk.number))
        for (const [minutes, status] of [
          [14, 'ACTIVE'],
          [1, 'INACTIVE'],
          [44, 'INACTIVE'],
          [1, 'CLOSED'],
        ] as const) {
          await advance(session, { minutes })
          await session.answered(conversation, { status: 200, values: { id, status } }, () =>
            v2.conversations(id).fetch(),
          )
        }
      },
    },
    {
      name: 'shows what traffic captured',
      run: async (session) => {
        const kiosk = await makeKiosk(session)
        const customer = newNumber()
        await session.send('POST', '/skein/v1/OwnedAddresses', { body: { address: kiosk.number } })
        const [captured] = await observe(session, {
          channel: 'SMS',
          from: customer,
          to: kiosk.number,
          content: { type: 'TEXT', text: 'Hello' },
        })
        assert.equal(captured.outcome, 'CAPTURED', JSON.stringify(captured))
        const { body } = await session.answered(
          conversation,
          { status: 200, values: { id: captured.conversationId, status: 'ACTIVE', name: null } },
          () => session.client.conversations.v2.conversations(captured.conversationId).fetch(),
        )
        const sides = body.participants.map((one: { type: string; addresses: { address: string }[] }) => [
          one.type,
          one.addresses[0]?.address,
        ])
        assert.deepEqual(sides.toSorted(), [
          ['AGENT', kiosk.number],
          ['CUSTOMER', customer],
        ])
      },
    },
    {
      name: 'answers 404 for an id that is unknown, malformed or of another kind',
      run: async (session) => {
        for (const id of [unknown, 'conv_conversation_1', 'conv_participant_01h455vb4pex5vsknk084sn02q']) {
          await session.refused({ status: 404, code: 20404 }, () =>
            session.client.conversations.v2.conversations(id).fetch(),
          )
        }
      },
    },
  ]),
]

export const conversationCases: Case[] = [...creation, ...reading]
