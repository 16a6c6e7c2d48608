import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '../../clock/virtual-clock.ts'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { capture, kiran, lena, message } from '../testing/capture.ts'
import {
  bodyOf,
  changesSince,
  converse,
  fetched,
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
const call = 'CA00000000000000000000000000000001'
const other = 'CA00000000000000000000000000000002'

/** What a call's transcription brings, with `more` beside it or instead. */
const starts = (more: object = {}) => ({ kind: 'STREAM_STARTED', channelId: call, from: kiran, to: kiosk, ...more })
const stops = (more: object = {}) => ({ kind: 'STREAM_STOPPED', channelId: call, ...more })
const says = (more: object = {}) =>
  message({ channel: 'VOICE', channelId: call, content: { type: 'TRANSCRIPTION', text: 'Two flat whites' }, ...more })

async function outcomeOf(world: World, item: object): Promise<string> {
  const { results } = await bodyOf(world.post('/skein/v1/Traffic', item), 200)
  const [{ outcome, reason }] = results
  return reason === null ? outcome : `${outcome} ${reason.code}`
}

/** The conversations that the call's id finds. */
async function foundBy(world: World, channelId: string, status = ''): Promise<string[]> {
  const { conversations } = await bodyOf(world.get(`/v2/Conversations?channelId=${channelId}${status}`), 200)
  return conversations.map(({ id }: Json) => id)
}

/** A kiosk whose calls are captured, VOICE closing as `statusTimeouts` says. */
function atTheKiosk(
  statusTimeouts: object | null,
  fn: (world: World, since: number) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  return inWorld(environment, async (world) => {
    await world.makeConfiguration({
      channelSettings: {
        VOICE: { captureRules: both, statusTimeouts },
        SMS: { captureRules: both, statusTimeouts: { inactive: 10, closed: 60 } },
      },
    })
    await fn(world, await world.now())
  })
}

describe('the start of a stream', () => {
  it('creates the conversation, which the call’s id finds with exactly one hit before the first word', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId, communicationId } = await capture(world, starts())
      assert.equal(communicationId, null)
      assert.deepEqual(await foundBy(world, call, '&status=ACTIVE'), [conversationId])
      assert.deepEqual(await story(world, conversationId), [
        'CONVERSATION_CREATED',
        'PARTICIPANT_ADDED',
        'PARTICIPANT_ADDED',
      ])
      const { participants } = await fetched(world, conversationId)
      assert.deepEqual(
        participants.map(({ type }: Json) => type),
        ['CUSTOMER', 'AGENT'],
      )
      assert.equal((await capture(world, says())).conversationId, conversationId)
      assert.deepEqual(await foundBy(world, call, '&status=ACTIVE'), [conversationId])
    }))

  it('told twice is one stream', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, starts())
      await capture(world, stops({ callEnded: true }))
      assert.equal(await statusOf(world, conversationId), 'CLOSED')
    }))

  it('is not captured where no rule matches, and needs a channelId', () =>
    atTheKiosk(null, async (world) => {
      assert.equal(await outcomeOf(world, starts({ to: lena })), 'NOT_CAPTURED 530900')
      assert.equal(await outcomeOf(world, starts({ channelId: undefined })), 'REFUSED 20001')
      assert.equal(await outcomeOf(world, starts({ channel: 'SMS' })), 'REFUSED 20001')
      assert.equal(await outcomeOf(world, stops()), 'NOT_CAPTURED 530907')
    }))

  it('binds the call to the conversation it names: passive rules of the call count no more', () =>
    atTheKiosk(null, async (world) => {
      const active = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
      const { id } = await converse(world, active, [participant('UNKNOWN', lena)])
      await capture(world, starts({ conversationId: id }))
      const said = await capture(world, says())
      assert.equal(said.conversationId, id)
      assert.deepEqual(await foundBy(world, call), [id])
      const { trace } = await bodyOf(world.get(`/skein/v1/Communications/${said.communicationId}/Trace`), 200)
      assert.equal(trace.mode, 'STREAM')
      assert.equal(trace.rule, null)
      assert.equal((await fetched(world, id)).configurationId, active)
    }))

  it('with a configuration finds or creates by its grouping', () =>
    atTheKiosk({ inactive: 5, closed: 30 }, async (world, since) => {
      const active = await world.makeConfiguration({
        channelSettings: { VOICE: { statusTimeouts: { inactive: 5, closed: 30 } } },
      })
      const first = await capture(world, starts({ configurationId: active }))
      assert.equal((await fetched(world, first.conversationId)).configurationId, active)
      await capture(world, says())
      await capture(world, stops({ callEnded: true }))
      await until(world, since, 6)
      assert.equal(await statusOf(world, first.conversationId), 'INACTIVE')
      const second = await capture(world, starts({ configurationId: active, channelId: other }))
      assert.equal(second.conversationId, first.conversationId)
      assert.equal(await statusOf(world, first.conversationId), 'ACTIVE', 'reopened at the start of the stream')
      await until(world, since, 12)
      assert.deepEqual(await changesSince(world, first.conversationId, since), [5, 6, 11])
    }))

  it('into a CLOSED conversation is refused when it is named, and begins a new one otherwise', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, stops({ callEnded: true }))
      assert.equal(await outcomeOf(world, starts({ conversationId, channelId: other })), 'REFUSED 530904')
      const again = await capture(world, starts())
      assert.notEqual(again.conversationId, conversationId)
      assert.deepEqual(await foundBy(world, call, '&status=ACTIVE'), [again.conversationId])
    }))
})

