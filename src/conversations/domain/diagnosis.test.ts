import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CheckOutcome } from './check.ts'
import {
  type ConversationCheck,
  type ConversationFacts,
  conversationChecks,
  diagnoseConversation,
  type IntelligenceFacts,
  type SeenCommunication,
  type SeenExecution,
  type SeenParticipant,
} from './diagnosis.ts'
import type { CaptureRule, Channel, ConfigurationBody } from './model.ts'

const kiran = '+15551234567'
const kiosk = '+15550001111'
const both: CaptureRule[] = [
  { from: '*', to: kiosk },
  { from: kiosk, to: '*' },
]

function body(channel: Channel = 'SMS', captureRules: CaptureRule[] = both, more: object = {}): ConfigurationBody {
  return {
    displayName: 'kiosk',
    description: '',
    conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: 'm',
    channelSettings: { [channel]: { captureRules } },
    statusCallbacks: [],
    intelligenceConfigurationIds: [],
    memoryExtractionEnabled: false,
    conversationsV1Bridge: null,
    ...more,
  }
}

const customer: SeenParticipant = {
  id: 'p1',
  type: 'CUSTOMER',
  profileId: 'm1',
  addresses: [{ channel: 'SMS', address: kiran }],
}
const agent: SeenParticipant = { ...customer, id: 'p2', type: 'AGENT', profileId: null }
const nameless: SeenParticipant = { ...customer, profileId: null }
const words: SeenCommunication = {
  id: 'c1',
  channel: 'SMS',
  passive: true,
  fromParticipant: 'p1',
  from: kiran,
  to: [kiosk],
  text: 'Hello',
  resourceId: null,
  occurredAt: 0,
}
const settings = (pinned = body(), current = pinned, deletedAt: number | null = null) => ({
  id: 'conf1',
  deletedAt,
  pinned,
  current,
})
const healthy: ConversationFacts = {
  now: 1_000_000,
  status: 'ACTIVE',
  configuration: settings(),
  participants: [customer, agent],
  communications: [words],
  stuckReason: null,
  operations: [],
  diagnostics: [],
  hasMemory: true,
  intelligence: { gone: [], triggers: [], executions: [] },
}
const extracting = (more: Partial<ConversationFacts>): Partial<ConversationFacts> => ({
  configuration: settings(body('SMS', both, { memoryExtractionEnabled: true })),
  ...more,
})
const closed = (more: Partial<ConversationFacts>) => extracting({ status: 'CLOSED', ...more })
const ran = (outcome: SeenExecution['outcome'], detail: string | null = null): SeenExecution => ({
  isExtraction: false,
  outcome,
  detail,
})
const extracted = (outcome: SeenExecution['outcome'], detail: string | null = null) => ({
  intelligence: { gone: [], triggers: [], executions: [{ ...ran(outcome, detail), isExtraction: true }] },
})
const read = (more: Partial<IntelligenceFacts>): Partial<ConversationFacts> => ({
  configuration: settings(body('SMS', both, { intelligenceConfigurationIds: ['i'] })),
  intelligence: { ...healthy.intelligence, ...more },
})
const onEnd = { triggers: ['CONVERSATION_END'] }
const voice = { ...words, channel: 'VOICE' as const }
const caller = (address: string): SeenParticipant => ({ ...customer, addresses: [{ channel: 'VOICE', address }] })
const byProfile = body('SMS', both, { conversationGroupingType: 'GROUP_BY_PROFILE' })
const twoNumbers = {
  ...customer,
  addresses: [...customer.addresses, { channel: 'SMS' as const, address: '+15557654321' }],
}

