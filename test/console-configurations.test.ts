import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Body, differencesOf } from '../web/src/views/configurations/difference.ts'
import {
  interimName,
  marked,
  nextStep,
  type Step,
  successorOf,
  unmarked,
  withoutRules,
} from '../web/src/views/configurations/grouping-steps.ts'
import {
  type ChannelRules,
  type FindingCode,
  lint,
  type OtherConfiguration,
} from '../web/src/views/configurations/lint.ts'

const kiosk = '+15550001111'
const both = [
  { from: '*', to: kiosk },
  { from: kiosk, to: '*' },
]
const calls = (callType?: string) => both.map((rule) => ({ ...rule, ...(callType ? { metadata: { callType } } : {}) }))
const other = (channelSettings: ChannelRules): OtherConfiguration => ({
  id: 'conv_configuration_1',
  displayName: 'bakery',
  createdAt: '2026-01-01T00:00:00Z',
  channelSettings,
})

describe('the lint of capture rules', () => {
  const cases: {
    says: string
    rules: ChannelRules
    others?: OtherConfiguration[]
    usesRelay?: boolean
    finds: [FindingCode, string, number?][]
  }[] = [
    { says: 'nothing of rules in both directions', rules: { SMS: { captureRules: both } }, finds: [] },
    {
      says: 'that a rule has no mirror',
      rules: { SMS: { captureRules: [{ from: '*', to: kiosk }] } },
      finds: [['ONE_DIRECTION', 'warning', 0]],
    },
    {
      says: 'that the mirror of a call is one of the same type only',
      rules: { VOICE: { captureRules: [calls('PSTN')[0], calls('CLIENT')[1]].filter((rule) => rule !== undefined) } },
      finds: [
        ['ONE_DIRECTION', 'warning', 0],
        ['ONE_DIRECTION', 'warning', 1],
      ],
    },
    {
      says: 'that a number has no plus',
      rules: {
        WHATSAPP: {
          captureRules: [
            { from: '*', to: 'whatsapp:1 (555) 000-1111' },
            { from: 'whatsapp:1 (555) 000-1111', to: '*' },
          ],
        },
      },
      finds: [
        ['MISSING_PLUS', 'error', 0],
        ['MISSING_PLUS', 'error', 1],
      ],
    },
    {
      says: 'nothing of short codes, names and stars',
      rules: {
        SMS: {
          captureRules: [
            { from: '*', to: '12345' },
            { from: '12345', to: '*' },
            { from: 'KIOSK', to: '*' },
            { from: '*', to: 'KIOSK' },
            { from: '*', to: '*' },
          ],
        },
      },
      finds: [],
    },
    {
      says: 'that a call to a client needs its callType',
      rules: {
        VOICE: {
          captureRules: [
            { from: 'client:ada', to: '*' },
            { from: '*', to: 'client:ada' },
          ],
        },
      },
      finds: [
        ['MISSING_CALL_TYPE', 'warning', 0],
        ['MISSING_CALL_TYPE', 'warning', 1],
      ],
    },
    {
      says: 'that a SIP address under PSTN captures nothing',
      rules: {
        VOICE: { captureRules: [{ from: 'sip:a@b.example', to: 'sip:a@b.example', metadata: { callType: 'PSTN' } }] },
      },
      finds: [['MISSING_CALL_TYPE', 'warning', 0]],
    },
    {
      says: 'which calls a rule without callType means',
      rules: { VOICE: { captureRules: calls() } },
      finds: [
        ['MISSING_CALL_TYPE', 'info', 0],
        ['MISSING_CALL_TYPE', 'info', 1],
      ],
    },
    {
      says: 'that calls come by a relay too',
      rules: { VOICE: { captureRules: calls('PSTN') } },
      usesRelay: true,
      finds: [['VOICE_WITH_RELAY', 'warning']],
    },
    {
      says: 'that another configuration has the same rules',
      rules: { SMS: { captureRules: both } },
      others: [other({ SMS: { captureRules: both } }), other({ WHATSAPP: { captureRules: both } })],
      finds: [
        ['OVERLAP', 'warning', 0],
        ['OVERLAP', 'warning', 1],
      ],
    },
    {
      says: 'that another has a more exact rule',
      rules: { SMS: { captureRules: both } },
      others: [other({ SMS: { captureRules: [{ from: '+15551234567', to: kiosk }] } })],
      finds: [['OVERLAP', 'info', 0]],
    },
    {
      says: 'nothing of calls of another type elsewhere',
      rules: { VOICE: { captureRules: calls('PSTN') } },
      others: [other({ VOICE: { captureRules: calls('CLIENT') } })],
      finds: [],
    },
    {
      says: 'that a rule stands there twice',
      rules: { SMS: { captureRules: [...both, ...both.slice(0, 1)] } },
      finds: [['TWICE', 'info', 2]],
    },
  ]
  for (const { says, rules, others = [], usesRelay = false, finds } of cases) {
    it(`says ${says}`, () => {
      const found = lint(rules, { others, usesRelay })
      assert.deepEqual(
        found.map(({ code, level, rule }) => (rule === undefined ? [code, level] : [code, level, rule])),
        finds,
      )
      for (const { message } of found) assert.match(message, /^.{20,}[.]$/)
    })
  }

  it('tells how a number without plus is meant', () => {
    const rules = { SMS: { captureRules: [{ from: '1 555 000 1111', to: '1 555 000 1111' }] } }
    assert.match(lint(rules, { others: [], usesRelay: false })[0]?.message ?? '', /\+15550001111/)
  })
})

