import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKey } from './address.ts'
import { type CapturingConfiguration, compileRules, matchRules } from './capture.ts'
import type { CallType, CaptureRule, Channel, ChannelSettings } from './model.ts'

const kiran = '+15551234567'
const stranger = '+15559876543'
const kiosk = '+15550001111'

function configuration(
  id: string,
  rules: CaptureRule[],
  channel: Channel = 'SMS',
  createdAt = 0,
): CapturingConfiguration {
  return { id, createdAt, channelSettings: { [channel]: { captureRules: rules } } }
}

function event(channel: Channel, from: string, to: string | string[], callType?: CallType) {
  const keys = [to].flat().map((address) => addressKey(channel, address))
  return { channel, from: addressKey(channel, from), to: keys, ...(callType && { callType }) }
}

const clientRule = { from: '*', to: 'agent-1', metadata: { callType: 'CLIENT' } }
const sipRule = { from: '*', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }
const toKiosk = { from: '*', to: kiosk }
const fromKiosk = { from: kiosk, to: '*' }

const matching: [string, ChannelSettings, ReturnType<typeof event>, boolean][] = [
  ['captures what a rule covers', { SMS: { captureRules: [toKiosk] } }, event('SMS', kiran, kiosk), true],
  ['misses the other direction', { SMS: { captureRules: [toKiosk] } }, event('SMS', kiosk, kiran), false],
  [
    'captures both directions with two rules',
    { SMS: { captureRules: [toKiosk, fromKiosk] } },
    event('SMS', kiosk, kiran),
    true,
  ],
  [
    'misses a number without +',
    { SMS: { captureRules: [{ from: '*', to: '15550001111' }] } },
    event('SMS', kiran, kiosk),
    false,
  ],
  [
    'misses another sender',
    { SMS: { captureRules: [{ from: kiran, to: kiosk }] } },
    event('SMS', stranger, kiosk),
    false,
  ],
  [
    'captures PSTN calls by default',
    { VOICE: { captureRules: [toKiosk] } },
    event('VOICE', kiran, kiosk, 'PSTN'),
    true,
  ],
  [
    'takes a call without call type for PSTN',
    { VOICE: { captureRules: [toKiosk] } },
    event('VOICE', kiran, kiosk),
    true,
  ],
  [
    'misses client calls by default',
    { VOICE: { captureRules: [toKiosk] } },
    event('VOICE', 'client:kiran', kiosk, 'CLIENT'),
    false,
  ],
  [
    'captures a client call by identity',
    { VOICE: { captureRules: [clientRule] } },
    event('VOICE', kiran, 'client:agent-1', 'CLIENT'),
    true,
  ],
  [
    'captures a SIP call',
    { VOICE: { captureRules: [sipRule] } },
    event('VOICE', 'sip:a@host', kiosk, 'PUBLIC_SIP'),
    true,
  ],
  [
    'misses a PSTN call with a SIP rule',
    { VOICE: { captureRules: [sipRule] } },
    event('VOICE', kiran, kiosk, 'PSTN'),
    false,
  ],
  [
    'compares WhatsApp numbers without prefix',
    { WHATSAPP: { captureRules: [toKiosk] } },
    event('WHATSAPP', `whatsapp:${kiran}`, `whatsapp:${kiosk}`),
    true,
  ],
  ['keeps channels apart', { WHATSAPP: { captureRules: [toKiosk] } }, event('SMS', kiran, kiosk), false],
  [
    'misses an identity whose rule has no call type',
    { VOICE: { captureRules: [{ from: '*', to: 'agent-1' }] } },
    event('VOICE', kiran, 'client:agent-1', 'CLIENT'),
    false,
  ],
  [
    'captures everything with two wildcards',
    { SMS: { captureRules: [{ from: '*', to: '*' }] } },
    event('SMS', kiran, stranger),
    true,
  ],
  [
    'never takes * inside a field for a wildcard',
    { SMS: { captureRules: [{ from: '+1*', to: kiosk }] } },
    event('SMS', kiran, kiosk),
    false,
  ],
  [
    'never matches a call type that does not exist',
    { VOICE: { captureRules: [{ ...toKiosk, metadata: { callType: 'FAX' } }] } },
    event('VOICE', kiran, kiosk),
    false,
  ],
  ['finds nothing without recipients', { SMS: { captureRules: [toKiosk] } }, event('SMS', kiran, []), false],
  ['finds nothing without rules', { SMS: { captureRules: null } }, event('SMS', kiran, kiosk), false],
]

for (const [name, channelSettings, candidate, hit] of matching) {
  test(name, () => {
    const decision = matchRules(compileRules([{ id: 'c', createdAt: 0, channelSettings }]), candidate)
    assert.equal(decision.winner !== undefined, hit)
  })
}

test('holds a chat rule to its service where it names one', () => {
  const chat = (chatService?: string) => ({ ...event('CHAT', 'kiran', 'desk'), ...(chatService && { chatService }) })
  const named = { from: '*', to: 'desk', metadata: { chatService: 'IS1' } }
  const any = { from: '*', to: 'desk', metadata: {} }
  for (const [rule, candidate, hit] of [
    [named, chat('IS1'), true],
    [named, chat('IS2'), false],
    [named, chat(), false],
    [any, chat('IS1'), true],
    [any, chat(), true],
  ] as const) {
    const owner = configuration('c', [rule], 'CHAT')
    assert.equal(matchRules(compileRules([owner]), candidate).winner !== undefined, hit)
  }
})

