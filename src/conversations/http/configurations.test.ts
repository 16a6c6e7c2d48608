import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { storeTable } from '../../memory/rows.ts'
import { openWorld, usualConfiguration, type World } from '../../testing/app.ts'

const path = '/v2/ControlPlane/Configurations'
const kiosk = '+15550001111'
const service = `IS${'0a'.repeat(16)}`
const key = '8f14e45f-ceea-467f-a8d3-0123456789ab'

let world: World
let memoryStoreId: string

before(async () => {
  world = await openWorld({ SKEIN_LIMIT_CONFIGURATIONS: '1000' })
  memoryStoreId = await world.makeMemoryStore()
})
after(() => world.close())

const full = () => ({
  displayName: 'Retail support_1-b',
  description: 'Inbound help desk',
  conversationGroupingType: 'GROUP_BY_PROFILE',
  memoryStoreId,
  channelSettings: {
    SMS: {
      statusTimeouts: { inactive: 15, closed: 120 },
      captureRules: [
        { from: '*', to: kiosk },
        { from: kiosk, to: '*', metadata: null },
      ],
    },
    VOICE: { statusTimeouts: null, captureRules: [{ from: '*', to: kiosk, metadata: { callType: 'SIP' } }] },
    CHAT: { captureRules: null },
    VIDEO: {},
  },
  statusCallbacks: [{ url: 'https://hooks.example.test/co' }, { url: 'https://hooks.example.test/b', method: 'GET' }],
  intelligenceConfigurationIds: ['intelligence_configuration_1'],
  memoryExtractionEnabled: true,
})
const least = () => ({ ...usualConfiguration, memoryStoreId })
const fetched = async (id: string) => (await world.get(`${path}/${id}`)).body

test('creates a configuration that has every field once its operation has completed', async () => {
  const startedAt = await world.now()
  const accepted = await world.post(path, { ...full(), conversationsV1Bridge: { serviceId: service } })
  assert.equal(accepted.status, 202)
  const { configurationId } = accepted.body.related
  assert.match(configurationId, /^conv_configuration_[0-7][0-9a-z]{25}$/)
  assert.deepEqual(Object.keys(accepted.body), ['statusUrl', 'related'])
  assert.equal(accepted.headers.location, accepted.body.statusUrl)
  assert.match(accepted.headers['operation-id'] ?? '', /^proc_job_[0-7][0-9a-z]{25}$/)
  assert.ok(accepted.body.statusUrl.endsWith(`/v2/ControlPlane/Operations/${accepted.headers['operation-id']}`))
  assert.equal(accepted.headers['retry-after'], '1')

  assert.equal((await world.get(`${path}/${configurationId}`)).status, 404, 'not before it has completed')
  assert.ok(!(await world.get(path)).text.includes(configurationId))

  const operation = await world.completed(accepted)
  assert.equal(operation.status, 'COMPLETED')
  assert.deepEqual(operation.result, { id: configurationId, type: 'RESOURCE_ID' })

  const at = new Date(startedAt).toISOString()
  assert.deepEqual(await fetched(configurationId), {
    id: configurationId,
    displayName: 'Retail support_1-b',
    description: 'Inbound help desk',
    conversationGroupingType: 'GROUP_BY_PROFILE',
    memoryStoreId,
    channelSettings: {
      SMS: {
        statusTimeouts: { inactive: 15, closed: 120 },
        captureRules: [
          { from: '*', to: kiosk, metadata: {} },
          { from: kiosk, to: '*', metadata: {} },
        ],
      },
      VOICE: { statusTimeouts: null, captureRules: [{ from: '*', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }] },
      CHAT: { captureRules: [] },
      VIDEO: { captureRules: [] },
    },
    statusCallbacks: [
      { url: 'https://hooks.example.test/co', method: 'POST' },
      { url: 'https://hooks.example.test/b', method: 'GET' },
    ],
    intelligenceConfigurationIds: ['intelligence_configuration_1'],
    memoryExtractionEnabled: true,
    conversationsV1Bridge: { serviceId: service },
    createdAt: at,
    updatedAt: at,
    version: 1,
  })
})

