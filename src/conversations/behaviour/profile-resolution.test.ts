import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import { bodyOf, converse, diagnosticsOf, fetched, own, participant, profileWith } from '../testing/story.ts'

const path = '/v2/Conversations'
const rules = (to = kiosk, metadata: object = {}) => [
  { from: '*', to, metadata },
  { from: to, to: '*', metadata },
]

interface Cast {
  world: World
  storeId: string
  configurationId: string
}

/** A world whose kiosk keeps profiles in one store. */
function atTheKiosk(story: (cast: Cast) => Promise<void>, fields: object = {}, environment = {}): Promise<void> {
  return inWorld(environment, async (world) => {
    const storeId = await world.makeMemoryStore()
    const configurationId = await world.makeConfiguration({ memoryStoreId: storeId, ...fields })
    await story({ world, storeId, configurationId })
  })
}

/** Type and profile of everybody who takes part, in the order in which they joined. */
async function parties(world: World, conversationId: string): Promise<[string, string | null][]> {
  const { participants } = await fetched(world, conversationId)
  return participants.map(({ type, profileId }: Json) => [type, profileId])
}

async function deleteStore(world: World, storeId: string, configurationId: string): Promise<void> {
  await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${configurationId}`))
  await world.completed(await world.delete(`/v1/ControlPlane/Stores/${storeId}`))
}

describe('a participant made through the API', () => {
  it('who is a CUSTOMER nobody knows gets a new profile; the agent gets none, and a note says why', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const { id, participants } = await converse(world, configurationId, [
        participant('CUSTOMER', kiran),
        participant('HUMAN_AGENT', kiosk),
      ])
      const [customer, agent] = participants
      assert.match(customer.profileId, /^mem_profile_/)
      assert.equal(agent.profileId, null)
      assert.deepEqual(await diagnosticsOf(world, id), [530001])
      const profile = await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles/${customer.profileId}`), 200)
      assert.equal(profile.traits.Contact.phone, kiran)
      const [, , , note] = await world.events(id)
      assert.equal(note?.subject, agent.id.slice(-26), 'the note is about the agent')
    }))

  it('who is a known CUSTOMER gets the profile that has the number', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const known = await profileWith(world, storeId, kiran)
      const { participants } = await converse(world, configurationId, [participant('CUSTOMER', kiran)])
      assert.equal(participants[0].profileId, known)
    }))

  it('is found by the first of several addresses that anybody has', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const known = await profileWith(world, storeId, lena)
      const addresses = [kiran, lena].map((address) => ({ channel: 'SMS', address }))
      const { participants } = await converse(world, configurationId, [{ type: 'CUSTOMER', addresses }])
      assert.equal(participants[0].profileId, known)
    }))

  it('on WhatsApp, prefixed or not, is found by the phone number', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const known = await profileWith(world, storeId, kiran)
      for (const address of [kiran, `whatsapp:${kiran}`]) {
        const { id, participants } = await converse(world, configurationId, [
          participant('CUSTOMER', address, 'WHATSAPP'),
        ])
        assert.equal(participants[0].profileId, known)
        assert.equal(participants[0].addresses[0].address, address, 'as the client sent it')
        await bodyOf(world.put(`${path}/${id}`, { status: 'CLOSED' }), 200)
      }
    }))

  it('described twice in one request is one and the same new profile', () =>
    atTheKiosk(async ({ world, configurationId }) => {
      const { participants } = await converse(world, configurationId, [
        participant('CUSTOMER', kiran, 'SMS'),
        participant('CUSTOMER', kiran, 'VOICE'),
      ])
      assert.equal(participants[0].profileId, participants[1].profileId)
    }))

  it('at a client identity cannot be looked up: 530001', () =>
    atTheKiosk(async ({ world, configurationId }) => {
      const { id, participants } = await converse(world, configurationId, [
        participant('CUSTOMER', 'client:agent-1', 'VOICE'),
      ])
      assert.equal(participants[0].profileId, null)
      assert.deepEqual(await diagnosticsOf(world, id), [530001])
    }))

  it('whose memory store is gone stays without profile: 530003', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const { id } = await converse(world, configurationId)
      await deleteStore(world, storeId, configurationId)
      const added = await bodyOf(world.post(`${path}/${id}/Participants`, participant('CUSTOMER', kiran)), 201)
      assert.equal(added.profileId, null)
      assert.deepEqual(await diagnosticsOf(world, id), [530003])
    }))

  it('of a conversation whose configuration is gone is still found in the store that was pinned', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const known = await profileWith(world, storeId, kiran)
      const { id } = await converse(world, configurationId)
      await world.completed(await world.delete(`/v2/ControlPlane/Configurations/${configurationId}`))
      const added = await bodyOf(world.post(`${path}/${id}/Participants`, participant('CUSTOMER', kiran)), 201)
      assert.equal(added.profileId, known)
    }))

  it('for whom the store refuses to make a profile stays without one: 530004', () =>
    atTheKiosk(async ({ world, configurationId }) => {
      const { id, participants } = await converse(world, configurationId, [participant('CUSTOMER', ' ', 'CHAT')])
      assert.equal(participants[0].profileId, null)
      assert.deepEqual(await diagnosticsOf(world, id), [530004])
    }))

  it('who is UNKNOWN, or whose type is left out, is not looked up', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      await profileWith(world, storeId, kiran)
      const { id, participants } = await converse(world, configurationId, [
        participant('UNKNOWN', kiran),
        { addresses: [{ channel: 'VOICE', address: kiran }] },
      ])
      assert.deepEqual(
        participants.map(({ type, profileId }: Json) => [type, profileId]),
        [
          ['UNKNOWN', null],
          ['UNKNOWN', null],
        ],
      )
      assert.deepEqual(await diagnosticsOf(world, id), [])
    }))

  it('keeps a profileId that the client gives, without a look-up, if it is a CUSTOMER', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      const given = await profileWith(world, storeId, lena)
      await profileWith(world, storeId, kiran)
      const { participants } = await converse(world, configurationId, [
        { ...participant('CUSTOMER', kiran), profileId: given },
        { ...participant('HUMAN_AGENT', kiosk), profileId: given },
      ])
      assert.deepEqual(
        participants.map(({ profileId }: Json) => profileId),
        [given, null],
      )
    }))

  it('is refused with a profileId of another store', () =>
    atTheKiosk(async ({ world, configurationId }) => {
      const foreign = await profileWith(world, await world.makeMemoryStore(), kiran)
      const answer = await world.post(path, {
        configurationId,
        participants: [{ type: 'CUSTOMER', profileId: foreign }],
      })
      assert.equal(answer.status, 400, answer.text)
      assert.match(answer.body.message, /participants\[0\]\.profileId/)
    }))
})

