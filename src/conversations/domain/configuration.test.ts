import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConfigurationPatch,
  type ConfigurationRequest,
  callbacksProblem,
  completeCallbacks,
  draftConfiguration,
  draftProblem,
  groupingProblem,
  memoryStoreProblem,
  parseMemoryStoreId,
  patchConfiguration,
  rulesProblem,
} from './configuration.ts'
import type { ConfigurationBody, StatusCallback, StatusTimeouts } from './model.ts'

const kiosk = '+15550001111'
const storeId = '01kjpwa4z0f46bs8r42wfv2z13'
const service = `IS${'a'.repeat(32)}`
const open = { allowPrivateCallbacks: true }
const strict = { allowPrivateCallbacks: false }

const least: ConfigurationRequest = {
  displayName: 'kiosk',
  description: '',
  conversationGroupingType: 'GROUP_BY_PROFILE',
  memoryStoreId: `mem_store_${storeId}`,
}
const empty = {
  ...least,
  channelSettings: {},
  statusCallbacks: [],
  intelligenceConfigurationIds: [],
  memoryExtractionEnabled: false,
  conversationsV1Bridge: null,
}
const full: ConfigurationBody = {
  ...empty,
  displayName: 'kiosk',
  memoryStoreId: storeId,
  channelSettings: {
    VOICE: { statusTimeouts: null, captureRules: [] },
    SMS: { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: [{ from: '*', to: kiosk, metadata: {} }] },
  },
  statusCallbacks: [{ url: 'https://hooks.example.test/a', method: 'GET' }],
  intelligenceConfigurationIds: ['intelligence_configuration_1'],
  memoryExtractionEnabled: true,
  conversationsV1Bridge: { serviceId: service },
}

test('gives everything that a request leaves out its default', () => {
  assert.deepEqual(draftConfiguration(least), empty)
})

test('reads null under an optional key as no such key', () => {
  const request = {
    ...least,
    channelSettings: null,
    statusCallbacks: null,
    intelligenceConfigurationIds: null,
    memoryExtractionEnabled: null,
    conversationsV1Bridge: null,
  }
  assert.deepEqual(draftConfiguration(request), empty)
})

test('keeps the present name when a replacement gives none', () => {
  const { displayName: _, ...nameless } = least
  assert.equal(draftConfiguration(nameless, 'harbour').displayName, 'harbour')
  assert.equal(draftConfiguration({ ...nameless, displayName: null }, 'harbour').displayName, 'harbour')
  assert.equal(draftConfiguration(least, 'harbour').displayName, 'kiosk')
})

test('drops keys that it does not know at every depth', () => {
  const request = {
    ...least,
    id: 'conv_configuration_1',
    version: 7,
    statusCallbacks: [{ url: 'https://a.example.test', secret: 'x' }],
    channelSettings: { SMS: { captureRules: [{ from: '*', to: '*', label: 'x' }], colour: 'red' } },
    conversationsV1Bridge: { serviceId: service, note: 'x' },
  }
  assert.deepEqual(draftConfiguration(request), {
    ...empty,
    statusCallbacks: [{ url: 'https://a.example.test', method: 'POST' }],
    channelSettings: { SMS: { captureRules: [{ from: '*', to: '*', metadata: {} }] } },
    conversationsV1Bridge: { serviceId: service },
  })
})

const timeouts: [string, StatusTimeouts | null | undefined, object][] = [
  ['no timeouts', undefined, { captureRules: [] }],
  ['null, which closes a call with its stream', null, { statusTimeouts: null, captureRules: [] }],
  ['one of the two', { closed: 60 }, { statusTimeouts: { closed: 60 }, captureRules: [] }],
  ['null beside a value', { inactive: 5, closed: null }, { statusTimeouts: { inactive: 5 }, captureRules: [] }],
  ['nulls only', { inactive: null, closed: null }, { statusTimeouts: {}, captureRules: [] }],
]
for (const [name, statusTimeouts, expected] of timeouts) {
  test(`tells ${name} from the other ways to give timeouts`, () => {
    const setting = statusTimeouts === undefined ? {} : { statusTimeouts }
    const { channelSettings } = draftConfiguration({ ...least, channelSettings: { VOICE: setting } })
    assert.deepEqual(channelSettings, { VOICE: expected })
  })
}