describe('the difference before a configuration is replaced', () => {
  const body: Body = {
    displayName: 'kiosk',
    description: 'by the harbour',
    conversationGroupingType: 'GROUP_BY_PROFILE',
    memoryStoreId: 'mem_store_1',
    channelSettings: { SMS: { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: both }, CHAT: {} },
    statusCallbacks: [{ url: 'https://one.example' }],
    intelligenceConfigurationIds: ['intelligence_configuration_1'],
    memoryExtractionEnabled: true,
    conversationsV1Bridge: { serviceId: 'IS1' },
  }

  it('is none between equals', () => assert.deepEqual(differencesOf(body, structuredClone(body)), []))

  it('calls everything of a new one added, in its order', () => {
    const nothing: Body = { ...body, displayName: '', description: '', channelSettings: {} }
    const rcs = { RCS: { statusTimeouts: null, captureRules: [] }, SMS: { statusTimeouts: { closed: 1 } } }
    assert.deepEqual(
      differencesOf(nothing, { ...body, channelSettings: rcs }).map(
        ({ kind, what, after }) => `${kind} ${what}: ${after}`,
      ),
      [
        'ADDED Name: kiosk',
        'ADDED Description: by the harbour',
        'ADDED Channel RCS: no timeouts',
        'ADDED Channel SMS: never inactive, closed after 1 minute',
      ],
    )
  })

  it('names first what would be deleted', () => {
    const after: Body = {
      ...body,
      description: 'in the park',
      channelSettings: {
        SMS: { statusTimeouts: { inactive: 5, closed: null }, captureRules: both.slice(0, 1) },
        VOICE: { statusTimeouts: null, captureRules: calls('PSTN').slice(0, 1) },
      },
      statusCallbacks: [{ url: 'https://one.example', method: 'GET' }],
      intelligenceConfigurationIds: [],
      memoryExtractionEnabled: false,
      conversationsV1Bridge: null,
    }
    assert.deepEqual(
      differencesOf(body, after).map(
        ({ kind, what, before = '', after: now = '' }) => `${kind} ${what}: ${before} → ${now}`,
      ),
      [
        `DELETED SMS rule: from ${kiosk} to * → `,
        'DELETED Channel CHAT: no timeouts → ',
        'DELETED Callback: POST https://one.example → ',
        'DELETED Intelligence configuration: intelligence_configuration_1 → ',
        'DELETED Bridge to the classic service: IS1 → ',
        'CHANGED Description: by the harbour → in the park',
        'CHANGED SMS timeouts: inactive after 15 minutes, closed after 60 minutes → inactive after 5 minutes, never closed',
        'CHANGED Memory extraction: on → off',
        'ADDED Channel VOICE:  → close when the call ends',
        `ADDED VOICE rule:  → from * to ${kiosk}, PSTN`,
        'ADDED Callback:  → GET https://one.example',
      ],
    )
  })
})

describe('the move to another grouping', () => {
  const rules = { SMS: { captureRules: both } }
  const one = (id: string, description: string, channelSettings: ChannelRules) => ({
    id,
    displayName: 'kiosk',
    description,
    channelSettings,
  })
  const old = one('conv_configuration_1', 'by the harbour', rules)
  const fresh = one('conv_configuration_2', marked('by the harbour', old.id), withoutRules(rules))
  const cases: [string, Parameters<typeof nextStep>[0], Step][] = [
    ['makes the new one first', { old, new: undefined, open: 3, closed: false }, 'CREATE'],
    ['then closes what is open', { old, new: fresh, open: 3, closed: false }, 'CLOSE'],
    ['goes on when all were closed once', { old, new: fresh, open: 1, closed: true }, 'GIVE_RULES'],
    ['goes on when nothing is open', { old, new: fresh, open: 0, closed: false }, 'GIVE_RULES'],
    [
      'takes the rules once both have them',
      { old, new: { ...fresh, ...{ channelSettings: rules } }, open: 1, closed: true },
      'TAKE_RULES',
    ],
    [
      'closes what began meanwhile',
      { old: { ...old, channelSettings: {} }, new: { ...fresh, channelSettings: rules }, open: 1, closed: true },
      'CLOSE_REST',
    ],
    [
      'deletes the old one when nothing is open',
      { old: { ...old, channelSettings: {} }, new: { ...fresh, channelSettings: rules }, open: 0, closed: true },
      'DELETE',
    ],
    ['renames the new one when the old is gone', { old: undefined, new: fresh, open: 0, closed: false }, 'RENAME'],
    ['is done when nothing tells of it', { old: undefined, new: undefined, open: 0, closed: false }, 'DONE'],
  ]
  for (const [says, state, step] of cases) it(says, () => assert.equal(nextStep(state), step))

  it('knows the new one by a mark that it takes away again', () => {
    assert.equal(successorOf([old, fresh], old.id), fresh)
    assert.equal(unmarked(fresh.description), 'by the harbour')
    assert.ok(marked('x'.repeat(512), old.id).length <= 512)
    assert.ok(interimName('x'.repeat(32)).length <= 32)
  })
})