describe('VOICE whose timeouts are null', () => {
  it('is over when the stream stops with the call, with speech or without', () =>
    atTheKiosk(null, async (world, since) => {
      for (const [channelId, spoken] of [
        [call, true],
        [other, false],
      ] as const) {
        const { conversationId } = await capture(world, starts({ channelId }))
        if (spoken) await capture(world, says({ channelId }))
        await until(world, since, spoken ? 4 : 8)
        assert.equal(await statusOf(world, conversationId), 'ACTIVE')
        await capture(world, stops({ channelId, callEnded: true }))
        assert.equal(await statusOf(world, conversationId), 'CLOSED')
        assert.deepEqual(await changesSince(world, conversationId, since), [spoken ? 4 : 8])
      }
    }))

  it('is held for 20 seconds while the call may go on', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, says())
      await until(world, since, 1)
      await capture(world, stops())
      await world.advance({ seconds: 19 })
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
      await world.advance({ seconds: 1 })
      assert.equal(await statusOf(world, conversationId), 'CLOSED')
    }))

  it('goes on when another stream of the call starts within the grace: AI, then human, in one conversation', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world, starts())
      await until(world, since, 1)
      await capture(world, stops())
      await world.advance({ seconds: 15 })
      const handedOver = await capture(world, starts({ conversationId }))
      assert.equal(handedOver.conversationId, conversationId)
      await until(world, since, 10)
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
      assert.equal((await capture(world, says())).conversationId, conversationId)
      await capture(world, stops({ callEnded: true }))
      assert.deepEqual(await changesSince(world, conversationId, since), [10])
    }))

  it('begins another conversation when the second stream comes too late', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, stops())
      await world.advance({ seconds: 20 })
      const late = await capture(world, starts())
      assert.notEqual(late.conversationId, conversationId)
      assert.equal((await capture(world, says())).conversationId, late.conversationId)
    }))

  it('waits as long as the server is set to wait', () =>
    atTheKiosk(
      null,
      async (world) => {
        const { conversationId } = await capture(world, starts())
        await capture(world, stops())
        await world.advance({ seconds: 4 })
        assert.equal(await statusOf(world, conversationId), 'ACTIVE')
        await world.advance({ seconds: 1 })
        assert.equal(await statusOf(world, conversationId), 'CLOSED')
      },
      { SKEIN_STREAM_GRACE_SECONDS: '5' },
    ))

  it('is over only when the last of two calls at once is', () =>
    atTheKiosk(null, async (world, since) => {
      const first = await capture(world, starts())
      const second = await capture(world, starts({ channelId: other, from: kiosk, to: kiran }))
      assert.equal(second.conversationId, first.conversationId)
      await until(world, since, 1)
      await capture(world, stops({ callEnded: true }))
      await until(world, since, 5)
      assert.equal(await statusOf(world, first.conversationId), 'ACTIVE')
      await capture(world, stops({ channelId: other, callEnded: true }))
      assert.deepEqual(await changesSince(world, first.conversationId, since), [5])
      assert.equal(await statusOf(world, first.conversationId), 'CLOSED')
    }))

  it('does not move by communications alone, without any stream', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world, says())
      await until(world, since, 10_000)
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
    }))

  it('is over at once when the call is found to be so after its stream, not when the grace ends', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, says())
      await capture(world, stops())
      await world.advance({ seconds: 5 })
      assert.equal(await outcomeOf(world, stops()), 'DUPLICATE 530907')
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
      assert.match(await outcomeOf(world, stops({ callEnded: true })), /^CAPTURED/)
      assert.equal(await statusOf(world, conversationId), 'CLOSED')
      assert.equal((await fetched(world, conversationId)).updatedAt, new Date(since + 5_000).toISOString())
      assert.equal(await outcomeOf(world, stops({ callEnded: true })), 'DUPLICATE 530907')
    }))

  it('refuses what is still said after it closed, and stores nothing of it anywhere', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId } = await capture(world, starts())
      await capture(world, says())
      await capture(world, stops({ callEnded: true }))
      const before = await world.events()
      assert.equal(await outcomeOf(world, says()), 'REFUSED 530904')
      assert.equal(await outcomeOf(world, stops({ callEnded: true })), 'DUPLICATE 530907')
      assert.deepEqual(await world.events(), before)
      assert.deepEqual(await foundBy(world, call), [conversationId])
    }))

  it('refuses what is said on a call whose conversation the API has closed', () =>
    atTheKiosk(null, async (world) => {
      const { conversationId } = await capture(world, starts())
      await bodyOf(world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' }), 200)
      assert.equal(await outcomeOf(world, says()), 'REFUSED 530904')
      assert.equal(await outcomeOf(world, stops()), 'CAPTURED')
    }))
})

