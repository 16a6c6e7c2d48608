import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import {
  bodyOf,
  changesSince,
  converse,
  diagnosticsOf,
  fetched,
  keysHeldBy,
  own,
  participant,
  profileWith,
  statusOf,
  story,
  until,
} from '../testing/story.ts'

const both = [
  { from: '*', to: kiosk },
  { from: kiosk, to: '*' },
]
const minutes = { inactive: 10, closed: 30 }
const absentConversation = 'conv_conversation_01kjpwf170e4ma4jz41b93y214'
const absentConfiguration = 'conv_configuration_01kjpwd6m0emq8k9w39qsaekf4'

/** One result an item, in order. */
async function observe(world: World, items: object | object[]): Promise<Json[]> {
  return (await bodyOf(world.post('/skein/v1/Traffic', items), 200)).results
}

async function outcomeOf(world: World, item: object): Promise<string> {
  const [{ outcome, reason }] = await observe(world, item)
  return reason === null ? outcome : `${outcome} ${reason.code}`
}

async function reconfigure(world: World, configurationId: string, change: object): Promise<void> {
  const path = `/v2/ControlPlane/Configurations/${configurationId}`
  assert.equal((await world.completed(await world.patch(path, change))).status, 'COMPLETED')
}

async function traceOf(world: World, communicationId: string): Promise<Json> {
  return (await bodyOf(world.get(`/skein/v1/Communications/${communicationId}/Trace`), 200)).trace
}