test('gives what is left out its default and takes a trailing slash', async () => {
  const { channelSettings: _, ...body } = least()
  const accepted = await world.post(`${path}/`, { ...body, description: '' })
  await world.completed(accepted)
  const configuration = await fetched(accepted.body.related.configurationId)
  assert.deepEqual(configuration.channelSettings, {})
  assert.deepEqual(configuration.statusCallbacks, [])
  assert.deepEqual(configuration.intelligenceConfigurationIds, [])
  assert.equal(configuration.memoryExtractionEnabled, false)
  assert.equal(configuration.conversationsV1Bridge, null)
  assert.equal(configuration.description, '')
})

test('takes the older spelling of a memory store and returns the present one', async () => {
  const id = await world.makeConfiguration({ memoryStoreId: memoryStoreId.replace('mem_store_', 'mem_service_') })
  assert.equal((await fetched(id)).memoryStoreId, memoryStoreId)
})

const rule = { from: '*', to: '*' }
const sms = (setting: unknown) => ({ channelSettings: { SMS: setting } })
const refusals: [change: object, field: string][] = [
  [{ displayName: undefined }, 'displayName'],
  [{ displayName: '' }, 'displayName'],
  [{ displayName: null }, 'displayName'],
  [{ displayName: 7 }, 'displayName'],
  [{ displayName: 'x'.repeat(33) }, 'displayName'],
  [{ displayName: 'dots.are.not' }, 'displayName'],
  [{ description: undefined }, 'description'],
  [{ description: null }, 'description'],
  [{ description: 'x'.repeat(513) }, 'description'],
  [{ conversationGroupingType: undefined }, 'conversationGroupingType'],
  [{ conversationGroupingType: 'GROUP_BY_MOOD' }, 'conversationGroupingType'],
  [{ memoryStoreId: undefined }, 'memoryStoreId'],
  [{ memoryStoreId: null }, 'memoryStoreId'],
  [{ memoryStoreId: '' }, 'memoryStoreId'],
  [{ memoryStoreId: 7 }, 'memoryStoreId'],
  [{ channelSettings: [] }, 'channelSettings'],
  [{ channelSettings: { EMAIL: {} } }, 'channelSettings.EMAIL'],
  [{ channelSettings: { sms: {} } }, 'channelSettings.sms'],
  [sms('on'), 'channelSettings.SMS'],
  [sms({ statusTimeouts: 5 }), 'channelSettings.SMS.statusTimeouts'],
  [sms({ statusTimeouts: { inactive: 0 } }), 'channelSettings.SMS.statusTimeouts.inactive'],
  [sms({ statusTimeouts: { inactive: -1 } }), 'channelSettings.SMS.statusTimeouts.inactive'],
  [sms({ statusTimeouts: { closed: 1.5 } }), 'channelSettings.SMS.statusTimeouts.closed'],
  [sms({ statusTimeouts: { closed: '5' } }), 'channelSettings.SMS.statusTimeouts.closed'],
  [sms({ statusTimeouts: { closed: 1e15 } }), 'channelSettings.SMS.statusTimeouts.closed'],
  [sms({ statusTimeouts: { inactive: 10, closed: 9 } }), 'channelSettings.SMS.statusTimeouts.closed'],
  [sms({ captureRules: {} }), 'channelSettings.SMS.captureRules'],
  [sms({ captureRules: Array(101).fill(rule) }), 'channelSettings.SMS.captureRules'],
  [sms({ captureRules: [rule, { from: '*' }] }), 'channelSettings.SMS.captureRules[1].to'],
  [sms({ captureRules: [{ ...rule, from: 7 }] }), 'channelSettings.SMS.captureRules[0].from'],
  [sms({ captureRules: [{ ...rule, metadata: { a: 1 } }] }), 'channelSettings.SMS.captureRules[0].metadata.a'],
  [{ statusCallbacks: {} }, 'statusCallbacks'],
  [{ statusCallbacks: Array(3).fill({ url: 'https://a.example.test' }) }, 'statusCallbacks'],
  [{ statusCallbacks: [{}] }, 'statusCallbacks[0].url'],
  [{ statusCallbacks: [{ url: 'example.test' }] }, 'statusCallbacks[0].url'],
  [{ statusCallbacks: [{ url: 'ftp://a.example.test' }] }, 'statusCallbacks[0].url'],
  [{ statusCallbacks: [{ url: 'https://a.example.test', method: 'PUT' }] }, 'statusCallbacks[0].method'],
  [{ intelligenceConfigurationIds: Array(6).fill('a') }, 'intelligenceConfigurationIds'],
  [{ intelligenceConfigurationIds: [7] }, 'intelligenceConfigurationIds[0]'],
  [{ memoryExtractionEnabled: 'yes' }, 'memoryExtractionEnabled'],
  [{ conversationsV1Bridge: {} }, 'conversationsV1Bridge.serviceId'],
  [{ conversationsV1Bridge: { serviceId: 'IS1' } }, 'conversationsV1Bridge.serviceId'],
  [{ conversationsV1Bridge: { serviceId: `IS${'A'.repeat(32)}` } }, 'conversationsV1Bridge.serviceId'],
]
for (const [change, field] of refusals) {
  test(`refuses at once, naming ${field}: ${JSON.stringify(change, orUndefined).slice(0, 80)}`, async () => {
    const id = await untouched()
    const { body, status } = await world.post(path, { ...least(), ...change })
    assert.deepEqual([status, body.code, body.params.field], [400, 20001, field], body.message)
    assert.ok(body.message.startsWith(field))
    assert.deepEqual(Object.keys(body).sort(), [
      'code',
      'httpStatusCode',
      'message',
      'more_info',
      'params',
      'status',
      'userError',
    ])
    const named = Object.values(change).every((value) => value !== undefined)
    if (named) {
      const patched = await world.patch(`${path}/${id}`, change)
      assert.deepEqual([patched.status, patched.body.params.field], [400, field], patched.body.message)
    }
    if (!('displayName' in change && change.displayName == null)) {
      const replaced = await world.put(`${path}/${id}`, { ...least(), ...change })
      assert.deepEqual([replaced.status, replaced.body.params.field], [400, field], replaced.body.message)
    }
    assert.equal((await fetched(id)).version, 1)
  })
}