describe('a participant made by captured traffic', () => {
  it('gets the profile that has the number', () =>
    atTheKiosk(async ({ world, storeId }) => {
      const known = await profileWith(world, storeId, kiran)
      const { conversationId } = await capture(world)
      assert.deepEqual(await parties(world, conversationId), [
        ['CUSTOMER', known],
        ['AGENT', null],
      ])
    }))

  it('stays without a profile when nobody has the number, however often it writes', () =>
    atTheKiosk(async ({ world, storeId }) => {
      const { conversationId } = await capture(world)
      await capture(world)
      assert.deepEqual(await parties(world, conversationId), [
        ['CUSTOMER', null],
        ['AGENT', null],
      ])
      const { profiles } = await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles`), 200)
      assert.deepEqual(profiles, [])
    }))

  const undecided = { SMS: { captureRules: [{ from: '*', to: '*' }] } }
  const sides: [string, string[], string[], number[]][] = [
    ['is the CUSTOMER when it alone is known', [kiran], ['CUSTOMER', 'UNKNOWN'], []],
    ['is the CUSTOMER when it alone is known, though it was written to', [lena], ['UNKNOWN', 'CUSTOMER'], []],
    ['is UNKNOWN when nobody is known', [], ['UNKNOWN', 'UNKNOWN'], []],
    ['is UNKNOWN when both are known, and a note says so', [kiran, lena], ['UNKNOWN', 'UNKNOWN'], [530905]],
  ]
  for (const type of ['GROUP_BY_PARTICIPANT_ADDRESSES', 'GROUP_BY_PROFILE']) {
    for (const [sentence, known, types, codes] of sides) {
      it(`without any other sign ${sentence} (${type})`, () =>
        atTheKiosk(
          async ({ world, storeId }) => {
            for (const phone of known) await profileWith(world, storeId, phone)
            const { conversationId, communicationId } = await capture(world, message({ to: lena }))
            const { trace } = await bodyOf(world.get(`/skein/v1/Communications/${communicationId}/Trace`), 200)
            assert.equal(trace.evidence, 'NONE')
            assert.deepEqual(
              trace.parties.map((party: Json) => party.type),
              types,
            )
            assert.deepEqual(
              trace.diagnostics.map(({ code }: Json) => code),
              codes,
            )
            const { participants } = await fetched(world, conversationId)
            const byAddress = new Map(participants.map((one: Json) => [one.addresses[0].address, one]))
            assert.deepEqual([(byAddress.get(kiran) as Json).type, (byAddress.get(lena) as Json).type], types)
            for (const one of participants) assert.equal(one.profileId !== null, one.type === 'CUSTOMER')
          },
          { channelSettings: undecided, conversationGroupingType: type },
        ))
    }
  }

  it('at a client identity is the CUSTOMER by the rule and cannot be looked up: 530001', () =>
    atTheKiosk(
      async ({ world }) => {
        const call = message({ channel: 'VOICE', from: 'client:agent-1' })
        const { conversationId, communicationId } = await capture(world, call)
        const { trace } = await bodyOf(world.get(`/skein/v1/Communications/${communicationId}/Trace`), 200)
        assert.deepEqual(
          trace.diagnostics.map(({ code }: Json) => code),
          [530001],
        )
        assert.deepEqual(await parties(world, conversationId), [
          ['CUSTOMER', null],
          ['AGENT', null],
        ])
        assert.deepEqual(await diagnosticsOf(world, conversationId), [530001])
        await capture(world, call)
        assert.deepEqual(await diagnosticsOf(world, conversationId), [530001], 'told once, when it joined')
      },
      { channelSettings: { VOICE: { captureRules: rules(kiosk, { callType: 'CLIENT' }) } } },
    ))

  it('whose memory store is gone stays without profile: 530003', () =>
    atTheKiosk(async ({ world, storeId }) => {
      const { storeTable } = await import('../../memory/rows.ts')
      const id = storeId.slice(-26)
      await world.store.transact(async (tx) => {
        await tx.update(storeTable, ['account', 'id'], ['status'], [{ account: world.account, id, status: 'FAILED' }])
      })
      await world.makeConfiguration({ channelSettings: {} })
      const { conversationId } = await capture(world)
      assert.deepEqual(await diagnosticsOf(world, conversationId), [530003])
      assert.deepEqual(await parties(world, conversationId), [
        ['CUSTOMER', null],
        ['AGENT', null],
      ])
    }))

  it('with several profiles takes the earliest and says so', () =>
    atTheKiosk(async ({ world, storeId }) => {
      const first = await profileWith(world, storeId, kiran)
      await bodyOf(world.post(`/v1/Stores/${storeId}/Profiles`, { traits: { Contact: { whatsapp: kiran } } }), 202)
      const { conversationId } = await capture(world)
      assert.deepEqual((await parties(world, conversationId))[0], ['CUSTOMER', first])
    }))

  it('gets a profile of its own where the server is set to create them, one for all channels and messages', () =>
    atTheKiosk(
      async ({ world, storeId }) => {
        const items = [message(), message({ text: 'again' }), message({ channel: 'VOICE' }), message({ from: lena })]
        const { results } = await bodyOf(world.post('/skein/v1/Traffic', items), 200)
        assert.deepEqual(
          results.map(({ outcome }: Json) => outcome),
          ['CAPTURED', 'CAPTURED', 'CAPTURED', 'CAPTURED'],
        )
        const ids = new Set(results.map(({ conversationId }: Json) => conversationId))
        assert.equal(ids.size, 2)
        const { profiles } = await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles`), 200)
        assert.equal(profiles.length, 2)
        const [[type, profileId] = []] = await parties(world, results[0].conversationId)
        assert.equal(type, 'CUSTOMER')
        assert.match(profileId ?? '', /^mem_profile_/)
        const explained = await bodyOf(world.post('/skein/v1/Traffic/Explain', message({ from: '+15557770000' })), 200)
        assert.equal(explained.results[0].outcome, 'CAPTURED')
        assert.equal((await bodyOf(world.get(`/v1/Stores/${storeId}/Profiles`), 200)).profiles.length, 2)
      },
      {
        conversationGroupingType: 'GROUP_BY_PROFILE',
        channelSettings: { SMS: { captureRules: rules() }, VOICE: { captureRules: rules() } },
      },
      { SKEIN_PASSIVE_PROFILES: 'create' },
    ))

  it('keeps the type that the API gave it, whatever the rules say', () =>
    atTheKiosk(async ({ world, storeId, configurationId }) => {
      await profileWith(world, storeId, kiran)
      await own(world, kiosk)
      const { id } = await converse(world, configurationId, [
        participant('HUMAN_AGENT', kiran),
        participant('UNKNOWN', kiosk),
      ])
      assert.equal((await capture(world)).conversationId, id)
      assert.deepEqual(await parties(world, id), [
        ['HUMAN_AGENT', null],
        ['UNKNOWN', null],
      ])
    }))
})