test('stores the older spelling of a call type as the present one', () => {
  const rule = { from: '*', to: kiosk, metadata: { callType: 'SIP' } }
  const { channelSettings } = draftConfiguration({ ...least, channelSettings: { VOICE: { captureRules: [rule] } } })
  assert.deepEqual(channelSettings.VOICE?.captureRules, [{ ...rule, metadata: { callType: 'PUBLIC_SIP' } }])
})

const wire = { ...full, memoryStoreId: `mem_store_${storeId}` }
const patches: [string, ConfigurationPatch, object][] = [
  ['keeps everything when nothing is given', {}, {}],
  ['replaces texts', { displayName: 'pier', description: 'new' }, { displayName: 'pier', description: 'new' }],
  ['clears a description by an empty one', { description: '' }, { description: '' }],
  ['takes another memory store', { memoryStoreId: 'mem_store_x' }, { memoryStoreId: 'mem_store_x' }],
  [
    'replaces one channel whole and keeps the others',
    { channelSettings: { SMS: {} } },
    { channelSettings: { VOICE: full.channelSettings.VOICE, SMS: { captureRules: [] } } },
  ],
  [
    'removes a channel by null',
    { channelSettings: { VOICE: null } },
    { channelSettings: { SMS: full.channelSettings.SMS } },
  ],
  [
    'adds a channel',
    { channelSettings: { RCS: { statusTimeouts: { closed: 60 } } } },
    { channelSettings: { ...full.channelSettings, RCS: { statusTimeouts: { closed: 60 }, captureRules: [] } } },
  ],
  ['replaces callbacks whole', { statusCallbacks: [] }, { statusCallbacks: [] }],
  ['clears callbacks by null', { statusCallbacks: null }, { statusCallbacks: [] }],
  ['clears intelligence by null', { intelligenceConfigurationIds: null }, { intelligenceConfigurationIds: [] }],
  ['replaces intelligence', { intelligenceConfigurationIds: ['b'] }, { intelligenceConfigurationIds: ['b'] }],
  ['turns extraction off by null', { memoryExtractionEnabled: null }, { memoryExtractionEnabled: false }],
  ['turns extraction off', { memoryExtractionEnabled: false }, { memoryExtractionEnabled: false }],
  ['removes the bridge by null', { conversationsV1Bridge: null }, { conversationsV1Bridge: null }],
]
for (const [name, patch, changes] of patches) {
  test(`patching ${name}`, () => {
    assert.deepEqual(patchConfiguration(full, patch), { ...wire, ...changes })
  })
}

test('what was patched with nothing and replaced by itself stays as it is', () => {
  assert.deepEqual(draftConfiguration(wire), patchConfiguration(full, {}))
})

test('refuses to close before it is inactive, and allows both at once', () => {
  const drafted = (statusTimeouts: StatusTimeouts) =>
    draftProblem(draftConfiguration({ ...least, channelSettings: { CHAT: { statusTimeouts } } }), strict)
  assert.equal(drafted({ inactive: 10, closed: 9 })?.path, 'channelSettings.CHAT.statusTimeouts.closed')
  assert.equal(drafted({ inactive: 10, closed: 10 }), undefined)
  assert.equal(drafted({ inactive: 10 }), undefined)
  assert.equal(drafted({ closed: 1 }), undefined)
})

