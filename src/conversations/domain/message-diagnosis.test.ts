import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CheckOutcome } from './check.ts'
import {
  diagnoseMessage,
  type Message,
  type MessageCheck,
  type MessageFacts,
  messageChecks,
  type SeenConfiguration,
} from './message-diagnosis.ts'
import type { CaptureRule, ChannelSettings } from './model.ts'

const kiran = '+15551234567'
const kiosk = '+15550001111'
const inbound: CaptureRule = { from: '*', to: kiosk }
const outbound: CaptureRule = { from: kiosk, to: '*' }
const now = 1_000_000

function configuration(channelSettings: ChannelSettings, more: Partial<SeenConfiguration> = {}): SeenConfiguration {
  return { id: 'conf1', updatedAt: 0, deletedAt: null, channelSettings, ...more }
}
const sms = (...captureRules: CaptureRule[]) => configuration({ SMS: { captureRules } })
const voice = (...captureRules: CaptureRule[]) => configuration({ VOICE: { captureRules } })
const message: Message = { channel: 'SMS', from: kiran, to: kiosk, callType: undefined }
const call: Message = { ...message, channel: 'VOICE' }
const captured: MessageFacts = {
  now,
  message,
  configurations: [sms(inbound, outbound)],
  operations: [],
  owned: { from: false, to: true },
  winner: 'conf1',
  conversationId: null,
  refusal: null,
  ignored: [],
}