describe('who is the customer', () => {
  const any = { SMS: { captureRules: [{ from: '*', to: '*' }] } }
  const toKiosk = { SMS: { captureRules: [{ from: '*', to: kiosk }] } }
  const cases: { sentence: string; channelSettings: object; owned: string[]; more: object; types: string[] }[] = [
    {
      sentence: 'an owned address is the business',
      channelSettings: any,
      owned: [kiosk],
      more: {},
      types: ['CUSTOMER', 'AGENT'],
    },
    {
      sentence: 'an owned address that writes is the business',
      channelSettings: any,
      owned: [kiran],
      more: {},
      types: ['AGENT', 'CUSTOMER'],
    },
    {
      sentence: 'an owned address goes before the direction',
      channelSettings: any,
      owned: [kiosk],
      more: { direction: 'OUTBOUND' },
      types: ['CUSTOMER', 'AGENT'],
    },
    {
      sentence: 'an owned address goes before the rule',
      channelSettings: toKiosk,
      owned: [kiran],
      more: {},
      types: ['AGENT', 'CUSTOMER'],
    },
    {
      sentence: 'the direction tells when nothing is owned',
      channelSettings: any,
      owned: [],
      more: { direction: 'OUTBOUND' },
      types: ['AGENT', 'CUSTOMER'],
    },
    {
      sentence: 'the direction goes before the rule',
      channelSettings: toKiosk,
      owned: [],
      more: { direction: 'OUTBOUND' },
      types: ['AGENT', 'CUSTOMER'],
    },
    {
      sentence: 'the literal side of the rule is the business',
      channelSettings: toKiosk,
      owned: [],
      more: {},
      types: ['CUSTOMER', 'AGENT'],
    },
    {
      sentence: 'with both owned nobody is, whatever direction and rule say',
      channelSettings: toKiosk,
      owned: [kiran, kiosk],
      more: { direction: 'INBOUND' },
      types: ['UNKNOWN', 'UNKNOWN'],
    },
    {
      sentence: 'a rule of two literals tells nothing',
      channelSettings: { SMS: { captureRules: [{ from: kiran, to: kiosk }] } },
      owned: [],
      more: {},
      types: ['UNKNOWN', 'UNKNOWN'],
    },
  ]
  for (const { sentence, channelSettings, owned, more, types } of cases) {
    it(sentence, () =>
      atTheKiosk(
        async ({ world }) => {
          await own(world, ...owned)
          const { conversationId } = await capture(world, message(more))
          const { participants } = await fetched(world, conversationId)
          const typeOf = (address: string) =>
            participants.find((one: Json) => one.addresses[0].address === address).type
          assert.deepEqual([typeOf(kiran), typeOf(kiosk)], types)
        },
        { channelSettings },
      ),
    )
  }
})