let refusedId: string | undefined
async function untouched(): Promise<string> {
  refusedId ??= await world.makeConfiguration({ memoryStoreId })
  return refusedId
}

function orUndefined(_key: string, value: unknown) {
  return value === undefined ? '(missing)' : value
}

test('refuses a body that is no object, no JSON or a form', async () => {
  assert.equal((await world.post(path, [])).status, 400)
  const headers = { 'content-type': 'application/json' }
  assert.equal((await world.post(path, '{"displayName":', headers)).status, 400)
  const form = await world.post(path, 'displayName=x', { 'content-type': 'application/x-www-form-urlencoded' })
  assert.equal(form.status, 415)
})

const failures: [change: object, code: number, detail: RegExp][] = [
  [
    sms({ captureRules: [rule, { from: '*', to: '15550001111' }] }),
    21614,
    /^channelSettings\.SMS\.captureRules\[1\]\.to is not E\.164/,
  ],
  [
    sms({ captureRules: [{ from: '', to: '*' }] }),
    20001,
    /^channelSettings\.SMS\.captureRules\[0\]\.from must not be empty/,
  ],
  [
    { channelSettings: { VOICE: { captureRules: [{ ...rule, metadata: { callType: 'FAX' } }] } } },
    20001,
    /^channelSettings\.VOICE\.captureRules\[0\]\.metadata\.callType must be one of/,
  ],
  [{ memoryStoreId: 'mem_store_01kjpwa4z0f46bs8r42wfv2z13' }, 20001, /^memoryStoreId names no memory store/],
  [{ memoryStoreId: 'my store' }, 20001, /^memoryStoreId is not the id of a memory store/],
]
for (const [change, code, detail] of failures) {
  test(`accepts and then fails: ${JSON.stringify(change).slice(0, 90)}`, async () => {
    const created = await world.post(path, { ...least(), ...change })
    await failed(created, code, detail)
    assert.equal((await world.get(`${path}/${created.body.related.configurationId}`)).status, 404)

    const id = await untouched()
    await failed(await world.put(`${path}/${id}`, { ...least(), ...change }), code, detail)
    await failed(await world.patch(`${path}/${id}`, change), code, detail)
    assert.equal((await fetched(id)).version, 1)
  })
}