describe('capture rules', () => {
  const call = (more: object) => message({ channel: 'VOICE', ...more })
  const voice = (rule: object) => ({ VOICE: { captureRules: [rule] } })
  const table: [string, object, object, boolean][] = [
    ['take what they name', { SMS: { captureRules: [{ from: '*', to: kiosk }] } }, message(), true],
    [
      'are directional',
      { SMS: { captureRules: [{ from: '*', to: kiosk }] } },
      message({ from: kiosk, to: kiran }),
      false,
    ],
    ['take replies when they are mirrored', { SMS: { captureRules: both } }, message({ from: kiosk, to: kiran }), true],
    [
      'name one customer exactly',
      { SMS: { captureRules: [{ from: kiran, to: kiosk }] } },
      message({ from: lena }),
      false,
    ],
    ['for calls mean PSTN unless they say otherwise', voice({ from: '*', to: kiosk }), call({}), true],
    ['without call type take no CLIENT call', voice({ from: '*', to: kiosk }), call({ from: 'client:agent-1' }), false],
    [
      'for CLIENT calls name the identity',
      voice({ from: '*', to: 'agent-1', metadata: { callType: 'CLIENT' } }),
      call({ to: 'client:agent-1' }),
      true,
    ],
    [
      'for SIP calls may name a number',
      voice({ from: '*', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }),
      call({ from: 'sip:kiran@example.org' }),
      true,
    ],
    [
      'for SIP calls take no PSTN call',
      voice({ from: '*', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }),
      call({}),
      false,
    ],
    [
      'take a call whose type is told rather than shown by its addresses',
      voice({ from: '*', to: kiosk, metadata: { callType: 'PUBLIC_SIP' } }),
      call({ callType: 'SIP' }),
      true,
    ],
    [
      'compare WhatsApp addresses without their prefix',
      { WHATSAPP: { captureRules: [{ from: '*', to: kiosk }] } },
      message({ channel: 'WHATSAPP', from: `whatsapp:${kiran}`, to: `whatsapp:${kiosk}` }),
      true,
    ],
    ['hold for their channel only', { WHATSAPP: { captureRules: both } }, message(), false],
    ['may take everything', { SMS: { captureRules: [{ from: '*', to: '*' }] } }, message({ to: lena }), true],
    [
      'match any of several recipients',
      { SMS: { captureRules: [{ from: '*', to: kiosk }] } },
      message({ to: [lena, kiosk] }),
      true,
    ],
  ]
  for (const [sentence, channelSettings, item, hit] of table) {
    it(sentence, () =>
      inWorld({}, async (world) => {
        await world.makeConfiguration({ channelSettings })
        assert.equal(await outcomeOf(world, item), hit ? 'CAPTURED' : 'NOT_CAPTURED 530900')
        const { conversations } = await bodyOf(world.get('/v2/Conversations'), 200)
        assert.equal(conversations.length, hit ? 1 : 0, 'what matches nothing is not stored')
      }),
    )
  }

  it('with a number without plus fail the operation, which is why nothing is captured', () =>
    inWorld({}, async (world) => {
      const memoryStoreId = await world.makeMemoryStore()
      const accepted = await world.post('/v2/ControlPlane/Configurations', {
        displayName: 'kiosk',
        description: 'Without plus',
        conversationGroupingType: 'GROUP_BY_PROFILE',
        memoryStoreId,
        channelSettings: { SMS: { captureRules: [{ from: '*', to: '15550001111' }] } },
      })
      const operation = await world.completed(accepted)
      assert.equal(operation.status, 'FAILED')
      assert.equal(operation.error.code ?? 21614, 21614)
      assert.equal(await outcomeOf(world, message()), 'NOT_CAPTURED 530900')
    }))

  it('of which several of one configuration match take an event once', () =>
    inWorld({}, async (world) => {
      const captureRules = [{ from: '*', to: '*' }, ...both, { from: kiran, to: kiosk }]
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules } } })
      const { conversationId, communicationId } = await capture(world)
      const { communications } = await bodyOf(world.get(`/v2/Conversations/${conversationId}/Communications`), 200)
      assert.equal(communications.length, 1)
      const { rule, shadowedRules } = await traceOf(world, communicationId)
      assert.equal(rule.index, 3, 'two literals')
      assert.deepEqual(shadowedRules, [])
    }))

  it('of several configurations: the most specific wins, then the oldest, and a diagnostic names the losers', () =>
    inWorld({}, async (world) => {
      const sms = (captureRules: object[]) => ({ channelSettings: { SMS: { captureRules } } })
      const oldest = await world.makeConfiguration(sms(both))
      const newer = await world.makeConfiguration(sms(both))
      const exact = await world.makeConfiguration(sms([{ from: kiran, to: kiosk }]))
      const first = await capture(world, message({ from: lena }))
      assert.equal((await fetched(world, first.conversationId)).configurationId, oldest)
      const trace = await traceOf(world, first.communicationId)
      assert.equal(trace.rule.configurationId, oldest)
      assert.deepEqual(trace.shadowedRules, [{ configurationId: newer, index: 0 }])
      assert.deepEqual(
        trace.diagnostics.map(({ code }: Json) => code),
        [530902],
      )
      assert.deepEqual(await diagnosticsOf(world, first.conversationId), [530902])
      const [note] = (await world.events(first.conversationId)).filter(({ type }) => type === 'DIAGNOSTIC')
      assert.deepEqual(note?.note.others, [newer])
      await capture(world, message({ from: lena }))
      assert.deepEqual(await diagnosticsOf(world, first.conversationId), [530902], 'told once a conversation')
      const second = await capture(world)
      assert.equal((await fetched(world, second.conversationId)).configurationId, exact)
      await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${oldest}`))
      const third = await capture(world, message({ from: '+15557770001' }))
      assert.equal((await fetched(world, third.conversationId)).configurationId, newer)
    }))
})

describe('a capture rule that is taken away', () => {
  const goes: [string, (world: World, id: string) => Promise<void>][] = [
    ['by a change', (world, id) => reconfigure(world, id, { channelSettings: { SMS: null } })],
    [
      'with its configuration',
      async (world, id) => {
        await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${id}`))
      },
    ],
  ]
  for (const conversationGroupingType of ['GROUP_BY_PARTICIPANT_ADDRESSES', 'GROUP_BY_PROFILE']) {
    for (const [how, takeAway] of goes) {
      it(`${how} still serves open conversations that pinned it, and no new ones (${conversationGroupingType})`, () =>
        inWorld({}, async (world) => {
          const memoryStoreId = await world.makeMemoryStore()
          const known = await profileWith(world, memoryStoreId, kiran)
          const id = await world.makeConfiguration({
            memoryStoreId,
            conversationGroupingType,
            channelSettings: { SMS: { captureRules: both, statusTimeouts: minutes } },
          })
          const { conversationId } = await capture(world)
          await takeAway(world, id)
          const reply = await capture(world, message({ from: kiosk, to: kiran }))
          assert.equal(reply.conversationId, conversationId)
          const trace = await traceOf(world, reply.communicationId)
          assert.equal(trace.mode, 'PINNED_RULE')
          assert.equal(trace.decision, 'JOINED')
          assert.equal(trace.rule.version, 1)
          assert.deepEqual(
            trace.parties.map((party: Json) => [party.type, party.profileId]),
            [
              ['AGENT', null],
              ['CUSTOMER', conversationGroupingType === 'GROUP_BY_PROFILE' ? known : null],
            ],
          )
          assert.equal(await outcomeOf(world, message({ from: lena })), 'NOT_CAPTURED 530900')
          const { participants } = await fetched(world, conversationId)
          assert.deepEqual(
            participants.map(({ type }: Json) => type),
            ['CUSTOMER', 'AGENT'],
          )
          await world.advance({ minutes: 30 })
          assert.equal(await statusOf(world, conversationId), 'CLOSED')
          assert.equal(await outcomeOf(world, message()), 'NOT_CAPTURED 530900', 'a CLOSED one pins nothing')
        }))
    }
  }

  it('leaves alone an open conversation that never had it', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both } } })
      await reconfigure(world, id, { channelSettings: { SMS: null } })
      await converse(world, id, [participant('UNKNOWN', kiran), participant('AGENT', kiosk)])
      assert.equal(await outcomeOf(world, message()), 'NOT_CAPTURED 530900')
    }))

  it('counts from the moment its operation is COMPLETED, and so does a new one', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration({ channelSettings: { SMS: { captureRules: [] } } })
      const path = `/v2/ControlPlane/Configurations/${id}`
      const accepted = await world.patch(path, { channelSettings: { SMS: { captureRules: both } } })
      assert.equal(await outcomeOf(world, message()), 'NOT_CAPTURED 530900')
      await world.completed(accepted)
      assert.equal(await outcomeOf(world, message()), 'CAPTURED')
    }))

  it('by a PUT that forgot it is gone, as is all that the body leaves out', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration({
        channelSettings: { SMS: { captureRules: both } },
        memoryExtractionEnabled: true,
      })
      const { memoryStoreId, conversationGroupingType } = await bodyOf(
        world.get(`/v2/ControlPlane/Configurations/${id}`),
        200,
      )
      const body = { description: 'Partial', memoryStoreId, conversationGroupingType, channelSettings: {} }
      await world.completed(await world.put(`/v2/ControlPlane/Configurations/${id}`, body))
      assert.equal(await outcomeOf(world, message()), 'NOT_CAPTURED 530900')
      assert.equal(
        (await bodyOf(world.get(`/v2/ControlPlane/Configurations/${id}`), 200)).memoryExtractionEnabled,
        false,
      )
    }))
})

