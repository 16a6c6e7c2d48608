import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, kiosk, openWorld, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import { bodyOf, changesSince, converse, fetched, keysHeldBy, participant, statusOf, story } from '../testing/story.ts'

const path = '/v2/Conversations'
const absentConfiguration = 'conv_configuration_01kjpwd6m0emq8k9w39qsaekf4'
const absentProfile = 'mem_profile_01kjpwd6m0emq8k9w39qsaekf4'
const callback = (url: string) => ({ url, method: 'POST' })
const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at}`, 'value']))

let world: World
let configurationId: string
let phone = 15_550_100_000
const somebody = () => {
  phone += 1
  return `+${phone}`
}
const created = (participants: object[] = [], more: object = {}) => converse(world, configurationId, participants, more)

before(async () => {
  world = await openWorld()
  configurationId = await world.makeConfiguration({
    statusCallbacks: [callback('https://kiosk.example/all')],
    channelSettings: {
      SMS: {
        statusTimeouts: { inactive: 30, closed: 1440 },
        captureRules: [
          { from: '*', to: kiosk },
          { from: kiosk, to: '*' },
        ],
      },
      VOICE: { statusTimeouts: { inactive: 5, closed: 30 } },
    },
  })
})
after(() => world.close())

describe('creating a conversation', () => {
  it('takes every field and answers with the conversation as it is fetched later', async () => {
    const flowId = `FW${'a'.repeat(32)}`
    const body = await created(
      [
        { name: 'Noor', ...participant('UNKNOWN', somebody(), 'SMS', 'VOICE') },
        { name: 'Desk', type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: kiosk, channelId: 'SM1' }] },
      ],
      {
        name: 'Order 7712',
        metadata: { 'crm.case': 'C-7712' },
        configuration: {
          statusCallbacks: [callback('https://kiosk.example/one')],
          intelligenceConfigurationIds: ['intelligence_configuration_1'],
          traitExtractionStrategyIds: ['trait_1'],
          observationExtractionStrategyIds: ['observation_1'],
          workflows: [{ flowId }],
        },
      },
    )
    assert.equal(body.status, 'ACTIVE')
    assert.equal(body.name, 'Order 7712')
    assert.equal(body.configurationId, configurationId)
    assert.deepEqual(body.metadata, { 'crm.case': 'C-7712' })
    assert.deepEqual(
      body.participants.map((one: Json) => [one.name, one.type, one.addresses.length]),
      [
        ['Noor', 'UNKNOWN', 2],
        ['Desk', 'AI_AGENT', 1],
      ],
    )
    assert.equal(body.participants[1].addresses[0].channelId, 'SM1')
    assert.equal(body.configuration.statusCallbacks[0].url, 'https://kiosk.example/one')
    assert.deepEqual(body.configuration.intelligenceConfigurationIds, ['intelligence_configuration_1'])
    assert.deepEqual(body.configuration.traitExtractionStrategyIds, ['trait_1'])
    assert.deepEqual(body.configuration.observationExtractionStrategyIds, ['observation_1'])
    assert.equal(body.configuration.workflows, undefined, 'workflows are accepted and not shown')
    assert.deepEqual(await fetched(world, body.id), body)
  })

  it('needs nothing but a configuration', async () => {
    const body = await bodyOf(world.post(path, { configurationId }), 201)
    assert.deepEqual([body.name, body.metadata, body.participants], [null, {}, []])
    assert.deepEqual(await story(world, body.id), ['CONVERSATION_CREATED'])
  })

  it('appends its event first, then one for each participant in the given order', async () => {
    const body = await created([participant('UNKNOWN', somebody()), participant('UNKNOWN', somebody())])
    const events = await world.events(body.id)
    assert.deepEqual(
      events.map(({ type, subject }) => `${type} ${subject}`),
      [body.id, body.participants[0].id, body.participants[1].id].map(
        (id: string, at) => `${at === 0 ? 'CONVERSATION_CREATED' : 'PARTICIPANT_ADDED'} ${id.slice(-26)}`,
      ),
    )
  })

  it('is findable by the channelId of a participant’s address before anything is said', async () => {
    const body = await created([
      { type: 'UNKNOWN', addresses: [{ channel: 'VOICE', address: somebody(), channelId: 'CAsilent' }] },
    ])
    const { conversations } = await bodyOf(world.get(`${path}?channelId=CAsilent`), 200)
    assert.deepEqual(
      conversations.map(({ id }: Json) => id),
      [body.id],
    )
  })

  it('answers 404 when the configuration is unknown, malformed, deleted or another account’s', async () => {
    const deleted = await world.makeConfiguration({ channelSettings: {} })
    await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${deleted}`))
    for (const unknown of [absentConfiguration, 'conv_configuration_x', 'x', deleted]) {
      const { code } = await bodyOf(world.post(path, { configurationId: unknown }), 404)
      assert.equal(code, 20404)
    }
    const stranger = await world.makeStranger()
    assert.equal((await stranger.post(path, { configurationId })).status, 404)
  })

  const refused: [string, object, RegExp][] = [
    ['no configurationId', { configurationId: undefined }, /configurationId/],
    ['another override than the documented ones', { configuration: { displayName: 'x' } }, /displayName/],
    ['an override of what is pinned', { configuration: { channelSettings: {} } }, /channelSettings/],
    [
      'more than 5 intelligence configurations',
      { configuration: { intelligenceConfigurationIds: [...'abcdef'] } },
      /5/,
    ],
    ['a malformed workflow', { configuration: { workflows: [{ flowId: 'FW1' }] } }, /flowId/],
    ['51 participants', { participants: Array.from({ length: 51 }, () => ({})) }, /50/],
    ['9 entries of metadata', { metadata: entries(9) }, /8/],
    ['a metadata key with a space', { metadata: { 'a b': 'c' } }, /metadata/],
    ['an empty metadata key', { metadata: { '': 'c' } }, /metadata/],
    ['a metadata key of 129 characters', { metadata: { ['k'.repeat(129)]: 'c' } }, /metadata/],
    ['a metadata value of 513 characters', { metadata: { key: 'v'.repeat(513) } }, /512/],
    ['a metadata value that is no text', { metadata: { key: 1 } }, /metadata/],
    ['an unknown participant type', { participants: [{ type: 'GUEST' }] }, /type/],
    ['an unknown channel', { participants: [{ addresses: [{ channel: 'EMAIL', address: 'a@b.c' }] }] }, /channel/],
    ['an unknown profile', { participants: [{ type: 'CUSTOMER', profileId: absentProfile }] }, /profile/],
  ]
  for (const [sentence, more, says] of refused) {
    it(`refuses ${sentence} with 400 and stores nothing`, async () => {
      const before = await bodyOf(world.get(`${path}?pageSize=1000`), 200)
      const { code, message } = await bodyOf(world.post(path, { configurationId, ...more }), 400)
      assert.equal(code, 20001)
      assert.match(message, says)
      const later = await bodyOf(world.get(`${path}?pageSize=1000`), 200)
      assert.equal(later.conversations.length, before.conversations.length)
    })
  }

  it('takes as much as its limits allow: 50 participants, 8 entries, 128 and 512 characters', async () => {
    const metadata = { ...entries(7), ['k'.repeat(128)]: 'v'.repeat(512) }
    const body = await created(
      Array.from({ length: 50 }, () => ({ type: 'HUMAN_AGENT' })),
      { metadata },
    )
    assert.equal(body.participants.length, 50)
    assert.deepEqual(body.metadata, metadata)
  })

  it('refuses a number that is not E.164 with 21614, naming its place', async () => {
    const participants = [participant('UNKNOWN', somebody()), participant('CUSTOMER', '5551234567')]
    const { code, message } = await bodyOf(world.post(path, { configurationId, participants }), 400)
    assert.equal(code, 21614)
    assert.match(message, /participants\[1\]\.addresses\[0\]\.address/)
  })

  it('answers 409 when two participants have the same address on the same channel', async () => {
    const address = somebody()
    const participants = [participant('UNKNOWN', address), participant('HUMAN_AGENT', address)]
    await bodyOf(world.post(path, { configurationId, participants }), 409)
    await created([participant('UNKNOWN', address), participant('HUMAN_AGENT', address, 'VOICE')])
  })

  it('names the open conversation that holds the same parties in header, message and params', async () => {
    const parties = [participant('UNKNOWN', somebody()), participant('HUMAN_AGENT', kiosk)]
    const holder = await created(parties)
    const { status, headers, body } = await world.post(path, { configurationId, participants: parties })
    assert.equal(status, 409)
    assert.equal(body.code, 20409)
    assert.equal(headers['x-conflicting-resource-id'], holder.id)
    assert.match(body.message, new RegExp(holder.id))
    assert.equal(body.params.conversationId, holder.id)
    const other = await world.makeConfiguration()
    await converse(world, other, parties)
  })

  it('conflicts with an INACTIVE holder, and with neither a CLOSED nor a deleted one', async () => {
    const parties = [participant('UNKNOWN', somebody()), participant('HUMAN_AGENT', kiosk)]
    const first = await created(parties)
    await bodyOf(world.put(`${path}/${first.id}`, { status: 'INACTIVE' }), 200)
    const { headers } = await world.post(path, { configurationId, participants: parties })
    assert.equal(headers['x-conflicting-resource-id'], first.id)
    await bodyOf(world.put(`${path}/${first.id}`, { status: 'CLOSED' }), 200)
    const second = await created(parties)
    await bodyOf(world.delete(`${path}/${second.id}`), 202)
    const third = await created(parties)
    assert.notEqual(third.id, second.id)
  })

  it('conflicts with a holder only until that falls due, whether or not the timers have run', async () => {
    const own = await openWorld()
    try {
      const id = await own.makeConfiguration()
      const parties = [participant('UNKNOWN', kiran), participant('AGENT', kiosk)]
      const first = await converse(own, id, parties)
      await own.advance({ minutes: 59 })
      assert.equal((await own.post(path, { configurationId: id, participants: parties })).status, 409)
      await own.advance({ minutes: 1 })
      const second = await converse(own, id, parties)
      assert.equal(await statusOf(own, first.id), 'CLOSED')
      assert.equal(await statusOf(own, second.id), 'ACTIVE')
    } finally {
      await own.close()
    }
  })

  it('conflicts with captured traffic, which also joins what the API created', async () => {
    const address = somebody()
    const parties = [participant('UNKNOWN', address), participant('HUMAN_AGENT', kiosk)]
    const made = await created(parties)
    const joined = await capture(world, message({ from: address }))
    assert.equal(joined.conversationId, made.id)
    const { participants } = await fetched(world, made.id)
    assert.deepEqual(
      participants.map((one: Json) => one.type),
      ['UNKNOWN', 'HUMAN_AGENT'],
      'traffic neither adds nor flips anybody',
    )
    const another = somebody()
    const captured = await capture(world, message({ from: another }))
    const answer = await world.post(path, {
      configurationId,
      participants: [participant('UNKNOWN', another), participant('AGENT', kiosk)],
    })
    assert.equal(answer.headers['x-conflicting-resource-id'], captured.conversationId)
  })

  it('runs provisional clocks from creation for message channels, and none for VOICE', async () => {
    const own = await openWorld()
    try {
      const id = await own.makeConfiguration({
        channelSettings: {
          SMS: { statusTimeouts: { inactive: 30, closed: 1440 } },
          VOICE: { statusTimeouts: { inactive: 5, closed: 30 } },
        },
      })
      const since = await own.now()
      const written = await converse(own, id, [participant('UNKNOWN', kiran)])
      const spoken = await converse(own, id, [participant('UNKNOWN', lena, 'VOICE')])
      await own.advance({ minutes: 1440 })
      assert.deepEqual(await changesSince(own, written.id, since), [30, 1440])
      assert.equal(await statusOf(own, written.id), 'CLOSED')
      assert.equal(await statusOf(own, spoken.id), 'ACTIVE')
    } finally {
      await own.close()
    }
  })
})