async function failed(accepted: Awaited<ReturnType<World['post']>>, code: number, detail: RegExp): Promise<void> {
  const operation = await world.completed(accepted)
  assert.equal(operation.status, 'FAILED')
  assert.equal(operation.error.type, `https://www.twilio.com/docs/errors/${code}`)
  assert.match(operation.error.detail, detail)
}

test('fails for a memory store that is not yet active, and for one of another account', async () => {
  const queued = await world.makeMemoryStore('QUEUED')
  await failed(await world.post(path, { ...least(), memoryStoreId: queued }), 20001, /QUEUED/)
  const stranger = await world.makeStranger()
  const accepted = await stranger.post(path, least())
  await world.settleOperations()
  const { body } = await stranger.get(new URL(accepted.body.statusUrl).pathname)
  assert.equal(body.status, 'FAILED')
})

test('replaces everything, clearing what is left out and keeping the name', async () => {
  const id = await world.makeConfiguration(full())
  await world.advance({ minutes: 5 })
  const operation = await world.completed(
    await world.put(`${path}/${id}`, {
      description: 'smaller',
      conversationGroupingType: 'GROUP_BY_PROFILE',
      memoryStoreId,
      channelSettings: {},
    }),
  )
  assert.deepEqual([operation.status, operation.result.id], ['COMPLETED', id])
  const { createdAt, updatedAt, ...rest } = await fetched(id)
  assert.equal(Date.parse(updatedAt) - Date.parse(createdAt), 5 * 60_000)
  assert.deepEqual(rest, {
    id,
    displayName: 'Retail support_1-b',
    description: 'smaller',
    conversationGroupingType: 'GROUP_BY_PROFILE',
    memoryStoreId,
    channelSettings: {},
    statusCallbacks: [],
    intelligenceConfigurationIds: [],
    memoryExtractionEnabled: false,
    conversationsV1Bridge: null,
    version: 2,
  })
})

test('takes back what it gave out, with read-only keys and nulls', async () => {
  for (const fields of [full(), least()]) {
    const id = await world.makeConfiguration(fields)
    const before = await fetched(id)
    await world.completed(await world.put(`${path}/${id}`, { ...before, traitExtractionStrategyIds: null }))
    assert.deepEqual(await fetched(id), { ...before, version: 2 })
  }
})

test('reads null as left out in a replacement, but not under a required key', async () => {
  const id = await world.makeConfiguration(full())
  const nulls = {
    displayName: null,
    statusCallbacks: null,
    intelligenceConfigurationIds: null,
    memoryExtractionEnabled: null,
    conversationsV1Bridge: null,
    channelSettings: { SMS: { statusTimeouts: null, captureRules: null }, RCS: null },
  }
  const callback = [{ url: 'https://hooks.example.test/co', method: null }]
  await world.completed(await world.put(`${path}/${id}`, { ...full(), ...nulls, statusCallbacks: callback }))
  const replaced = await fetched(id)
  assert.deepEqual(replaced.channelSettings, { SMS: { statusTimeouts: null, captureRules: [] } })
  assert.deepEqual(replaced.statusCallbacks, [{ url: 'https://hooks.example.test/co', method: 'POST' }])
  assert.equal(replaced.displayName, 'Retail support_1-b')
  assert.equal(replaced.memoryExtractionEnabled, false)

  for (const channelSettings of [undefined, null]) {
    const { status, body } = await world.put(`${path}/${id}`, { ...full(), channelSettings })
    assert.deepEqual([status, body.params.field], [400, 'channelSettings'])
  }
})

test('changes only what a patch names', async () => {
  const id = await world.makeConfiguration(full())
  const before = await fetched(id)
  await world.completed(
    await world.patch(`${path}/${id}`, {
      statusCallbacks: [],
      channelSettings: { VOICE: null, RCS: { statusTimeouts: { closed: 60 } } },
      version: 9,
    }),
  )
  const { VOICE: _, ...kept } = before.channelSettings
  assert.deepEqual(await fetched(id), {
    ...before,
    statusCallbacks: [],
    channelSettings: { ...kept, RCS: { statusTimeouts: { closed: 60 }, captureRules: [] } },
    version: 2,
  })
  await world.completed(await world.patch(`${path}/${id}`, { intelligenceConfigurationIds: null, displayName: 'x' }))
  const after = await fetched(id)
  assert.deepEqual([after.intelligenceConfigurationIds, after.displayName, after.version], [[], 'x', 3])
})