describe('the diagnosis of a conversation', () => {
  it('asks the questions of the troubleshooting guide in its order', () => {
    const checks = diagnoseConversation(healthy)
    assert.deepEqual(
      checks.map(({ check }) => check),
      conversationChecks,
    )
    assert.ok(checks.every(({ outcome }) => outcome !== 'PROBLEM'))
  })

  it('offers a remedy exactly for problems', () => {
    const facts = { ...healthy, communications: [], stuckReason: 'no clocks', participants: [nameless] }
    for (const { outcome, remedy } of diagnoseConversation(facts)) {
      assert.equal(remedy !== null, outcome === 'PROBLEM')
    }
  })

  const cases: [ConversationCheck, string, Partial<ConversationFacts>, CheckOutcome, RegExp][] = [
    [
      'CONVERSATION_CREATED',
      'the configuration is deleted',
      { configuration: settings(body(), body(), 5) },
      'PROBLEM',
      /deleted/,
    ],
    ['COMMUNICATIONS', 'there are none', { communications: [] }, 'PROBLEM', /Nothing has been/],
    ['COMMUNICATIONS', 'the way back is captured', {}, 'OK', /latest 1/],
    [
      'COMMUNICATIONS',
      'rules are in one direction only',
      { configuration: settings(body('SMS', both.slice(0, 1))) },
      'PROBLEM',
      /one direction only/,
    ],
    [
      'COMMUNICATIONS',
      'it came through the API, which asks no rules',
      { configuration: settings(body('SMS', [])), communications: [{ ...words, passive: false }] },
      'OK',
      /has communications/,
    ],
    [
      'COMMUNICATIONS',
      'TwiML captured it, which asks no rules either',
      { configuration: settings(body('VOICE', [])), communications: [voice] },
      'OK',
      /has communications/,
    ],
    [
      'COMMUNICATIONS',
      'the way back of a call is captured by its type',
      {
        configuration: settings(
          body(
            'VOICE',
            both.map((rule) => ({ ...rule, metadata: { callType: 'PUBLIC_SIP' } })),
          ),
        ),
        communications: [{ ...voice, from: 'sip:desk@kiosk.example' }],
      },
      'OK',
      /has communications/,
    ],
    ['STUCK_ACTIVE', 'it is CLOSED', { status: 'CLOSED', stuckReason: 'x' }, 'OK', /is CLOSED/],
    ['STUCK_ACTIVE', 'a clock runs', {}, 'OK', /a clock/],
    ['STUCK_ACTIVE', 'no clock runs', { stuckReason: 'SMS has no timeouts.' }, 'PROBLEM', /SMS has no timeouts/],
    [
      'OPERATION',
      'one failed',
      { operations: [{ id: 'o1', status: 'FAILED', createdAt: 0, error: 'x' }] },
      'PROBLEM',
      /failed/,
    ],
    ['PROFILE', 'every customer has one', {}, 'OK', /Every customer/],
    ['PROFILE', 'a customer has none', { participants: [nameless] }, 'PROBLEM', /No profile has its address/],
    [
      'PROFILE',
      'a customer has none, and the reason is known',
      { participants: [nameless], diagnostics: [{ code: 530001, ids: [] }] },
      'PROBLEM',
      /530001/,
    ],
    ['PROFILE', 'the store is gone', { participants: [nameless], hasMemory: false }, 'PROBLEM', /memory store/],
    ['PROFILE', 'nobody has a type', { participants: [{ ...nameless, type: 'UNKNOWN' }] }, 'PROBLEM', /UNKNOWN/],
    ['PROFILE', 'there are only agents', { participants: [agent] }, 'NOT_APPLICABLE', /Nobody in it is a customer/],
    ['OBSERVATIONS', 'extraction is off', {}, 'NOT_APPLICABLE', /without memory extraction/],
    ['OBSERVATIONS', 'it is ACTIVE', extracting({}), 'NOT_APPLICABLE', /Extraction begins/],
    ['OBSERVATIONS', 'the store is gone', extracting({ hasMemory: false }), 'PROBLEM', /memory store/],
    ['OBSERVATIONS', 'nobody is known', closed({ participants: [nameless] }), 'PROBLEM', /no CUSTOMER in it has/],
    ['OBSERVATIONS', 'nothing was said', closed({ communications: [] }), 'NOT_APPLICABLE', /Nothing was said/],
    ['OBSERVATIONS', 'it waits', closed({}), 'NOT_APPLICABLE', /waits/],
    ['OBSERVATIONS', 'it was done', closed(extracted('SUCCEEDED')), 'OK', /were extracted/],
    ['OBSERVATIONS', 'it failed', closed(extracted('FAILED', 'The profile is full.')), 'PROBLEM', /failed.*full/],
    ['OBSERVATIONS', 'it was for nothing', closed(extracted('SKIPPED')), 'PROBLEM', /nothing to do. No reason/],
    ['OPERATORS', 'none are named', {}, 'NOT_APPLICABLE', /names no intelligence/],
    ['OPERATORS', 'one is gone', read({ gone: ['i'] }), 'PROBLEM', /there no more/],
    ['OPERATORS', 'no rule has a trigger', read({}), 'PROBLEM', /No rule that reads it has a trigger/],
    ['OPERATORS', 'nothing was said', { ...read(onEnd), communications: [] }, 'NOT_APPLICABLE', /Nothing was said/],
    ['OPERATORS', 'none was triggered', read(onEnd), 'NOT_APPLICABLE', /wait for CONVERSATION_END/],
    ['OPERATORS', 'all went well', read({ executions: [ran('SUCCEEDED')] }), 'OK', /were executed/],
    ['OPERATORS', 'one failed', read({ executions: [ran('SUCCEEDED'), ran('PARTLY', 'x')] }), 'PROBLEM', /failed/],
    ['OPERATORS', 'one is under way', read({ executions: [ran(null)] }), 'NOT_APPLICABLE', /under way/],
    ['MERGE', 'nothing is odd', { configuration: settings(byProfile) }, 'OK', /Nothing here/],
    [
      'MERGE',
      'a profile has several numbers',
      { configuration: settings(byProfile), participants: [twoNumbers] },
      'PROBLEM',
      /one profile has all of them/,
    ],
    [
      'MERGE',
      'a customer with several numbers has no profile',
      { configuration: settings(byProfile), participants: [{ ...twoNumbers, profileId: null }] },
      'PROBLEM',
      /one profile/,
    ],
    ['MERGE', 'a customer was given several numbers', { participants: [twoNumbers] }, 'OK', /Nothing here/],
    [
      'MERGE',
      'several conversations held a key',
      { diagnostics: [{ code: 530903, ids: ['x', 'x'] }] },
      'PROBLEM',
      /one had to be chosen/,
    ],
    ['CALL_TYPE', 'there are no rules for calls', {}, 'NOT_APPLICABLE', /no capture rules for VOICE/],
    [
      'CALL_TYPE',
      'the caller is a number and rules are for numbers',
      { configuration: settings(body('VOICE')), participants: [caller(kiran)] },
      'OK',
      /PSTN/,
    ],
    [
      'CALL_TYPE',
      'the caller is a SIP user and rules are for numbers',
      { configuration: settings(body('VOICE')), participants: [caller('sip:kiran@example.com')] },
      'PROBLEM',
      /PUBLIC_SIP/,
    ],
    [
      'CALL_TYPE',
      'the caller is an app and rules are for numbers',
      { configuration: settings(body('VOICE')), participants: [caller('client:kiran')] },
      'PROBLEM',
      /CLIENT/,
    ],
    [
      'CALL_TYPE',
      'a rule is for calls by apps',
      {
        configuration: settings(body('VOICE', [...both, { from: '*', to: kiosk, metadata: { callType: 'CLIENT' } }])),
        participants: [caller('client:kiran')],
      },
      'OK',
      /PSTN, CLIENT/,
    ],
    ['COMMUNICATION_COUNT', 'there are none', { communications: [] }, 'NOT_APPLICABLE', /no communications/],
    [
      'COMMUNICATION_COUNT',
      'each was said once',
      { communications: [words, { ...words, text: 'Bye' }] },
      'OK',
      /stored twice\.$/,
    ],
    ['COMMUNICATION_COUNT', 'it is a call', { communications: [voice] }, 'OK', /every utterance/],
    [
      'COMMUNICATION_COUNT',
      'the same was said again later',
      { communications: [words, { ...words, id: 'c2', occurredAt: 10_001 }] },
      'OK',
      /stored twice/,
    ],
    [
      'COMMUNICATION_COUNT',
      'the same was stored twice',
      { communications: [voice, { ...voice, id: 'c2', occurredAt: 10_000 }] },
      'PROBLEM',
      /more than once/,
    ],
  ]
  for (const [name, when, facts, outcome, message] of cases) {
    it(`answers ${name} with ${outcome} when ${when}`, () => {
      const found = diagnoseConversation({ ...healthy, ...facts }).find(({ check }) => check === name)
      assert.equal(found?.outcome, outcome)
      assert.match(found?.message ?? '', message)
    })
  }
})