describe('changing the status of a conversation', () => {
  // What a request to set the status does: its answer, then what follows in the timeline.
  const table: [string, string, number, string][] = [
    ['ACTIVE', 'ACTIVE', 200, ''],
    ['ACTIVE', 'INACTIVE', 200, 'CONVERSATION_UPDATED'],
    ['ACTIVE', 'CLOSED', 200, 'CONVERSATION_UPDATED'],
    ['INACTIVE', 'INACTIVE', 200, ''],
    ['INACTIVE', 'ACTIVE', 200, 'CONVERSATION_UPDATED'],
    ['INACTIVE', 'CLOSED', 200, 'CONVERSATION_UPDATED'],
    ['CLOSED', 'CLOSED', 200, ''],
    ['CLOSED', 'INACTIVE', 400, ''],
    ['CLOSED', 'ACTIVE', 400, ''],
  ]
  for (const method of ['put', 'patch'] as const) {
    for (const [from, to, status, follows] of table) {
      it(`by ${method.toUpperCase()} from ${from} to ${to} answers ${status} and appends ${follows || 'nothing'}`, async () => {
        const { id } = await created()
        if (from !== 'ACTIVE') await bodyOf(world.put(`${path}/${id}`, { status: from }), 200)
        const before = (await world.events(id)).length
        const answer = await world[method](`${path}/${id}`, { status: to })
        assert.equal(answer.status, status, answer.text)
        if (status === 400) {
          assert.equal(answer.body.code, 20001)
          assert.match(answer.body.message, /CLOSED/)
        }
        assert.equal(await statusOf(world, id), status === 200 ? to : from)
        assert.deepEqual(await story(world, id, before + 1), follows === '' ? [] : [follows])
      })
    }
  }

  it('needs a status in PUT, and one of the three', async () => {
    const { id } = await created()
    await bodyOf(world.put(`${path}/${id}`, { name: 'x' }), 400)
    await bodyOf(world.put(`${path}/${id}`, { status: 'OPEN' }), 400)
    await bodyOf(world.patch(`${path}/${id}`, { status: null }), 400)
  })

  it('answers 404 for a conversation that is not there, or is another account’s', async () => {
    const absent = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
    const stranger = await world.makeStranger()
    const { id } = await created()
    for (const answer of [
      await world.put(`${path}/${absent}`, { status: 'CLOSED' }),
      await world.patch(`${path}/conv_conversation_x`, { name: 'x' }),
      await stranger.put(`${path}/${id}`, { status: 'CLOSED' }),
      await stranger.delete(`${path}/${id}`),
    ]) {
      assert.equal(answer.status, 404, answer.text)
      assert.equal(answer.body.code, 20404)
    }
    assert.equal(await statusOf(world, id), 'ACTIVE')
  })
})

