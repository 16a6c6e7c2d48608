import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { acceptedOfConfiguration, configuration } from '../conversation-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { completed, finished, makeKiosk, newNumber, sharedStore } from '../stage.ts'

const path = '/v2/ControlPlane/Configurations'
const unknown = 'conv_configuration_01h455vb4pex5vsknk084sn02q'

async function usualBody(session: Session) {
  return {
    displayName: 'retail support',
    description: 'Inbound help desk',
    conversationGroupingType: 'GROUP_BY_PROFILE' as const,
    memoryStoreId: await sharedStore(session),
  }
}

const creation = about(`POST ${path}`, [
  {
    name: 'takes every field that can be set, and the smallest body',
    run: async (session) => {
      const { configurations } = session.client.conversations.v2
      const number = newNumber()
      const full = {
        ...(await usualBody(session)),
        channelSettings: {
          SMS: {
            statusTimeouts: { inactive: 15, closed: 120 },
            captureRules: [{ from: '*', to: number, metadata: {} }],
          },
          VOICE: {
            statusTimeouts: null,
            captureRules: [{ from: '*', to: number, metadata: { callType: 'PSTN' } }],
          },
          RCS: { statusTimeouts: { closed: 60 }, captureRules: [] },
          WHATSAPP: { captureRules: [] },
          CHAT: { statusTimeouts: { inactive: 5 }, captureRules: [] },
          VIDEO: { captureRules: [] },
        },
        statusCallbacks: [{ url: 'https://hooks.example.com/co', method: 'GET' }],
        intelligenceConfigurationIds: ['intelligence_configuration_01h455vb4pex5vsknk084sn02q'],
        memoryExtractionEnabled: true,
        conversationsV1Bridge: { serviceId: `IS${'0'.repeat(31)}1` },
      }
      const accepted = await session.answered(acceptedOfConfiguration, { status: 202 }, () =>
        configurations.create(unchecked(full)),
      )
      const id = String(accepted.instance.related?.configurationId)
      await completed(session, accepted.instance.statusUrl)
      await session.answered(configuration, { status: 200, values: { id, ...full, version: 1 } }, () =>
        configurations(id).fetch(),
      )
      const small = await usualBody(session)
      const other = await configurations.create(small)
      await completed(session, other.statusUrl)
      const empty = {
        channelSettings: {},
        statusCallbacks: [],
        intelligenceConfigurationIds: [],
        memoryExtractionEnabled: false,
        conversationsV1Bridge: null,
      }
      const fetched = await session.answered(configuration, { status: 200, values: { ...small, ...empty } }, () =>
        configurations(String(other.related?.configurationId)).fetch(),
      )
      assert.deepEqual(fetched.body.channelSettings, {})
    },
  },
  {
    name: 'names the operation in three headers',
    run: async (session) => {
      const { headers, body } = await session.answered(acceptedOfConfiguration, { status: 202 }, async () =>
        session.client.conversations.v2.configurations.create(await usualBody(session)),
      )
      assert.match(headers['operation-id'] ?? '', /^proc_job_[0-7][0-9a-z]{25}$/)
      assert.equal(headers.location, body.statusUrl)
      assert.equal(body.statusUrl, `${session.server.url}/v2/ControlPlane/Operations/${headers['operation-id']}`)
      assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
      await completed(session, body.statusUrl)
    },
  },
  {
    name: 'refuses what no configuration may be, naming the field',
    run: async (session) => {
      const usual = await usualBody(session)
      const wrong: [object, string][] = [
        [{ displayName: undefined }, 'displayName'],
        [{ displayName: '' }, 'displayName'],
        [{ displayName: 'x'.repeat(33) }, 'displayName'],
        [{ displayName: 'a.b' }, 'displayName'],
        [{ description: undefined }, 'description'],
        [{ description: 'x'.repeat(513) }, 'description'],
        [{ conversationGroupingType: undefined }, 'conversationGroupingType'],
        [{ conversationGroupingType: 'BY_MOOD' }, 'conversationGroupingType'],
        [{ memoryStoreId: undefined }, 'memoryStoreId'],
        [{ channelSettings: { EMAIL: {} } }, 'channelSettings.EMAIL'],
        [
          { channelSettings: { SMS: { statusTimeouts: { inactive: 0 } } } },
          'channelSettings.SMS.statusTimeouts.inactive',
        ],
        [
          { channelSettings: { SMS: { statusTimeouts: { inactive: 20, closed: 10 } } } },
          'channelSettings.SMS.statusTimeouts.closed',
        ],
        [
          { channelSettings: { SMS: { captureRules: Array(101).fill({ from: '*', to: '+15550001111' }) } } },
          'channelSettings.SMS.captureRules',
        ],
        [{ statusCallbacks: Array(3).fill({ url: 'https://hooks.example.com/' }) }, 'statusCallbacks'],
        [{ statusCallbacks: [{ url: 'https://hooks.example.com/', method: 'DELETE' }] }, 'statusCallbacks[0].method'],
        [{ statusCallbacks: [{ url: 'nowhere' }] }, 'statusCallbacks[0].url'],
        [{ intelligenceConfigurationIds: Array(6).fill('i') }, 'intelligenceConfigurationIds'],
        [{ conversationsV1Bridge: { serviceId: 'IS1' } }, 'conversationsV1Bridge.serviceId'],
        [{ memoryExtractionEnabled: 'yes' }, 'memoryExtractionEnabled'],
      ]
      for (const [fields, field] of wrong) {
        await session.refused({ status: 400, code: 20001, field }, () =>
          session.client.conversations.v2.configurations.create(unchecked({ ...usual, ...fields })),
        )
      }
    },
  },
  {
    name: 'accepts a bad number or memory store, and fails the operation',
    run: async (session) => {
      const { configurations } = session.client.conversations.v2
      const usual = await usualBody(session)
      const rule = { channelSettings: { SMS: { captureRules: [{ from: '*', to: '555-0100' }] } } }
      const badNumber = await configurations.create(unchecked({ ...usual, ...rule }))
      const { status, error } = await finished(session, badNumber.statusUrl)
      assert.equal(status, 'FAILED')
      assert.equal(error.type, 'https://www.twilio.com/docs/errors/21614')
      assert.match(error.detail, /channelSettings\.SMS\.captureRules\[0\]\.to/)
      const badStore = await configurations.create({ ...usual, memoryStoreId: 'mem_store_01h455vb4pex5vsknk084sn02q' })
      const failed = await finished(session, badStore.statusUrl)
      assert.equal(failed.status, 'FAILED')
      assert.match(failed.error.detail, /memoryStoreId/)
    },
  },
  {
    name: 'lets two have one name, and one classic service only one',
    run: async (session) => {
      const { configurations } = session.client.conversations.v2
      const body = { ...(await usualBody(session)), conversationsV1Bridge: { serviceId: `IS${'0'.repeat(31)}2` } }
      const first = await configurations.create(body)
      await completed(session, first.statusUrl)
      const { headers } = await session.refused({ status: 409, code: 20409 }, () => configurations.create(body))
      assert.equal(headers['x-conflicting-resource-id'], first.related?.configurationId)
      const { conversationsV1Bridge: _, ...unbound } = body
      await completed(session, (await configurations.create(unbound)).statusUrl)
    },
  },
])

