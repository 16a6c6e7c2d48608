import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, kiosk, openWorld, usualConfiguration, type World } from '../../testing/app.ts'
import { capture, forgedToken, kiran, message, walk } from '../testing/capture.ts'

const path = '/v2/Conversations'
const absent = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
const start = '2026-01-05T09:00:00.000Z'

async function withWorld(fn: (world: World, configurationId: string) => Promise<void>): Promise<void> {
  const world = await openWorld()
  try {
    await fn(world, await world.makeConfiguration())
  } finally {
    await world.close()
  }
}

async function create(world: World, body: object): Promise<Json> {
  const answer = await world.post(path, body)
  assert.equal(answer.status, 201, answer.text)
  return answer.body
}

const idsOf = (answer: { body: Json }) => answer.body.conversations.map(({ id }: Json) => id)

describe('a conversation', () => {
  it('shows every field of one that was captured, null where nothing is set', () =>
    withWorld(async (world, configurationId) => {
      const { conversationId } = await capture(world)
      const { status, body } = await world.get(`${path}/${conversationId}`)
      assert.equal(status, 200)
      const participant = (id: string, type: string, address: string) => ({
        id,
        conversationId,
        accountId: world.accountSid,
        name: address,
        type,
        profileId: null,
        addresses: [{ channel: 'SMS', address, channelId: null }],
        createdAt: start,
        updatedAt: start,
      })
      const { memoryStoreId } = body.configuration
      assert.match(memoryStoreId, /^mem_store_[0-7][0-9a-z]{25}$/)
      assert.deepEqual(body, {
        id: conversationId,
        accountId: world.accountSid,
        configurationId,
        status: 'ACTIVE',
        name: null,
        createdAt: start,
        updatedAt: start,
        configuration: {
          displayName: 'kiosk',
          description: 'The kiosk by the harbour',
          conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
          memoryStoreId,
          channelSettings: {
            SMS: {
              statusTimeouts: { inactive: 15, closed: 60 },
              captureRules: [
                { from: '*', to: kiosk, metadata: {} },
                { from: kiosk, to: '*', metadata: {} },
              ],
            },
          },
          statusCallbacks: [],
          intelligenceConfigurationIds: [],
          memoryExtractionEnabled: false,
          conversationsV1Bridge: null,
        },
        metadata: {},
        participants: [
          participant(body.participants[0].id, 'CUSTOMER', kiran),
          participant(body.participants[1].id, 'AGENT', kiosk),
        ],
      })
    }))

  it('shows name, metadata and what it sets for itself; its workflows never', () =>
    withWorld(async (world, configurationId) => {
      const given = {
        statusCallbacks: [{ url: 'https://hooks.example.test/own', method: 'GET' }],
        intelligenceConfigurationIds: ['intelligence_configuration_1'],
        traitExtractionStrategyIds: ['traits_1'],
        observationExtractionStrategyIds: ['observations_1'],
      }
      const created = await create(world, {
        configurationId,
        name: 'Order 7712',
        metadata: { 'crm.case': 'C-7712' },
        configuration: { ...given, workflows: [{ flowId: `FW${'0'.repeat(32)}` }] },
      })
      const { body } = await world.get(`${path}/${created.id}`)
      assert.deepEqual(body, created)
      assert.equal(body.name, 'Order 7712')
      assert.deepEqual(body.metadata, { 'crm.case': 'C-7712' })
      assert.deepEqual(body.participants, [])
      assert.ok(!('workflows' in body.configuration))
      for (const [key, value] of Object.entries(given)) assert.deepEqual(body.configuration[key], value, key)
    }))

  it('keeps its timeouts as pinned and shows the callbacks that its configuration has now', () =>
    withWorld(async (world, configurationId) => {
      const { conversationId } = await capture(world)
      const before = (await world.get(`${path}/${conversationId}`)).body
      const callbacks = [{ url: 'https://hooks.example.test/new', method: 'POST' }]
      const changed = await world.patch(`/v2/ControlPlane/Configurations/${configurationId}`, {
        displayName: 'renamed',
        channelSettings: { SMS: { statusTimeouts: { inactive: 1, closed: 2 } } },
        statusCallbacks: callbacks,
      })
      await world.completed(changed)
      const { body } = await world.get(`${path}/${conversationId}`)
      assert.deepEqual(body, { ...before, configuration: { ...before.configuration, statusCallbacks: callbacks } })
    }))

  const callbackCases: [string, object[] | null, object[]][] = [
    [
      'its own callbacks',
      [{ url: 'https://hooks.example.test/own', method: 'GET' }],
      [{ url: 'https://hooks.example.test/own', method: 'GET' }],
    ],
    ['none, when it wants none', [], []],
    [
      'those of its configuration, once its own are cleared',
      null,
      [{ url: 'https://hooks.example.test/all', method: 'POST' }],
    ],
  ]
  for (const [shown, statusCallbacks, expected] of callbackCases) {
    it(`shows ${shown}`, async () => {
      const world = await openWorld()
      try {
        const url = 'https://hooks.example.test/all'
        const configurationId = await world.makeConfiguration({ statusCallbacks: [{ url }] })
        const { id } = await create(world, {
          configurationId,
          configuration: { statusCallbacks: [{ url: 'https://hooks.example.test/first' }] },
        })
        await world.patch(`${path}/${id}`, { configuration: { statusCallbacks } })
        const { body } = await world.get(`${path}/${id}`)
        assert.deepEqual(body.configuration.statusCallbacks, expected)
      } finally {
        await world.close()
      }
    })
  }

  it('shows the status that its clocks have brought, and when', () =>
    withWorld(async (world) => {
      const { conversationId } = await capture(world)
      await world.advance({ minutes: 20 })
      const { body } = await world.get(`${path}/${conversationId}`)
      assert.equal(body.status, 'INACTIVE')
      assert.equal(body.updatedAt, '2026-01-05T09:15:00.000Z')
    }))

  describe('is not found', () => {
    const unknown: [string, string, string][] = [
      ['when there is none', absent, `There is no conversation ${absent}.`],
      [
        'when the id has another prefix',
        'conv_participant_01kjpwf170e4ma4jz41b93y214',
        'There is no conversation conv_participant_01kjpwf170e4ma4jz41b93y214. Its id would begin with conv_conversation_.',
      ],
      ['when the id is malformed', 'conv_conversation_NOPE', 'There is no conversation conv_conversation_NOPE.'],
    ]
    for (const [when, id, expected] of unknown) {
      it(when, () =>
        withWorld(async (world) => {
          const { status, body } = await world.get(`${path}/${id}`)
          assert.equal(status, 404)
          assert.equal(body.code, 20404)
          assert.equal(body.message, expected)
        }),
      )
    }

    it('by another account, which finds no list of it either', () =>
      withWorld(async (world) => {
        const { conversationId } = await capture(world, message({ resourceId: 'SM1' }))
        const stranger = await world.makeStranger()
        assert.equal((await stranger.get(`${path}/${conversationId}`)).status, 404)
        for (const query of ['', '?status=ACTIVE', '?status=ACTIVE&status=CLOSED', '?channelId=SM1']) {
          assert.deepEqual(idsOf(await stranger.get(path + query)), [], query)
        }
      }))

    it('nor listed from the moment at which its deletion is accepted', () =>
      withWorld(async (world) => {
        const { conversationId } = await capture(world, message({ resourceId: 'SM1' }))
        const accepted = await world.delete(`${path}/${conversationId}`)
        const look = async () => {
          assert.equal((await world.get(`${path}/${conversationId}`)).status, 404)
          for (const query of ['', '?status=ACTIVE', '?status=ACTIVE,INACTIVE', '?channelId=SM1']) {
            assert.deepEqual(idsOf(await world.get(path + query)), [], query)
          }
        }
        await look()
        await world.completed(accepted)
        await look()
      }))
  })
})