test('asks for the memory store only when a change names it', async () => {
  const lost = await world.makeMemoryStore()
  const id = await world.makeConfiguration({ memoryStoreId: lost })
  const row = { account: world.account, id: lost.replace('mem_store_', ''), status: 'FAILED' }
  await world.store.transact((tx) => tx.update(storeTable, ['account', 'id'], ['status'], [row]))
  const patched = await world.completed(await world.patch(`${path}/${id}`, { statusCallbacks: [] }))
  assert.equal(patched.status, 'COMPLETED')
  await failed(await world.patch(`${path}/${id}`, { memoryStoreId: lost }), 20001, /FAILED, not ACTIVE/)
  await failed(await world.put(`${path}/${id}`, { ...least(), memoryStoreId: lost }), 20001, /FAILED, not ACTIVE/)
  assert.equal((await world.completed(await world.patch(`${path}/${id}`, { memoryStoreId }))).status, 'COMPLETED')
})

test('refuses to change how conversations are grouped', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const conversationGroupingType = 'GROUP_BY_PROFILE'
  for (const answer of [
    await world.put(`${path}/${id}`, { ...least(), conversationGroupingType }),
    await world.patch(`${path}/${id}`, { conversationGroupingType }),
  ]) {
    assert.deepEqual(
      [answer.status, answer.body.code, answer.body.params.field],
      [400, 20001, 'conversationGroupingType'],
    )
  }
  const same = usualConfiguration.conversationGroupingType
  assert.equal((await world.patch(`${path}/${id}`, { conversationGroupingType: same })).status, 202)
})

test('serves the present version while a change is pending, and takes no second change until then', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const accepted = await world.patch(`${path}/${id}`, { description: 'later' })
  assert.equal((await fetched(id)).description, usualConfiguration.description)
  for (const second of [
    await world.put(`${path}/${id}`, least()),
    await world.patch(`${path}/${id}`, {}),
    await world.delete(`${path}/${id}`),
  ]) {
    assert.deepEqual([second.status, second.body.code], [409, 20409])
    assert.equal(second.headers['x-conflicting-resource-id'], id)
  }
  await world.completed(accepted)
  assert.equal((await fetched(id)).description, 'later')
  assert.equal((await world.patch(`${path}/${id}`, {})).status, 202)
})

test('deletes a configuration, which can be fetched until the operation has completed', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const accepted = await world.delete(`${path}/${id}`)
  assert.equal(accepted.status, 202)
  assert.deepEqual(accepted.body.related, { configurationId: id })
  assert.equal((await world.get(`${path}/${id}`)).status, 200)
  assert.equal((await world.patch(`${path}/${id}`, {})).status, 409)
  assert.ok(!(await world.get(path)).text.includes(id))
  const operation = await world.completed(accepted)
  assert.deepEqual([operation.status, operation.result.id], ['COMPLETED', id])
  for (const gone of [
    await world.get(`${path}/${id}`),
    await world.put(`${path}/${id}`, least()),
    await world.patch(`${path}/${id}`, {}),
    await world.delete(`${path}/${id}`),
  ]) {
    assert.deepEqual([gone.status, gone.body.code], [404, 20404])
  }
})

test('knows no malformed, unknown or foreign id', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const stranger = await world.makeStranger()
  assert.equal((await stranger.get(`${path}/${id}`)).status, 404)
  assert.equal((await stranger.delete(`${path}/${id}`)).status, 404)
  assert.deepEqual((await stranger.get(path)).body.configurations, [])
  for (const unknown of [
    'x',
    id.toUpperCase(),
    `${id}0`,
    memoryStoreId,
    'conv_configuration_01kjpwd6m0emq8k9w39qsaekf4',
  ]) {
    const { status, body } = await world.get(`${path}/${unknown}`)
    assert.deepEqual([status, body.code], [404, 20404], unknown)
  }
  assert.match((await world.get(`${path}/${memoryStoreId}`)).body.message, /begin with conv_configuration_/)
})

test('asks for credentials', async () => {
  const { statusCode } = await world.app.inject({ method: 'POST', url: path, payload: least() })
  assert.equal(statusCode, 401)
})

