import assert from 'node:assert/strict'
import { test } from 'node:test'
import { captureRulesOf, parseCallType, storedChannelSettings, validateCaptureRules } from './capture-rules.ts'
import type { CaptureRule, Channel } from './model.ts'

const kiosk = '+15550001111'

const verdicts: [string, Channel, CaptureRule, [string, number][]][] = [
  ['accepts a number and the wildcard', 'SMS', { from: '*', to: kiosk }, []],
  ['accepts the wildcard on both sides', 'SMS', { from: '*', to: '*' }, []],
  ['accepts a short code and an alphanumeric sender', 'SMS', { from: '12345', to: 'Kiosk' }, []],
  ['refuses a number without +', 'SMS', { from: '*', to: '15550001111' }, [['to', 21614]]],
  [
    'refuses both sides at once',
    'SMS',
    { from: '0', to: '1-2' },
    [
      ['from', 21614],
      ['to', 21614],
    ],
  ],
  ['takes * inside a number literally', 'SMS', { from: '+1555*', to: kiosk }, [['from', 21614]]],
  ['refuses an empty field', 'CHAT', { from: '', to: '*' }, [['from', 20001]]],
  ['accepts a prefixed number', 'WHATSAPP', { from: '*', to: `whatsapp:${kiosk}` }, []],
  [
    'refuses a number without + behind a prefix',
    'WHATSAPP',
    { from: '*', to: 'whatsapp:15550001111' },
    [['to', 21614]],
  ],
  ['refuses a bad number of a call', 'VOICE', { from: '*', to: '5550001111' }, [['to', 21614]]],
  ['accepts a withheld number of a call', 'VOICE', { from: 'anonymous', to: kiosk }, []],
  ['accepts an identity although its call type was forgotten', 'VOICE', { from: '*', to: 'agent-1' }, []],
  ['accepts an identity of digits', 'VOICE', { from: '*', to: '1001', metadata: { callType: 'CLIENT' } }, []],
  ['accepts an identity', 'VOICE', { from: '*', to: 'agent-*', metadata: { callType: 'CLIENT' } }, []],
  ['accepts SIP, the older spelling', 'VOICE', { from: '*', to: kiosk, metadata: { callType: 'SIP' } }, []],
  ['accepts a SIP URI', 'VOICE', { from: 'sip:a@host', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }, []],
  [
    'refuses a broken SIP URI',
    'VOICE',
    { from: 'sip:', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } },
    [['from', 20001]],
  ],
  [
    'refuses an unknown call type',
    'VOICE',
    { from: '*', to: kiosk, metadata: { callType: 'FAX' } },
    [['metadata.callType', 20001]],
  ],
  ['ignores a call type outside VOICE', 'SMS', { from: '*', to: kiosk, metadata: { callType: 'FAX' } }, []],
]

for (const [name, channel, rule, expected] of verdicts) {
  test(name, () => {
    const problems = validateCaptureRules({ [channel]: { captureRules: [{ from: '*', to: '*' }, rule] } })
    const path = `channelSettings.${channel}.captureRules[1]`
    assert.deepEqual(
      problems.map((problem) => [problem.path, problem.code]),
      expected.map(([field, code]) => [`${path}.${field}`, code]),
    )
    for (const problem of problems) assert.ok(problem.message.startsWith(`${problem.path} `))
  })
}

test('names the rule in the words the published API uses', () => {
  const [problem] = validateCaptureRules({ SMS: { captureRules: [{ from: '*', to: '123456789' }] } })
  assert.match(problem?.message ?? '', /^channelSettings\.SMS\.captureRules\[0\]\.to is not E\.164/)
})

test('walks the rules of all channels and skips channels without', () => {
  const rule = { from: '*', to: kiosk }
  const settings = { VOICE: { captureRules: null }, SMS: { captureRules: [rule, rule] }, CHAT: {} }
  assert.deepEqual(
    [...captureRulesOf(settings)].map(({ channel, ruleIndex }) => [channel, ruleIndex]),
    [
      ['SMS', 0],
      ['SMS', 1],
    ],
  )
})

test('stores the call type SIP as PUBLIC_SIP and leaves other rules alone', () => {
  const other = { from: '*', to: kiosk, metadata: { callType: 'CLIENT' } }
  const settings = {
    SMS: { captureRules: [{ from: '*', to: kiosk }] },
    VOICE: { statusTimeouts: null, captureRules: [{ ...other, metadata: { callType: 'SIP', note: 'x' } }, other] },
  }
  assert.deepEqual(storedChannelSettings(settings), {
    ...settings,
    VOICE: {
      statusTimeouts: null,
      captureRules: [{ ...other, metadata: { callType: 'PUBLIC_SIP', note: 'x' } }, other],
    },
  })
  const plain = { VOICE: { captureRules: [other] } }
  assert.equal(storedChannelSettings(plain), plain)
  assert.deepEqual(storedChannelSettings({}), {})
})

test('reads call types as clients spell them', () => {
  assert.deepEqual(['PSTN', 'CLIENT', 'PUBLIC_SIP', 'SIP', 'pstn'].map(parseCallType), [
    'PSTN',
    'CLIENT',
    'PUBLIC_SIP',
    'PUBLIC_SIP',
    undefined,
  ])
})