describe('the clocks after the API set a status', () => {
  const timelines: { sentence: string; sets: [number, string][]; changes: number[]; end: string }[] = [
    {
      sentence:
        'let ACTIVE run its inactive clock from that moment, while the closed clock still counts from the last message',
      sets: [[20, 'ACTIVE']],
      changes: [15, 20, 35, 60],
      end: 'CLOSED',
    },
    {
      sentence: 'leave INACTIVE alone until the closed clock, whatever the inactive clock says',
      sets: [[5, 'INACTIVE']],
      changes: [5, 60],
      end: 'CLOSED',
    },
    {
      sentence: 'let the closed clock win over an ACTIVE that was set shortly before',
      sets: [[50, 'ACTIVE']],
      changes: [15, 50, 60],
      end: 'CLOSED',
    },
    { sentence: 'leave a CLOSED conversation alone', sets: [[3, 'CLOSED']], changes: [3], end: 'CLOSED' },
  ]
  for (const { sentence, sets, changes, end } of timelines) {
    it(sentence, async () => {
      const own = await openWorld()
      try {
        await own.makeConfiguration()
        const since = await own.now()
        const { conversationId } = await capture(own)
        for (const [minute, status] of sets) {
          await own.advance({ seconds: minute * 60 - ((await own.now()) - since) / 1000 })
          await bodyOf(own.put(`${path}/${conversationId}`, { status }), 200)
        }
        await own.advance({ minutes: 300 })
        assert.deepEqual(await changesSince(own, conversationId, since), changes)
        assert.equal(await statusOf(own, conversationId), end)
      } finally {
        await own.close()
      }
    })
  }

  it('reopen an INACTIVE that was set, with the next message', async () => {
    const from = somebody()
    const { conversationId } = await capture(world, message({ from }))
    await bodyOf(world.put(`${path}/${conversationId}`, { status: 'INACTIVE' }), 200)
    assert.equal((await capture(world, message({ from }))).conversationId, conversationId)
    assert.equal(await statusOf(world, conversationId), 'ACTIVE')
  })
})