describe('VOICE with timeouts', () => {
  it('stays ACTIVE for ever when nobody speaks, whether or not the stream has stopped', () =>
    atTheKiosk({ inactive: 5, closed: 30 }, async (world, since) => {
      const { conversationId } = await capture(world, starts())
      await until(world, since, 1)
      await capture(world, stops({ callEnded: true }))
      await until(world, since, 50_000)
      assert.equal(await statusOf(world, conversationId), 'ACTIVE')
      const { conversations } = await bodyOf(world.get('/skein/v1/Conversations/Stuck'), 200)
      assert.deepEqual(
        conversations.map(({ id }: Json) => id),
        [conversationId],
      )
    }))

  it('closes a silent call where the server is set to', () =>
    atTheKiosk(
      { inactive: 5, closed: 30 },
      async (world, since) => {
        const silent = await capture(world, starts())
        const spoken = await capture(world, starts({ channelId: other, from: lena }))
        await until(world, since, 1)
        await capture(world, says({ channelId: other, from: lena }))
        await until(world, since, 100)
        assert.deepEqual(await changesSince(world, silent.conversationId, since), [15])
        assert.deepEqual(await changesSince(world, spoken.conversationId, since), [6, 31])
      },
      { SKEIN_SILENT_CALL_MINUTES: '15' },
    ))

  it('runs its clocks from what is said, not from the end of the call', () =>
    atTheKiosk({ inactive: 5, closed: 30 }, async (world, since) => {
      const { conversationId } = await capture(world, starts())
      await until(world, since, 2)
      await capture(world, says())
      await until(world, since, 8)
      await capture(world, says())
      await until(world, since, 10)
      await capture(world, stops({ callEnded: true }))
      await until(world, since, 100)
      assert.deepEqual(await changesSince(world, conversationId, since), [7, 8, 13, 38])
      assert.equal(await statusOf(world, conversationId), 'CLOSED')
    }))

  it('takes a second call within its callback window', () =>
    atTheKiosk({ inactive: 5, closed: 30 }, async (world, since) => {
      const { conversationId } = await capture(world, says())
      await until(world, since, 20)
      const back = await capture(world, says({ channelId: other, from: kiosk, to: kiran }))
      assert.equal(back.conversationId, conversationId)
      await until(world, since, 100)
      assert.deepEqual(await changesSince(world, conversationId, since), [5, 20, 25, 50])
    }))
})

