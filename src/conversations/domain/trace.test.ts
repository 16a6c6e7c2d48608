import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { participantAt } from './conversation.ts'
import { eventKeys } from './event-keys.ts'
import type { ConfigurationBody, Participant } from './model.ts'
import { type CompactTrace, explainTrace, packKey, type TraceContext } from './trace.ts'

const customer = '+15551234567'
const kiosk = '+15550001111'
const minute = 60_000
const body: ConfigurationBody = {
  displayName: 'kiosk',
  description: '',
  conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
  memoryStoreId: 'store',
  channelSettings: {
    SMS: {
      statusTimeouts: { inactive: 10, closed: 30 },
      captureRules: [{ from: '*', to: kiosk, metadata: { a: 'b' } }],
    },
  },
  statusCallbacks: [],
  intelligenceConfigurationIds: [],
  memoryExtractionEnabled: false,
  conversationsV1Bridge: null,
}
const context: TraceContext = {
  channel: 'SMS',
  author: { address: customer },
  recipients: [{ address: kiosk }],
  at: 0,
  configurationId: 'c1',
  groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
  rules: { channelSettings: body.channelSettings, graceMs: 0 },
  ruleBody: body,
}
const captured: CompactTrace = { m: 'PASSIVE', v: 3, r: 0, e: 'OWNED', t: ['CUSTOMER', 'AGENT'] }

describe('the trace of a communication', () => {
  it('is told in full from its compact form', () => {
    const trace = explainTrace(
      { ...captured, x: [['c2', 4]], l: ['other'], d: [530902], p: { 0: 'p1' }, f: { 0: 'phone' } },
      context,
    )
    assert.deepEqual(trace, {
      mode: 'PASSIVE',
      decision: 'CREATED',
      rule: { configurationId: 'c1', version: 3, channel: 'SMS', index: 0, from: '*', to: kiosk, metadata: { a: 'b' } },
      shadowedRules: [{ configurationId: 'c2', index: 4 }],
      evidence: 'OWNED',
      parties: [
        { address: customer, type: 'CUSTOMER', profileId: 'p1', foundBy: 'phone' },
        { address: kiosk, type: 'AGENT', profileId: null, foundBy: null },
      ],
      groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
      keys: trace.keys,
      joinedBy: null,
      otherHolders: ['other'],
      clock: { channel: 'SMS', restartedAt: 0, liveUntil: 10 * minute, doneAt: 30 * minute },
      diagnostics: trace.diagnostics,
    })
    assert.equal(trace.keys.length, 1)
    assert.equal(trace.diagnostics[0]?.code, 530902)
  })

  it('is small, so that one fits with every message', () => {
    const largest: CompactTrace = { ...captured, k: 'a0', p: { 0: '0'.repeat(26) }, f: { 0: 'whatsapp' }, d: [530902] }
    assert.ok(JSON.stringify(largest).length <= 200)
  })

  it('names the key by which it joined, whichever sort it was', () => {
    const parties = [
      { key: `tel:${customer}`, type: 'CUSTOMER', profileId: 'p1', aliases: [] },
      { key: `tel:${kiosk}`, type: 'AGENT', profileId: null, aliases: [] },
    ] as const
    const keys = eventKeys('GROUP_BY_PROFILE', { channel: 'SMS', parties })
    for (const key of [...keys.profile, ...keys.address, ...keys.alone]) {
      const k = packKey(key, keys)
      const trace = explainTrace({ ...captured, k, p: { 0: 'p1' } }, { ...context, groupingType: 'GROUP_BY_PROFILE' })
      assert.equal(trace.joinedBy, key)
      assert.equal(trace.decision, 'JOINED')
    }
    assert.equal(explainTrace({ ...captured, k: 'p' }, context).joinedBy, null)
    assert.equal(explainTrace({ ...captured, k: 'a9' }, context).joinedBy, null)
  })

  it('has no rule when none decided, and no clock ends where there are no timeouts', () => {
    const trace = explainTrace({ m: 'API', t: ['UNKNOWN'] }, { ...context, rules: { channelSettings: {}, graceMs: 0 } })
    assert.equal(trace.rule, null)
    assert.equal(trace.decision, 'JOINED')
    assert.equal(trace.evidence, null)
    assert.deepEqual(trace.clock, { channel: 'SMS', restartedAt: 0, liveUntil: null, doneAt: null })
    assert.equal(trace.parties[1]?.type, 'UNKNOWN')
    assert.equal(explainTrace(captured, { ...context, ruleBody: undefined }).rule, null)
    const plain = { ...body, channelSettings: { SMS: { captureRules: [{ from: '*', to: kiosk }] } } }
    assert.deepEqual(explainTrace(captured, { ...context, ruleBody: plain }).rule?.metadata, {})
    const voice = explainTrace(captured, {
      ...context,
      channel: 'VOICE',
      rules: { channelSettings: { VOICE: { statusTimeouts: null } }, graceMs: 0 },
    })
    assert.equal(voice.clock.doneAt, null)
  })
})

describe('finding a participant by address', () => {
  const someone = (id: string, channel: 'SMS' | 'VOICE'): Participant => ({
    id,
    name: null,
    type: 'CUSTOMER',
    profileId: null,
    addresses: [{ channel, address: customer }],
    createdAt: 0,
    updatedAt: 0,
  })
  const keyOf = (_: string, address: string) => address

  it('prefers the one on the channel, and else takes the one on another', () => {
    const participants = [someone('v', 'VOICE'), someone('s', 'SMS')]
    assert.equal(participantAt(participants, 'SMS', customer, keyOf)?.id, 's')
    assert.equal(participantAt(participants, 'WHATSAPP', customer, keyOf)?.id, 'v')
    assert.equal(participantAt(participants, 'SMS', kiosk, keyOf), undefined)
  })
})