describe('the list of conversations', () => {
  let world: World
  let byStatus: Record<string, string[]>
  let newestFirst: string[]

  before(async () => {
    world = await openWorld()
    await world.makeConfiguration()
    byStatus = { ACTIVE: [], INACTIVE: [], CLOSED: [] }
    newestFirst = []
    for (const [at, status] of ['ACTIVE', 'CLOSED', 'ACTIVE', 'INACTIVE', 'CLOSED', 'ACTIVE', 'INACTIVE'].entries()) {
      const { conversationId } = await capture(world, message({ from: `+1555000200${at}`, resourceId: `SM${at}` }))
      if (status !== 'ACTIVE') await world.put(`${path}/${conversationId}`, { status })
      byStatus[status]?.unshift(conversationId)
      newestFirst.unshift(conversationId)
    }
  })
  after(() => world.close())

  it('is empty, and says so, where there is nothing', () =>
    withWorld(async (empty) => {
      const { status, body } = await empty.get(path)
      assert.equal(status, 200)
      assert.deepEqual(body, {
        meta: { key: 'conversations', pageSize: 0, nextToken: null, previousToken: null },
        conversations: [],
      })
    }))

  it('holds whole conversations, each with its own participants', async () => {
    const { body } = await world.get(path)
    assert.equal(body.conversations.length, 7)
    for (const conversation of body.conversations) {
      assert.deepEqual(conversation, (await world.get(`${path}/${conversation.id}`)).body)
      assert.equal(conversation.participants.length, 2)
    }
  })

  const orders: [string, (pages: typeof byStatus) => string[]][] = [
    ['', () => newestFirst],
    ['?status=ACTIVE', ({ ACTIVE = [] }) => ACTIVE],
    ['?status=CLOSED', ({ CLOSED = [] }) => CLOSED],
    ['?status=ACTIVE&status=CLOSED', () => without('INACTIVE')],
    ['?status=INACTIVE,CLOSED', () => without('ACTIVE')],
    ['?status=INACTIVE, ACTIVE', () => without('CLOSED')],
    ['?status=ACTIVE&status=ACTIVE', ({ ACTIVE = [] }) => ACTIVE],
    ['?status=CLOSED,INACTIVE&status=ACTIVE', () => newestFirst],
    ['?Status=INACTIVE', ({ INACTIVE = [] }) => INACTIVE],
    ['?status=', () => newestFirst],
    ['?limit=3&Order=asc', () => newestFirst],
  ]
  const without = (status: string) => newestFirst.filter((id) => !byStatus[status]?.includes(id))
  for (const [query, expected] of orders) {
    it(`shows what ${query || 'no filter'} asks for, the newest first, in pages of any size and either direction`, async () => {
      for (const pageSize of [1, 2, 3, 50]) {
        const pages = await walk(world, path + query, pageSize)
        const ids = pages.flat().map(({ id }) => id)
        assert.deepEqual(ids, expected(byStatus), `pages of ${pageSize}`)
        for (const page of pages.slice(0, -1)) assert.equal(page.length, pageSize)
      }
    })
  }

  it('takes the names of parameters in any case', async () => {
    const { body } = await world.get(`${path}?PageSize=2&STATUS=ACTIVE`)
    assert.equal(body.meta.pageSize, 2)
    const next = await world.get(`${path}?PageSize=2&STATUS=ACTIVE&PageToken=${body.meta.nextToken}`)
    assert.deepEqual(idsOf(next), byStatus.ACTIVE?.slice(2))
  })

  it('counts what is on the page, not what was asked for', async () => {
    const { body } = await world.get(`${path}?pageSize=400`)
    assert.deepEqual(body.meta, { key: 'conversations', pageSize: 7, nextToken: null, previousToken: null })
  })

  const refused: [string, string, RegExp][] = [
    ['status=OPEN', 'status', /status must be one of ACTIVE, INACTIVE, CLOSED/],
    ['status=active', 'status', /must be one of/],
    ['status=ACTIVE,GONE', 'status', /must be one of/],
    ['pageSize=0', 'pageSize', />= 1/],
    ['pageSize=-4', 'pageSize', />= 1/],
    ['pageSize=many', 'pageSize', /integer/],
    ['pageSize=1.5', 'pageSize', /integer/],
    ['channelId=', 'channelId', /fewer than 1/],
    ['pageToken=nonsense', 'pageToken', /not one that this list gave out/],
    [`pageToken=${forgedToken('participants', 1, '01kjpwf170e4ma4jz41b93y214')}`, 'pageToken', /this list/],
    [`pageToken=${forgedToken('conversations', 1, 7)}`, 'pageToken', /this list/],
    [`pageToken=${forgedToken('conversations', 1, '01', '02')}`, 'pageToken', /this list/],
    [`pageToken=${forgedToken('conversations', 2, '01')}`, 'pageToken', /this list/],
    [`pageToken=${forgedToken('conversations', 1, { id: 1 })}`, 'pageToken', /this list/],
  ]
  for (const [query, field, expected] of refused) {
    it(`refuses ${query}, naming ${field}`, async () => {
      const { status, body } = await world.get(`${path}?${query}`)
      assert.equal(status, 400)
      assert.equal(body.code, 20001)
      assert.equal(body.params.field, field)
      assert.match(body.message, expected)
    })
  }

  it('refuses those who do not say who they are', async () => {
    const { status, body } = await world.get(path, { authorization: 'Basic bm9ib2R5Om5vdGhpbmc=' })
    assert.equal(status, 401)
    assert.equal(body.code, 20003)
  })

  it('gives at most 1000 a page to those who ask for more', () =>
    withWorld(async (crowded) => {
      const items = Array.from({ length: 1001 }, (_, at) => message({ from: `+1555${String(1_000_000 + at)}` }))
      await crowded.post('/skein/v1/Traffic', items.slice(0, 1000))
      await crowded.post('/skein/v1/Traffic', items[1000])
      const { body } = await crowded.get(`${path}?pageSize=5000`)
      assert.equal(body.meta.pageSize, 1000)
      const rest = await crowded.get(`${path}?pageSize=5000&pageToken=${body.meta.nextToken}`)
      assert.equal(rest.body.meta.pageSize, 1)
      assert.equal(rest.body.meta.nextToken, null)
    }))
})