describe('changing name and metadata', () => {
  it('updates the name with one event, and name together with status with one as well', async () => {
    const { id } = await created()
    assert.equal((await bodyOf(world.patch(`${path}/${id}`, { name: 'first' }), 200)).name, 'first')
    assert.equal((await bodyOf(world.put(`${path}/${id}`, { name: 'second', status: 'INACTIVE' }), 200)).name, 'second')
    assert.equal((await bodyOf(world.patch(`${path}/${id}`, { name: 'second' }), 200)).name, 'second')
    assert.deepEqual(await story(world, id, 2), ['CONVERSATION_UPDATED', 'CONVERSATION_UPDATED'])
    assert.equal((await bodyOf(world.patch(`${path}/${id}`, { name: null }), 200)).name, null)
  })

  it('keeps name and metadata that PUT leaves out', async () => {
    const { id } = await created([], { name: 'kept', metadata: { kept: 'yes' } })
    const body = await bodyOf(world.put(`${path}/${id}`, { status: 'ACTIVE' }), 200)
    assert.deepEqual([body.name, body.metadata], ['kept', { kept: 'yes' }])
  })

  it('replaces metadata by PUT, merges it by PATCH where null removes, and appends no event for it', async () => {
    const { id } = await created([], { metadata: { a: '1', b: '2' } })
    const replaced = await bodyOf(world.put(`${path}/${id}`, { status: 'ACTIVE', metadata: { b: '3', c: '4' } }), 200)
    assert.deepEqual(replaced.metadata, { b: '3', c: '4' })
    const merged = await bodyOf(world.patch(`${path}/${id}`, { metadata: { b: null, d: '5' } }), 200)
    assert.deepEqual(merged.metadata, { c: '4', d: '5' })
    assert.deepEqual(await story(world, id), ['CONVERSATION_CREATED'])
    assert.deepEqual((await fetched(world, id)).metadata, { c: '4', d: '5' })
  })

  it('counts entries after the merge: 8 are allowed, 9 are not', async () => {
    const { id } = await created([], { metadata: entries(8) })
    await bodyOf(world.patch(`${path}/${id}`, { metadata: { another: 'x' } }), 400)
    const { metadata } = await bodyOf(world.patch(`${path}/${id}`, { metadata: { key0: null, another: 'x' } }), 200)
    assert.equal(Object.keys(metadata).length, 8)
    await bodyOf(world.put(`${path}/${id}`, { status: 'ACTIVE', metadata: entries(9) }), 400)
  })

  it('lets nothing but metadata change once the conversation is CLOSED', async () => {
    const { id } = await created([], { name: 'final' })
    await bodyOf(world.put(`${path}/${id}`, { status: 'CLOSED' }), 200)
    const body = await bodyOf(world.patch(`${path}/${id}`, { metadata: { after: 'all' }, status: 'CLOSED' }), 200)
    assert.deepEqual([body.status, body.metadata], ['CLOSED', { after: 'all' }])
    for (const change of [{ name: 'other' }, { configuration: { statusCallbacks: [] } }, { status: 'ACTIVE' }]) {
      const { code, message } = await bodyOf(world.patch(`${path}/${id}`, { ...change, metadata: { no: 'way' } }), 400)
      assert.equal(code, 20001)
      assert.match(message, /CLOSED/)
    }
    assert.deepEqual((await fetched(world, id)).metadata, { after: 'all' })
    assert.deepEqual(await story(world, id), ['CONVERSATION_CREATED', 'CONVERSATION_UPDATED'])
  })

  it('does not start a closed clock anew', async () => {
    const own = await openWorld()
    try {
      await own.makeConfiguration()
      const since = await own.now()
      const { conversationId } = await capture(own)
      await own.advance({ minutes: 14 })
      await bodyOf(own.patch(`${path}/${conversationId}`, { name: 'busy', metadata: { a: '1' } }), 200)
      await own.advance({ minutes: 100 })
      assert.deepEqual(await changesSince(own, conversationId, since), [14, 15, 60])
    } finally {
      await own.close()
    }
  })
})