describe('a changed configuration', () => {
  it('leaves the timeouts of open conversations as they were, and gives its own to the next', () =>
    inWorld({}, async (world) => {
      const sms = (statusTimeouts: object) => ({ SMS: { captureRules: both, statusTimeouts } })
      const id = await world.makeConfiguration({ channelSettings: sms(minutes) })
      const since = await world.now()
      const old = await capture(world)
      await until(world, since, 1)
      await reconfigure(world, id, { channelSettings: sms({ inactive: 1, closed: 2 }) })
      const next = await capture(world, message({ from: lena }))
      await until(world, since, 100)
      assert.deepEqual(await changesSince(world, old.conversationId, since), [10, 30])
      assert.deepEqual(await changesSince(world, next.conversationId, since), [2, 3])
    }))

  it('moves a conversation that was closed to its new settings with the next message', () =>
    inWorld({}, async (world) => {
      const sms = (statusTimeouts: object) => ({ SMS: { captureRules: both, statusTimeouts } })
      const id = await world.makeConfiguration({ channelSettings: sms(minutes) })
      const { conversationId } = await capture(world)
      await reconfigure(world, id, { channelSettings: sms({ closed: 5 }) })
      await bodyOf(world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' }), 200)
      const since = await world.now()
      const next = await capture(world)
      assert.notEqual(next.conversationId, conversationId)
      await until(world, since, 100)
      assert.deepEqual(await changesSince(world, next.conversationId, since), [5])
    }))
})

describe('traffic that names its way', () => {
  const someRoute = { channelSettings: { SMS: { captureRules: both, statusTimeouts: minutes } } }

  it('goes to the conversation it names, whatever the configuration, the rules and the keys say', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration(someRoute)
      const other = await world.makeConfiguration({ channelSettings: {} })
      const named = await converse(world, other, [participant('UNKNOWN', lena)])
      await capture(world)
      const keys = await keysHeldBy(world, named.id)
      const item = message({ conversationId: named.id, configurationId: id })
      const { conversationId, communicationId } = await capture(world, item)
      assert.equal(conversationId, named.id)
      assert.deepEqual(await keysHeldBy(world, named.id), keys, 'grouping is bypassed')
      const trace = await traceOf(world, communicationId)
      assert.equal(trace.mode, 'CONVERSATION')
      assert.equal(trace.decision, 'JOINED')
    }))

  it('is grouped by the configuration it names, which needs no rules', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration({ channelSettings: { SMS: { statusTimeouts: minutes } } })
      await world.makeConfiguration(someRoute)
      const first = await capture(world, message({ configurationId: id }))
      assert.equal((await fetched(world, first.conversationId)).configurationId, id)
      const second = await capture(world, message({ configurationId: id, from: kiosk, to: kiran }))
      assert.equal(second.conversationId, first.conversationId)
      const trace = await traceOf(world, second.communicationId)
      assert.deepEqual([trace.mode, trace.rule, trace.shadowedRules], ['CONFIGURATION', null, []])
    }))

  it('reopens the INACTIVE conversation that it names, and is refused by a CLOSED one without replacement', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration(someRoute)
      const since = await world.now()
      const { conversationId } = await capture(world)
      const item = message({ conversationId })
      await until(world, since, 12)
      assert.equal(await statusOf(world, conversationId), 'INACTIVE')
      await capture(world, item)
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
      await until(world, since, 50)
      const before = await world.events(conversationId)
      assert.equal(await outcomeOf(world, item), 'REFUSED 530904')
      assert.deepEqual(await world.events(conversationId), before)
      const { conversations } = await bodyOf(world.get('/v2/Conversations'), 200)
      assert.equal(conversations.length, 1)
      assert.ok(id)
    }))

  it('is refused where the name means nothing, and nothing is captured instead', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration(someRoute)
      const deleted = await world.makeConfiguration({ channelSettings: {} })
      await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${deleted}`))
      const gone = await converse(world, id, [participant('UNKNOWN', lena)])
      await world.delete(`/v2/Conversations/${gone.id}`)
      for (const [field, value] of [
        ['conversationId', absentConversation],
        ['conversationId', 'x'],
        ['conversationId', gone.id],
        ['configurationId', absentConfiguration],
        ['configurationId', 'x'],
        ['configurationId', deleted],
      ] as const) {
        const [{ outcome, reason, conversationId }] = await observe(world, message({ [field]: value }))
        assert.deepEqual([outcome, reason.code, reason.field, conversationId], ['REFUSED', 20404, field, null])
      }
      const stranger = await world.makeStranger()
      const { body } = await stranger.post('/skein/v1/Traffic', message({ configurationId: id }))
      assert.equal(body.results[0].outcome, 'REFUSED')
      await world.settleOperations()
      assert.deepEqual((await bodyOf(world.get('/v2/Conversations'), 200)).conversations, [])
    }))

  it('tells the sides by looking both up when it names the conversation and nothing else tells', () =>
    inWorld({}, async (world) => {
      const memoryStoreId = await world.makeMemoryStore()
      const known = await profileWith(world, memoryStoreId, kiran)
      const id = await world.makeConfiguration({ memoryStoreId, channelSettings: {} })
      const named = await converse(world, id)
      await capture(world, message({ conversationId: named.id, to: lena }))
      const { participants } = await fetched(world, named.id)
      assert.deepEqual(
        participants.map(({ type, profileId }: Json) => [type, profileId]),
        [
          ['CUSTOMER', known],
          ['UNKNOWN', null],
        ],
      )
    }))
})

describe('a resourceId', () => {
  it('is taken once for the whole account, before anything is grouped, also after closing', () =>
    inWorld({}, async (world) => {
      const id = await world.makeConfiguration({
        channelSettings: { SMS: { captureRules: both, statusTimeouts: minutes } },
      })
      const first = await capture(world, message({ resourceId: 'SM1' }))
      await world.advance({ minutes: 12 })
      const before = await world.events(first.conversationId)
      for (const item of [
        message({ resourceId: 'SM1' }),
        message({ resourceId: 'SM1', from: lena }),
        message({ resourceId: 'SM1', conversationId: first.conversationId }),
        message({ resourceId: 'SM1', configurationId: id }),
      ]) {
        const [again] = await observe(world, item)
        assert.deepEqual(
          [again.outcome, again.conversationId, again.communicationId, again.created],
          ['DUPLICATE', first.conversationId, first.communicationId, false],
        )
      }
      assert.equal(await statusOf(world, first.conversationId), 'INACTIVE', 'a duplicate neither reopens nor restarts')
      assert.deepEqual(await world.events(first.conversationId), before)
      const stranger = await world.makeStranger()
      assert.equal(
        (await stranger.post('/skein/v1/Traffic', message({ resourceId: 'SM1' }))).body.results[0].outcome,
        'NOT_CAPTURED',
      )
    }))
})

describe('a request of traffic', () => {
  it('takes 1,000 items in order, and refuses 1,001 and none at all', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both } } })
      const items = (count: number) =>
        Array.from({ length: count }, (_, at) =>
          message({ from: `+1555100${1000 + (at % 200)}`, resourceId: `SM${at}` }),
        )
      const results = await observe(world, items(1000))
      assert.equal(results.length, 1000)
      for (const [at, { outcome, conversationId, created }] of results.entries()) {
        assert.equal(outcome, 'CAPTURED')
        assert.equal(created, at < 200)
        assert.equal(conversationId, results[at % 200].conversationId)
      }
      assert.deepEqual(await story(world, results[0].conversationId), [
        'CONVERSATION_CREATED',
        'PARTICIPANT_ADDED',
        'PARTICIPANT_ADDED',
        ...Array.from({ length: 5 }, () => 'COMMUNICATION_CREATED'),
      ])
      await bodyOf(world.post('/skein/v1/Traffic', items(1001)), 400)
      await bodyOf(world.post('/skein/v1/Traffic', []), 400)
    }))

  it('takes 49 recipients of one message and refuses 50, naming the field', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: [{ from: kiosk, to: '*' }] } } })
      const to = (count: number) => Array.from({ length: count }, (_, at) => `+1555200${1000 + at}`)
      const { conversationId } = await capture(world, message({ from: kiosk, to: to(49) }))
      assert.equal((await fetched(world, conversationId)).participants.length, 50)
      const refusal = await bodyOf(
        world.post('/skein/v1/Traffic', [message(), message({ from: kiosk, to: to(50) })]),
        400,
      )
      assert.match(refusal.message, /49/)
      assert.equal(refusal.params.field, '[1].to')
    }))

  it('creates nothing for a message to more parties than a conversation may have', () =>
    inWorld({ SKEIN_LIMIT_PARTICIPANTS: '2' }, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both } } })
      assert.equal(await outcomeOf(world, message({ to: [kiosk, lena] })), 'REFUSED 20001')
      assert.deepEqual((await bodyOf(world.get('/v2/Conversations'), 200)).conversations, [])
      assert.equal(await outcomeOf(world, message()), 'CAPTURED')
    }))

  const bad: [string, object, number, string][] = [
    ['without channel', { channel: undefined }, 20001, 'channel'],
    ['without author', { from: undefined }, 20001, 'from'],
    ['without recipient', { to: undefined }, 20001, 'to'],
    ['without content', { content: undefined }, 20001, 'content'],
    ['from a number without plus', { from: '15551234567' }, 21614, 'from'],
    ['to a number with spaces', { to: '+1 555 000 1111' }, 21614, 'to'],
  ]
  for (const [sentence, more, code, field] of bad) {
    it(`refuses an item ${sentence}, naming the field, and takes its neighbours`, () =>
      inWorld({}, async (world) => {
        await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both } } })
        const results = await observe(world, [message(), message(more), message()])
        assert.deepEqual(
          results.map(({ outcome }: Json) => outcome),
          ['CAPTURED', 'REFUSED', 'CAPTURED'],
        )
        assert.deepEqual([results[1].reason.code, results[1].reason.field], [code, field])
        assert.equal(results[2].conversationId, results[0].conversationId)
      }))
  }
})

describe('captured communications', () => {
  it('are stored plain, with their times, and are findable by their ids', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { WHATSAPP: { captureRules: both } } })
      const { conversationId, communicationId } = await capture(
        world,
        message({
          channel: 'WHATSAPP',
          from: `whatsapp:${kiran}`,
          to: `whatsapp:${kiosk}`,
          resourceId: 'SM1',
          channelId: 'SM1',
          occurredAt: '2026-01-05T08:00:00Z',
        }),
      )
      const stored = await bodyOf(
        world.get(`/v2/Conversations/${conversationId}/Communications/${communicationId}`),
        200,
      )
      assert.deepEqual([stored.author.address, stored.recipients[0].address], [kiran, kiosk])
      assert.deepEqual(
        [stored.resourceId, stored.channelId, stored.occurredAt],
        ['SM1', 'SM1', '2026-01-05T08:00:00.000Z'],
      )
      assert.equal(stored.recipients[0].deliveryStatus, 'DELIVERED')
      assert.equal(Date.parse(stored.createdAt), await world.now())
      const { conversations } = await bodyOf(world.get('/v2/Conversations?channelId=SM1'), 200)
      assert.deepEqual(
        conversations.map(({ id }: Json) => id),
        [conversationId],
      )
    }))

  it('of the business are on their way until a report says more, on a call they are heard at once', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both }, VOICE: { captureRules: both } } })
      const statusOfFirst = async (item: object) => {
        const { conversationId, communicationId } = await capture(world, item)
        const path = `/v2/Conversations/${conversationId}/Communications/${communicationId}`
        return (await bodyOf(world.get(path), 200)).recipients[0].deliveryStatus
      }
      const answer = { from: kiosk, to: kiran }
      assert.equal(await statusOfFirst(message({ ...answer, channel: 'VOICE' })), 'DELIVERED')
      assert.equal(await statusOfFirst(message(answer)), 'IN_PROGRESS')
      assert.equal(await statusOfFirst(message({ ...answer, channel: 'VOICE' })), 'DELIVERED')
      assert.equal(await statusOfFirst(message({ ...answer, deliveryStatus: 'INITIATED' })), 'INITIATED')
      assert.equal(await statusOfFirst(message()), 'DELIVERED')
    }))

  it('on a new channel give the participant that address, and reopen what is INACTIVE', () =>
    inWorld({}, async (world) => {
      const settings = { captureRules: both, statusTimeouts: minutes }
      await world.makeConfiguration({ channelSettings: { SMS: settings, VOICE: settings } })
      const { conversationId } = await capture(world)
      await world.advance({ minutes: 11 })
      const before = (await world.events(conversationId)).length
      await capture(world, message({ channel: 'VOICE' }))
      assert.deepEqual((await story(world, conversationId, before + 1)).toSorted(), [
        'COMMUNICATION_CREATED',
        'CONVERSATION_UPDATED',
        'PARTICIPANT_UPDATED',
        'PARTICIPANT_UPDATED',
      ])
      const { participants } = await fetched(world, conversationId)
      assert.deepEqual(
        participants.map(({ addresses }: Json) => addresses.map(({ channel }: Json) => channel)),
        [
          ['SMS', 'VOICE'],
          ['SMS', 'VOICE'],
        ],
      )
    }))

  it('to several recipients carry one status each, and a report may speak of one', () =>
    inWorld({}, async (world) => {
      await own(world, kiosk)
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both } } })
      const sent = await capture(world, message({ from: kiosk, to: [kiran, lena], resourceId: 'SM1' }))
      const report = { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'FAILED', channel: 'SMS', to: lena }
      assert.equal(await outcomeOf(world, report), 'CAPTURED')
      const path = `/v2/Conversations/${sent.conversationId}/Communications/${sent.communicationId}`
      const { recipients } = await bodyOf(world.get(path), 200)
      assert.deepEqual(
        recipients.map(({ address, deliveryStatus }: Json) => [address, deliveryStatus]),
        [
          [kiran, 'IN_PROGRESS'],
          [lena, 'FAILED'],
        ],
      )
    }))
})

describe('delivery reports', () => {
  it('neither reopen nor prolong, and change nothing once the conversation is CLOSED', () =>
    inWorld({}, async (world) => {
      await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both, statusTimeouts: minutes } } })
      const since = await world.now()
      const { conversationId, communicationId } = await capture(
        world,
        message({ from: kiosk, to: kiran, resourceId: 'SM1' }),
      )
      await until(world, since, 12)
      const report = (deliveryStatus: string) => ({ kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus })
      assert.equal(await outcomeOf(world, report('DELIVERED')), 'CAPTURED')
      assert.equal(await statusOf(world, conversationId), 'INACTIVE')
      await until(world, since, 31)
      assert.equal(await outcomeOf(world, report('READ')), 'NOT_CAPTURED 530904')
      assert.deepEqual(await changesSince(world, conversationId, since), [10, 30])
      const path = `/v2/Conversations/${conversationId}/Communications/${communicationId}`
      assert.equal((await bodyOf(world.get(path), 200)).recipients[0].deliveryStatus, 'DELIVERED')
    }))
})