test('answers an idempotency key with the first answer, byte for byte, for 24 hours', async () => {
  const headers = { 'idempotency-key': key }
  const first = await world.post(path, least(), headers)
  const pending = await world.post(path, least(), headers)
  await world.completed(first)
  await world.advance({ minutes: 24 * 60 })
  const later = await world.post(path, least(), { 'Idempotency-Key': key.toUpperCase() })
  for (const again of [pending, later]) {
    assert.equal(again.status, 202)
    assert.equal(again.text, first.text)
    for (const name of ['operation-id', 'location', 'retry-after', 'content-type']) {
      assert.equal(again.headers[name], first.headers[name])
    }
  }
  await world.advance({ seconds: 1 })
  const fresh = await world.post(path, least(), headers)
  assert.notEqual(fresh.text, first.text)
  await world.completed(fresh)
})

test('refuses an idempotency key that came with another method, path or body', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const other = await world.makeConfiguration({ memoryStoreId })
  const headers = { 'idempotency-key': '00000000-0000-4000-8000-000000000001' }
  const first = await world.patch(`${path}/${id}`, { description: 'a' }, headers)
  await world.completed(first)
  for (const second of [
    await world.patch(`${path}/${id}`, { description: 'b' }, headers),
    await world.patch(`${path}/${other}`, { description: 'a' }, headers),
    await world.put(`${path}/${id}`, least(), headers),
    await world.delete(`${path}/${id}`, headers),
  ]) {
    assert.deepEqual([second.status, second.body.code], [409, 20409])
  }
  assert.equal((await world.patch(`${path}/${id}`, { description: 'a' }, headers)).text, first.text)
  assert.equal((await fetched(id)).version, 2)
})

test('repeats a deletion under its key though the configuration is gone', async () => {
  const id = await world.makeConfiguration({ memoryStoreId })
  const headers = { 'idempotency-key': '00000000-0000-4000-8000-000000000002' }
  const first = await world.delete(`${path}/${id}`, headers)
  await world.completed(first)
  assert.equal((await world.delete(`${path}/${id}`, headers)).text, first.text)
  assert.equal((await world.delete(`${path}/${id}`)).status, 404)
})

test('forgets the idempotency key of a request that was refused', async () => {
  const headers = { 'idempotency-key': '00000000-0000-4000-8000-000000000003' }
  const gone = 'conv_configuration_01kjpwd6m0emq8k9w39qsaekf4'
  assert.equal((await world.patch(`${path}/${gone}`, {}, headers)).status, 404)
  const id = await world.makeConfiguration({ memoryStoreId })
  assert.equal((await world.patch(`${path}/${id}`, {}, headers)).status, 202)
})

test('refuses a malformed idempotency key on every change', async () => {
  const id = await untouched()
  const headers = { 'idempotency-key': 'once' }
  for (const { status, body } of [
    await world.post(path, least(), headers),
    await world.put(`${path}/${id}`, least(), headers),
    await world.patch(`${path}/${id}`, {}, headers),
    await world.delete(`${path}/${id}`, headers),
  ]) {
    assert.deepEqual([status, body.code, body.params.field], [400, 20001, 'idempotency-key'])
  }
})

test('says in words what is wrong with a text of the wrong shape, not by its pattern', async () => {
  const shaped = [
    [await world.post(path, least(), { 'idempotency-key': 'once' }), 'idempotency-key must be a UUID'],
    [
      await world.post(path, { ...least(), displayName: 'Support!' }),
      'displayName may hold only letters, digits, spaces, "-" and "_"',
    ],
    [
      await world.post(path, { ...least(), conversationsV1Bridge: { serviceId: 'IS1' } }),
      'conversationsV1Bridge.serviceId must be a service SID: IS and 32 hexadecimal digits',
    ],
  ] as const
  for (const [{ status, body }, message] of shaped) assert.deepEqual([status, body.message], [400, message])
})

test('keeps one account’s idempotency keys apart from another’s', async () => {
  const stranger = await world.makeStranger()
  const headers = { 'idempotency-key': '00000000-0000-4000-8000-000000000004' }
  const mine = await world.post(path, least(), headers)
  const theirs = await stranger.post(path, { ...least(), description: 'theirs' }, headers)
  assert.deepEqual([mine.status, theirs.status], [202, 202])
  await world.settleOperations()
})