describe('a call among messages', () => {
  const table: [string, number, number[]][] = [
    ['leaves the conversation to the messages that came later', 15, [25, 75]],
    ['holds the conversation though its messages have gone quiet', 5, [20, 65]],
  ]
  for (const [sentence, smsAt, changes] of table) {
    it(`${sentence}, under profile grouping`, () =>
      inWorld({}, async (world) => {
        const memoryStoreId = await world.makeMemoryStore()
        await profileWith(world, memoryStoreId, kiran, lena)
        await world.makeConfiguration({
          conversationGroupingType: 'GROUP_BY_PROFILE',
          memoryStoreId,
          channelSettings: {
            VOICE: { captureRules: both, statusTimeouts: null },
            SMS: { captureRules: both, statusTimeouts: { inactive: 10, closed: 60 } },
          },
        })
        const since = await world.now()
        const { conversationId } = await capture(world, starts())
        await capture(world, says())
        await until(world, since, smsAt)
        assert.equal((await capture(world, message({ from: lena }))).conversationId, conversationId)
        await until(world, since, 20)
        await capture(world, stops({ callEnded: true }))
        await until(world, since, 200)
        assert.deepEqual(await changesSince(world, conversationId, since), changes)
        assert.equal(await statusOf(world, conversationId), 'CLOSED')
      }))
  }

  it('leaves each channel its own clock: SMS at 0 and WhatsApp at 25 close 55 minutes in', () =>
    inWorld({}, async (world) => {
      const settings = { captureRules: both, statusTimeouts: { inactive: 10, closed: 30 } }
      await world.makeConfiguration({ channelSettings: { SMS: settings, WHATSAPP: settings } })
      const since = await world.now()
      const { conversationId } = await capture(world)
      await until(world, since, 25)
      const later = await capture(world, message({ channel: 'WHATSAPP', from: `whatsapp:${kiran}` }))
      assert.equal(later.conversationId, conversationId)
      await until(world, since, 100)
      assert.deepEqual(await changesSince(world, conversationId, since), [10, 25, 35, 55])
    }))
})

describe('messages on one channel', () => {
  const timelines: { sentence: string; timeouts: object | null; at: number[]; changes: number[] }[] = [
    { sentence: 'go quiet, then close', timeouts: { inactive: 10, closed: 30 }, at: [0], changes: [10, 30] },
    {
      sentence: 'reopen what went quiet and start both clocks anew',
      timeouts: { inactive: 10, closed: 30 },
      at: [0, 15],
      changes: [10, 15, 25, 45],
    },
    {
      sentence: 'close without going quiet when no inactive timeout is set',
      timeouts: { closed: 30 },
      at: [0],
      changes: [30],
    },
    {
      sentence: 'go quiet and never close when no closed timeout is set',
      timeouts: { inactive: 10 },
      at: [0],
      changes: [10],
    },
    {
      sentence: 'close at once when both timeouts are equal',
      timeouts: { inactive: 10, closed: 10 },
      at: [0],
      changes: [10],
    },
    { sentence: 'never move when the timeouts are null', timeouts: null, at: [0], changes: [] },
  ]
  for (const { sentence, timeouts, at, changes } of timelines) {
    it(sentence, () =>
      inWorld({}, async (world) => {
        await world.makeConfiguration({ channelSettings: { SMS: { captureRules: both, statusTimeouts: timeouts } } })
        const since = await world.now()
        const ids = new Set<string>()
        for (const minute of at) {
          await until(world, since, minute)
          ids.add((await capture(world)).conversationId)
        }
        await until(world, since, 1000)
        const [conversationId = '', ...others] = ids
        assert.deepEqual(others, [])
        assert.deepEqual(await changesSince(world, conversationId, since), changes)
      }),
    )
  }

  it('begin a new conversation after the API closed the last', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world)
      await until(world, since, 3)
      await bodyOf(world.put(`/v2/Conversations/${conversationId}`, { status: 'CLOSED' }), 200)
      await until(world, since, 4)
      assert.notEqual((await capture(world)).conversationId, conversationId)
      assert.deepEqual(await changesSince(world, conversationId, since), [3])
    }))

  it('meet after an outage the state they would have met, each change at its own time', () =>
    atTheKiosk(null, async (world, since) => {
      const { conversationId } = await capture(world)
      await sleepThrough(world, 30)
      assert.equal((await capture(world)).conversationId, conversationId)
      assert.deepEqual(await changesSince(world, conversationId, since), [10, 30])
      await sleepThrough(world, 61)
      const next = await capture(world)
      assert.notEqual(next.conversationId, conversationId)
      assert.deepEqual(await changesSince(world, conversationId, since), [10, 30, 40, 90])
    }))
})

/** Time goes by while the server is down: nothing runs, not even the timers. */
async function sleepThrough(world: World, minutes: number): Promise<void> {
  const clock = await VirtualClock.open(world.store, 0)
  await clock.moveTo((await world.now()) + minutes * 60_000)
}