describe('the callbacks of one conversation', () => {
  const urlsOf = async (id: string) =>
    (await fetched(world, id)).configuration.statusCallbacks.map(({ url }: Json) => url)

  it('are the configuration’s until set, may be none at all, and go back with null', async () => {
    const { id } = await created()
    assert.deepEqual(await urlsOf(id), ['https://kiosk.example/all'])
    const set = (statusCallbacks: unknown) =>
      bodyOf(world.patch(`${path}/${id}`, { configuration: { statusCallbacks } }), 200)
    await set([callback('https://kiosk.example/mine')])
    assert.deepEqual(await urlsOf(id), ['https://kiosk.example/mine'])
    await set([])
    assert.deepEqual(await urlsOf(id), [])
    await set(null)
    assert.deepEqual(await urlsOf(id), ['https://kiosk.example/all'])
    assert.deepEqual(await story(world, id), ['CONVERSATION_CREATED'])
  })

  it('allow 20 and refuse 21, a malformed URL, and any other key of the configuration', async () => {
    const { id } = await created()
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => callback(`https://kiosk.example/hook${at}`))
    const patch = (configuration: object) => world.patch(`${path}/${id}`, { configuration })
    assert.equal((await patch({ statusCallbacks: many(20) })).status, 200)
    for (const configuration of [
      { statusCallbacks: many(21) },
      { statusCallbacks: [callback('kiosk.example')] },
      { statusCallbacks: [], memoryExtractionEnabled: true },
      { intelligenceConfigurationIds: [] },
      { channelSettings: {} },
    ]) {
      const answer = await patch(configuration)
      assert.equal(answer.status, 400, answer.text)
    }
    assert.equal((await urlsOf(id)).length, 20)
  })

  it('follow a changed configuration at once, other settings do not', async () => {
    const own = await openWorld()
    try {
      const id = await own.makeConfiguration()
      const { conversationId } = await capture(own)
      const statusCallbacks = [callback('https://kiosk.example/new')]
      const channelSettings = { SMS: { statusTimeouts: { inactive: 1, closed: 2 }, captureRules: [] } }
      await own.completed(
        await own.patch(`/v2/ControlPlane/Configurations/${id}`, { statusCallbacks, channelSettings }),
      )
      const { configuration } = await fetched(own, conversationId)
      assert.equal(configuration.statusCallbacks[0].url, 'https://kiosk.example/new')
      assert.deepEqual(configuration.channelSettings.SMS.statusTimeouts, { inactive: 15, closed: 60 })
    } finally {
      await own.close()
    }
  })
})