describe('the diagnosis of a message', () => {
  it('goes through the checklist in its order', () => {
    const { checks, rules } = diagnoseMessage(captured)
    assert.deepEqual(
      checks.map(({ check }) => check),
      messageChecks,
    )
    assert.ok(checks.every(({ outcome }) => outcome !== 'PROBLEM'))
    assert.deepEqual(
      rules.map(({ index, faults }) => [index, faults]),
      [
        [0, []],
        [1, ['WRONG_DIRECTION']],
      ],
    )
  })

  const faults: [string, Message, SeenConfiguration, string[]][] = [
    ['matches', message, sms(inbound), []],
    ['is for the other direction', message, sms(outbound), ['WRONG_DIRECTION']],
    ['is for a number written otherwise', { ...message, to: '1 555 000 1111' }, sms(inbound), ['ADDRESS_FORM']],
    ['is for a number dialled abroad', { ...message, to: '0015550001111' }, sms(inbound), ['ADDRESS_FORM']],
    ['is for another channel', { ...message, channel: 'RCS' }, sms(inbound), ['OTHER_CHANNEL']],
    ['is of a deleted configuration', message, { ...sms(inbound), deletedAt: 1 }, ['DELETED_CONFIGURATION']],
    [
      'is for the other direction in a deleted configuration',
      message,
      { ...sms(outbound), deletedAt: 1 },
      ['WRONG_DIRECTION', 'DELETED_CONFIGURATION'],
    ],
    ['is for calls of another type', { ...call, callType: 'CLIENT' }, voice(inbound), ['WRONG_CALL_TYPE']],
    [
      'is for calls of the type that the address tells',
      { ...call, from: 'client:k' },
      voice(inbound),
      ['WRONG_CALL_TYPE'],
    ],
    [
      'is for calls of the type of the side that is not ours',
      { ...call, from: 'client:k', to: 'sip:desk@kiosk.example' },
      voice({ from: '*', to: '*', metadata: { callType: 'CLIENT' } }),
      [],
    ],
    [
      'is for calls of the type of the callee, as the caller is ours',
      { ...call, from: 'client:k', to: 'sip:desk@kiosk.example', callType: 'PUBLIC_SIP' },
      voice({ from: '*', to: '*', metadata: { callType: 'SIP' } }),
      [],
    ],
  ]
  for (const [what, asked, configured, expected] of faults) {
    it(`finds that a rule ${what}`, () => {
      const { rules } = diagnoseMessage({ ...captured, message: asked, configurations: [configured] })
      assert.deepEqual(
        rules.map((rule) => rule.faults),
        [expected],
      )
    })
  }

  const strangers: [string, Message, SeenConfiguration][] = [
    ['of other numbers', message, sms({ from: '*', to: '+15559999999' })],
    [
      'of words',
      { ...message, channel: 'CHAT', from: 'a', to: 'b' },
      configuration({ CHAT: { captureRules: [{ from: 'c', to: 'd' }] } }),
    ],
    ['of anybody on another channel', { ...message, channel: 'RCS' }, sms({ from: '*', to: '*' })],
    ['of the other direction and another call type', { ...call, callType: 'CLIENT' }, voice(outbound)],
  ]
  for (const [what, asked, configured] of strangers) {
    it(`does not mention a rule ${what}`, () => {
      const { rules, checks } = diagnoseMessage({ ...captured, message: asked, configurations: [configured] })
      assert.deepEqual(rules, [])
      assert.match(checks[0]?.message ?? '', /comes near/)
    })
  }

  const none = { winner: null, refusal: 'No capture rule matches this traffic.' }
  const cases: [MessageCheck, string, Partial<MessageFacts>, CheckOutcome, RegExp][] = [
    ['RULES', 'one matches and wins', {}, 'OK', /matches/],
    ['RULES', 'one matches, and intake knows better', { ...none }, 'OK', /matches/],
    ['RULES', 'one nearly does', { ...none, configurations: [sms(outbound)] }, 'PROBLEM', /other direction/],
    ['BOTH_DIRECTIONS', 'there is a mirror rule', {}, 'OK', /answer/],
    ['BOTH_DIRECTIONS', 'there is none', { configurations: [sms(inbound)] }, 'PROBLEM', /would not be captured/],
    ['BOTH_DIRECTIONS', 'nothing is captured', { configurations: [] }, 'NOT_APPLICABLE', /Not even/],
    ['E164', 'the addresses are right', {}, 'OK', /well-formed/],
    ['E164', 'the plus is missing', { message: { ...message, from: '15551234567' } }, 'PROBLEM', /^from is not E\.164/],
    [
      'E164',
      'the other plus is missing',
      { message: { ...message, to: '15550001111' } },
      'PROBLEM',
      /^to is not E\.164/,
    ],
    ['RECENT_UPDATE', 'nothing was changed lately', {}, 'OK', /No configuration/],
    [
      'RECENT_UPDATE',
      'something was',
      { configurations: [{ ...sms(inbound), updatedAt: now - 9_999 }] },
      'PROBLEM',
      /last ten seconds/,
    ],
    [
      'OPERATION',
      'one waits',
      { operations: [{ id: 'o', status: 'PENDING', createdAt: now, error: null }] },
      'PROBLEM',
      /not in force/,
    ],
    ['OVERLAP', 'one configuration captures it', {}, 'OK', /alone/],
    ['OVERLAP', 'none does', { configurations: [] }, 'NOT_APPLICABLE', /No configuration/],
    [
      'OVERLAP',
      'two do',
      { configurations: [sms(inbound), { ...sms(inbound), id: 'conf2' }] },
      'PROBLEM',
      /most specific rule wins/,
    ],
    [
      'OVERLAP',
      'two do, and intake knows better',
      { winner: null, configurations: [sms(inbound), { ...sms(inbound), id: 'conf2' }] },
      'PROBLEM',
      /most specific rule wins/,
    ],
    ['CALL_TYPE', 'it is a message', {}, 'NOT_APPLICABLE', /Only calls/],
    [
      'CALL_TYPE',
      'the type is captured',
      { message: call, configurations: [voice(inbound)] },
      'OK',
      /PSTN are captured/,
    ],
    [
      'CALL_TYPE',
      'something else is wrong',
      { message: call, configurations: [voice(outbound)] },
      'OK',
      /not the type/,
    ],
    [
      'CALL_TYPE',
      'the type is not captured',
      { message: { ...call, from: 'client:k' }, configurations: [voice(inbound)] },
      'PROBLEM',
      /another type/,
    ],
    ['OWNED_ADDRESS', 'the recipient is ours', {}, 'OK', /^to is/],
    ['OWNED_ADDRESS', 'the sender is ours', { owned: { from: true, to: false } }, 'OK', /^from is/],
    ['OWNED_ADDRESS', 'both are', { owned: { from: true, to: true } }, 'PROBLEM', /Both/],
    ['OWNED_ADDRESS', 'neither is', { owned: { from: false, to: false } }, 'PROBLEM', /Neither/],
    ['CONVERSATION', 'it would begin one', {}, 'OK', /begin a new one/],
    ['CONVERSATION', 'it would join one', { conversationId: 'c1' }, 'OK', /join/],
    ['CONVERSATION', 'it would not be taken', none, 'PROBLEM', /No capture rule matches this traffic/],
    ['RECENTLY_IGNORED', 'nothing was', {}, 'OK', /Nothing/],
    [
      'RECENTLY_IGNORED',
      'something was',
      { ignored: [{ id: 'e1', code: 530900, message: 'No rule.', count: 2 }] },
      'PROBLEM',
      /No rule\./,
    ],
  ]
  for (const [name, when, facts, outcome, text] of cases) {
    it(`answers ${name} with ${outcome} when ${when}`, () => {
      const found = diagnoseMessage({ ...captured, ...facts }).checks.find(({ check }) => check === name)
      assert.equal(found?.outcome, outcome)
      assert.match(found?.message ?? '', text)
      assert.equal(found?.remedy !== null, outcome === 'PROBLEM')
    })
  }
})