describe('the filter by channelId', () => {
  const call = 'CA0123456789abcdef0123456789abcdef'
  const voice = {
    ...usualConfiguration,
    channelSettings: {
      ...usualConfiguration.channelSettings,
      VOICE: { statusTimeouts: { inactive: 1, closed: 5 }, captureRules: [{ from: '*', to: kiosk }] },
    },
  }
  const cases: [string, string, (world: World, configurationId: string) => Promise<string>][] = [
    [
      'a message by its resource id',
      'SM1',
      async (world) => {
        return (await capture(world, message({ resourceId: 'SM1' }))).conversationId
      },
    ],
    [
      'a message whose resource id is its channel id too',
      'SM2',
      async (world) => {
        return (await capture(world, message({ resourceId: 'SM2', channelId: 'SM2' }))).conversationId
      },
    ],
    [
      'an utterance by its call',
      call,
      async (world) => {
        const said = message({ channel: 'VOICE', resourceId: 'GT1/0', channelId: call })
        return (await capture(world, said)).conversationId
      },
    ],
    [
      'a communication without a resource id',
      'CH1',
      async (world) => {
        return (await capture(world, message({ channelId: 'CH1' }))).conversationId
      },
    ],
    [
      'a call before its first word',
      call,
      async (world) => {
        const started = { kind: 'STREAM_STARTED', channel: 'VOICE', from: kiran, to: kiosk, channelId: call }
        return (await capture(world, started)).conversationId
      },
    ],
    [
      'a participant by the id beside its address',
      'CH9',
      async (world, configurationId) => {
        const addresses = [{ channel: 'SMS', address: kiran, channelId: 'CH9' }]
        return (await create(world, { configurationId, participants: [{ type: 'CUSTOMER', addresses }] })).id
      },
    ],
  ]
  for (const [what, channelId, make] of cases) {
    it(`finds ${what}, and that conversation alone`, async () => {
      const world = await openWorld()
      try {
        const configurationId = await world.makeConfiguration(voice)
        await capture(world, message({ from: '+15550002001', resourceId: 'SM77', channelId: 'CH77' }))
        const id = await make(world, configurationId)
        assert.deepEqual(idsOf(await world.get(`${path}?channelId=${channelId}`)), [id])
        assert.deepEqual(idsOf(await world.get(`${path}?ChannelId=${channelId}&status=ACTIVE`)), [id])
        assert.deepEqual(idsOf(await world.get(`${path}?channelId=${channelId}&status=INACTIVE,CLOSED`)), [])
        await world.put(`${path}/${id}`, { status: 'CLOSED' })
        assert.deepEqual(idsOf(await world.get(`${path}?channelId=${channelId}&status=ACTIVE`)), [])
        assert.deepEqual(idsOf(await world.get(`${path}?channelId=${channelId}&status=CLOSED`)), [id])
        assert.deepEqual(idsOf(await world.get(`${path}?channelId=${channelId}0`)), [])
      } finally {
        await world.close()
      }
    })
  }

  it('pages through all conversations that share the id, each once', () =>
    withWorld(async (world) => {
      const made: string[] = []
      for (let at = 0; at < 5; at += 1) {
        const from = `+1555000200${at}`
        const { conversationId } = await capture(world, message({ from, channelId: 'CH1', resourceId: `SM${at}` }))
        await capture(world, message({ from, channelId: 'CH1', resourceId: `SM${at}again` }))
        made.unshift(conversationId)
      }
      const pages = await walk(world, `${path}?channelId=CH1`, 2)
      assert.deepEqual(
        pages.flat().map(({ id }) => id),
        made,
      )
    }))
})