const reading: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'lists the newest first and filters by memory store',
      run: async (session) => {
        const { configurations } = session.client.conversations.v2
        const [older, newer] = [await makeKiosk(session), await makeKiosk(session)]
        const memoryStoreId = await sharedStore(session)
        const { body } = await session.listed(configuration, 'configurations', () =>
          configurations.page({ memoryStoreId, pageSize: 2 }),
        )
        assert.deepEqual(
          body.configurations.map(({ id }: { id: string }) => id),
          [newer.id, older.id],
        )
        const ofNone = await configurations.list({ memoryStoreId: 'mem_store_01h455vb4pex5vsknk084sn02q' })
        assert.deepEqual(ofNone, [])
      },
    },
    {
      name: 'refuses a page size or token that is none',
      run: async (session) => {
        const { configurations } = session.client.conversations.v2
        await session.refused({ status: 400, code: 20001, field: 'pageSize' }, () =>
          configurations.page({ pageSize: 0 }),
        )
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          configurations.page({ pageToken: 'bm90aGluZw' }),
        )
        await session.refused({ status: 400, code: 20001, field: 'memoryStoreId' }, () =>
          configurations.page({ memoryStoreId: 'shop' }),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{id}`, [
    {
      name: 'answers 404 for an id that is unknown, malformed or of another kind',
      run: async (session) => {
        for (const id of [unknown, 'conv_configuration_1', 'conv_conversation_01h455vb4pex5vsknk084sn02q']) {
          await session.refused({ status: 404, code: 20404 }, () =>
            session.client.conversations.v2.configurations(id).fetch(),
          )
        }
      },
    },
    {
      name: 'shows which timeouts there are, and null apart from nothing',
      run: async (session) => {
        const given = {
          SMS: { statusTimeouts: { inactive: null, closed: 60 } },
          RCS: { statusTimeouts: { inactive: 5, closed: null } },
          VOICE: { statusTimeouts: null },
          CHAT: {},
        }
        const { id } = await makeKiosk(session, { channelSettings: given })
        const { body } = await session.answered(configuration, { status: 200 }, () =>
          session.client.conversations.v2.configurations(id).fetch(),
        )
        assert.deepEqual(body.channelSettings, {
          SMS: { statusTimeouts: { closed: 60 }, captureRules: [] },
          RCS: { statusTimeouts: { inactive: 5 }, captureRules: [] },
          VOICE: { statusTimeouts: null, captureRules: [] },
          CHAT: { captureRules: [] },
        })
      },
    },
  ]),
]

export const configurationCases: Case[] = [...creation, ...reading]