test('prefers two literals to one and one to none, whatever the age', () => {
  const rules = compileRules([
    configuration('a', [{ from: '*', to: '*' }], 'SMS', 1),
    configuration('b', [toKiosk], 'SMS', 2),
    configuration('c', [{ from: kiran, to: kiosk }], 'SMS', 3),
  ])
  const { winner, shadowed } = matchRules(rules, event('SMS', kiran, kiosk))
  assert.equal(winner?.configurationId, 'c')
  assert.deepEqual(
    shadowed.map(({ configurationId }) => configurationId),
    ['b', 'a'],
  )
})

test('prefers the oldest configuration among equals, then the smaller id', () => {
  const rules = compileRules([
    configuration('d', [toKiosk], 'SMS', 2),
    configuration('c', [toKiosk], 'SMS', 2),
    configuration('b', [{ from: kiran, to: '*' }], 'SMS', 3),
    configuration('e', [{ from: kiran, to: '*' }], 'SMS', 1),
  ])
  const { winner, shadowed } = matchRules(rules, event('SMS', kiran, kiosk))
  assert.equal(winner?.configurationId, 'e')
  assert.deepEqual(
    shadowed.map(({ configurationId }) => configurationId),
    ['c', 'd', 'b'],
  )
})

test('counts several rules of one configuration once, the most specific deciding', () => {
  const rules = compileRules([
    configuration('a', [toKiosk, toKiosk, { from: kiran, to: kiosk }, { from: '*', to: '*' }]),
  ])
  assert.deepEqual(matchRules(rules, event('SMS', kiran, kiosk)), {
    winner: {
      configurationId: 'a',
      ruleIndex: 2,
      rule: { from: kiran, to: kiosk },
      fromLiteral: true,
      toLiteral: true,
      recipient: 0,
    },
    shadowed: [],
  })
})

test('captures an event with several recipients once, by the best of their rules', () => {
  const rules = compileRules([
    configuration('a', [
      { from: kiran, to: '*' },
      { from: kiran, to: kiosk },
    ]),
  ])
  const { winner, shadowed } = matchRules(rules, event('SMS', kiran, [stranger, kiosk]))
  assert.equal(winner?.ruleIndex, 1)
  assert.equal(winner?.recipient, 1)
  assert.deepEqual(shadowed, [])
})

test('has no rule for a channel that a configuration does not mention', () => {
  const silent = { id: 'c', createdAt: 0, channelSettings: {} }
  assert.equal(matchRules(compileRules([silent]), event('SMS', kiran, kiosk)).winner, undefined)
})

const fields = fc.constantFrom('*', kiran, stranger, kiosk, 'client:agent-1', 'agent-1')
const callType = fc.constantFrom<CallType>('PSTN', 'CLIENT', 'PUBLIC_SIP')
const arbitraryRule = fc.record({
  from: fields,
  to: fields,
  metadata: fc.option(callType.map((type) => ({ callType: type }))),
})
const arbitraryConfiguration = fc.record({
  createdAt: fc.integer({ min: 0, max: 3 }),
  channelSettings: fc.record(
    {
      SMS: fc.record({ captureRules: fc.array(arbitraryRule, { maxLength: 6 }) }),
      VOICE: fc.record({ captureRules: fc.array(arbitraryRule, { maxLength: 6 }) }),
    },
    { requiredKeys: [] },
  ),
})
const party = fc.constantFrom(kiran, stranger, kiosk, 'client:agent-1')

test('decides as a scan over all rules would', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryConfiguration, { maxLength: 5 }),
      fc.constantFrom<Channel>('SMS', 'VOICE'),
      party,
      fc.array(party, { minLength: 1, maxLength: 3 }),
      callType,
      (settings, channel, from, to, type) => {
        const configurations = settings.map((one, i) => ({ ...one, id: `c${i}` }))
        const candidate = event(channel, from, to, type)
        const { winner, shadowed } = matchRules(compileRules(configurations), candidate)
        const found = winner === undefined ? [] : [winner, ...shadowed]
        assert.deepEqual(
          found.map(({ configurationId, ruleIndex }) => [configurationId, ruleIndex]),
          scan(configurations, candidate),
        )
      },
    ),
    { numRuns: 1000 },
  )
})

function scan(configurations: CapturingConfiguration[], candidate: ReturnType<typeof event>): [string, number][] {
  const literals = ({ from, to }: CaptureRule) => Number(from !== '*') + Number(to !== '*')
  const covers = (field: string, keys: string[]) => field === '*' || keys.includes(addressKey(candidate.channel, field))
  return configurations
    .flatMap(({ id, createdAt, channelSettings }) => {
      const matches = (channelSettings[candidate.channel]?.captureRules ?? [])
        .map((rule, ruleIndex) => ({ id, createdAt, rule, ruleIndex }))
        .filter(({ rule }) => covers(rule.from, [candidate.from]) && covers(rule.to, candidate.to))
        .filter(
          ({ rule }) => candidate.channel !== 'VOICE' || (rule.metadata?.callType ?? 'PSTN') === candidate.callType,
        )
      return matches.toSorted((a, b) => literals(b.rule) - literals(a.rule) || a.ruleIndex - b.ruleIndex).slice(0, 1)
    })
    .toSorted((a, b) => literals(b.rule) - literals(a.rule) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .map(({ id, ruleIndex }) => [id, ruleIndex])
}