describe('deleting a conversation', () => {
  it('is accepted with an operation and answers 404 at once, wherever it is asked for', async () => {
    const from = somebody()
    const { conversationId, communicationId } = await capture(world, message({ from, resourceId: 'SMgone' }))
    const { participants } = await fetched(world, conversationId)
    const answer = await world.delete(`${path}/${conversationId}`)
    assert.equal(answer.status, 202)
    assert.deepEqual(answer.body.related, { conversationId })
    assert.equal(answer.headers.location, answer.body.statusUrl)
    assert.match(answer.headers['operation-id'] ?? '', /^proc_job_/)
    const one = `${path}/${conversationId}`
    const party = { channel: 'SMS', address: from }
    const communication = { author: party, recipients: [party], content: { type: 'TEXT', text: 'x' } }
    for (const gone of [
      await world.get(one),
      await world.put(one, { status: 'CLOSED' }),
      await world.patch(one, { name: 'x' }),
      await world.delete(one),
      await world.get(`${one}/Participants`),
      await world.post(`${one}/Participants`, { addresses: [] }),
      await world.put(`${one}/Participants/${participants[0].id}`, {}),
      await world.delete(`${one}/Participants/${participants[0].id}`),
      await world.get(`${one}/Communications`),
      await world.get(`${one}/Communications/${communicationId}`),
      await world.post(`${one}/Communications`, communication),
      await world.get(`/skein/v1/Communications/${communicationId}/Trace`),
      await world.get(`/skein/v1/Conversations/${conversationId}/Timeline`),
    ]) {
      assert.equal(gone.status, 404, gone.text)
    }
    const { conversations } = await bodyOf(world.get(`${path}?channelId=SMgone`), 200)
    assert.deepEqual(conversations, [])
  })

  it('releases the keys at once, so that the next message begins a new conversation', async () => {
    const from = somebody()
    const { conversationId } = await capture(world, message({ from }))
    const accepted = await world.delete(`${path}/${conversationId}`)
    assert.deepEqual(await keysHeldBy(world, conversationId), [])
    const next = await capture(world, message({ from }))
    assert.notEqual(next.conversationId, conversationId)
    const operation = await world.completed(accepted)
    assert.equal(operation.status, 'COMPLETED')
    assert.deepEqual(operation.related, { conversationId })
    assert.equal(await statusOf(world, next.conversationId), 'ACTIVE')
  })

  it('works on INACTIVE and CLOSED conversations, and with due transitions pending', async () => {
    for (const status of ['INACTIVE', 'CLOSED']) {
      const { id } = await created()
      await bodyOf(world.put(`${path}/${id}`, { status }), 200)
      assert.equal((await world.completed(await world.delete(`${path}/${id}`))).status, 'COMPLETED')
    }
  })

  it('answers a repeated Idempotency-Key with the same bytes, and another request under it with 409', async () => {
    const { id } = await created()
    const other = await created()
    const headers = { 'idempotency-key': '6f9619ff-8b86-4d01-b42d-00c04fc964ff' }
    const first = await world.delete(`${path}/${id}`, headers)
    assert.equal(first.status, 202)
    const again = await world.delete(`${path}/${id}`, headers)
    assert.deepEqual([again.status, again.text], [202, first.text])
    assert.equal(again.headers['operation-id'], first.headers['operation-id'])
    await world.completed(first)
    const after = await world.delete(`${path}/${id}`, headers)
    assert.equal(after.text, first.text)
    assert.equal((await world.delete(`${path}/${other.id}`, headers)).status, 409)
    assert.equal((await world.delete(`${path}/${other.id}`, { 'idempotency-key': 'no-uuid' })).status, 400)
    assert.equal(await statusOf(world, other.id), 'ACTIVE')
  })
})