const urls: [string, boolean, boolean][] = [
  ['https://hooks.example.test/co', true, true],
  ['https://hooks.example.test:8443/co?a=b#rc=3', true, true],
  ['https://user:secret@hooks.example.test/co', false, false],
  ['https://hooks.example.test/co?bodySHA256=0', false, false],
  ['http://hooks.example.test/co', false, true],
  ['http://localhost:9000/co', false, true],
  ['https://localhost/co', false, true],
  ['https://127.0.0.1/co', false, true],
  ['https://[::1]/co', false, true],
  ['https://192.168.1.5/co', false, true],
  ['https://8.8.8.8/co', true, true],
  ['ftp://hooks.example.test/co', false, false],
  ['https:hooks.example.test', false, false],
  ['https://', false, false],
  ['hooks.example.test/co', false, false],
  ['/co', false, false],
  ['javascript:alert(1)', false, false],
]
for (const [url, publicly, privately] of urls) {
  test(`${publicly ? 'takes' : 'refuses'} ${url} for a callback, ${privately ? 'taking' : 'refusing'} it when private ones are allowed`, () => {
    const callbacks: StatusCallback[] = [{ url: 'https://first.example.test' }, { url }]
    assert.equal(
      callbacksProblem(callbacks, 'statusCallbacks', strict)?.path,
      publicly ? undefined : 'statusCallbacks[1].url',
    )
    assert.equal(
      callbacksProblem(callbacks, 'statusCallbacks', open)?.path,
      privately ? undefined : 'statusCallbacks[1].url',
    )
  })
}

test('names the field of a refused callback of a draft', () => {
  const problem = draftProblem(draftConfiguration({ ...least, statusCallbacks: [{ url: 'x' }] }), open)
  assert.deepEqual([problem?.path, problem?.code], ['statusCallbacks[0].url', 20001])
  assert.match(problem?.message ?? '', /^statusCallbacks\[0\]\.url must be/)
})

test('completes callbacks with their method', () => {
  const given: StatusCallback[] = [{ url: 'a' }, { url: 'b', method: null }, { url: 'c', method: 'GET' }]
  assert.deepEqual(
    completeCallbacks(given).map(({ method }) => method),
    ['POST', 'POST', 'GET'],
  )
  assert.deepEqual(completeCallbacks(undefined), [])
})

test('refuses another way of grouping', () => {
  assert.equal(groupingProblem(full, undefined), undefined)
  assert.equal(groupingProblem(full, 'GROUP_BY_PROFILE'), undefined)
  assert.equal(groupingProblem(full, 'GROUP_BY_PARTICIPANT_ADDRESSES')?.path, 'conversationGroupingType')
})

test('fails the operation at the first rule that can mean nothing', () => {
  const bad = { from: '5550001111', to: '*' }
  const drafted = draftConfiguration({
    ...least,
    channelSettings: { SMS: { captureRules: [{ from: '*', to: '*' }, bad] } },
  })
  assert.deepEqual(
    [rulesProblem(drafted)?.path, rulesProblem(drafted)?.code],
    ['channelSettings.SMS.captureRules[1].from', 21614],
  )
  assert.equal(rulesProblem(full), undefined)
})

test('fails the operation for a memory store that is none, not there or not ready', () => {
  const sent = `mem_store_${storeId}`
  assert.equal(memoryStoreProblem(sent, 'ACTIVE'), undefined)
  assert.match(memoryStoreProblem(sent, 'QUEUED')?.message ?? '', /QUEUED/)
  assert.match(memoryStoreProblem(sent, undefined)?.message ?? '', /no memory store/)
  assert.match(memoryStoreProblem('kiosk', undefined)?.message ?? '', /not the id/)
})

test('reads both spellings of a memory store and no other', () => {
  assert.equal(parseMemoryStoreId(`mem_store_${storeId}`), storeId)
  assert.equal(parseMemoryStoreId(`mem_service_${storeId}`), storeId)
  for (const text of [storeId, `mem_profile_${storeId}`, `mem_store_mem_service_${storeId}`, 'mem_store_', '']) {
    assert.equal(parseMemoryStoreId(text), undefined, text)
  }
})
