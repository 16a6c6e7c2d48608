import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dueAt, type Lifecycle, type LifecycleRules, settle } from './lifecycle.ts'
import type { Channel, StatusTimeouts } from './model.ts'
import {
  type HistoryEvent,
  line,
  live,
  minuteMs,
  opened,
  type Play,
  rulesWith,
  waitUntil,
} from './testing/lifecycle-history.ts'
import { retell } from './testing/lifecycle-reference.ts'

const lastEventMinute = 40
/** No clock of these histories runs longer, the lifespan aside. */
const untilMinute = 80

const channel = fc.constantFrom<Channel>('VOICE', 'SMS', 'WHATSAPP', 'CHAT')
const minutes = fc.integer({ min: 1, max: 15 })
const timeouts: fc.Arbitrary<StatusTimeouts | null> = fc.oneof(
  fc.constant(null),
  fc.record({ inactive: minutes }),
  fc.record({ closed: minutes }),
  fc.tuple(minutes, minutes).map(([a, b]) => ({ inactive: Math.min(a, b), closed: Math.max(a, b) })),
)
const rules: fc.Arbitrary<LifecycleRules> = fc
  .record({
    configured: fc.record(
      { VOICE: fc.oneof(fc.constant(null), timeouts), SMS: timeouts, WHATSAPP: timeouts, CHAT: timeouts },
      { requiredKeys: [] },
    ),
    graceMinutes: fc.integer({ min: 0, max: 3 }),
    silentCallMinutes: fc.option(minutes, { nil: undefined }),
  })
  .map(({ configured, graceMinutes, silentCallMinutes }) => {
    const silence = silentCallMinutes === undefined ? {} : { silentCallMs: silentCallMinutes * minuteMs }
    return rulesWith(configured, { graceMs: graceMinutes * minuteMs, ...silence })
  })

const at = fc.integer({ min: 0, max: lastEventMinute })
const event: fc.Arbitrary<HistoryEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at, kind: fc.constant('COMMUNICATION' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ at, kind: fc.constant('ADDRESS_ADDED' as const), channel }) },
  { weight: 3, arbitrary: fc.record({ at, kind: fc.constant('STREAM_STARTED' as const) }) },
  { weight: 3, arbitrary: fc.record({ at, kind: fc.constant('STREAM_STOPPED' as const), callOver: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      at,
      kind: fc.constant('STATUS_SET' as const),
      to: fc.constantFrom('ACTIVE', 'ACTIVE', 'INACTIVE', 'INACTIVE', 'CLOSED'),
    }),
  },
)
const jumpyEvents = fc.array(event, { maxLength: 16, size: 'max' })
const events = jumpyEvents.map((unordered) => unordered.toSorted((a, b) => a.at - b.at))
const addresses = fc.uniqueArray(channel)

function check(
  numRuns: number,
  property: (rules: LifecycleRules, events: HistoryEvent[], addresses: Channel[]) => void,
) {
  fc.assert(fc.property(rules, events, addresses, property), { numRuns })
}

test('any history comes out as a naive minute-by-minute retelling of it does', () => {
  check(4000, (rules, events, addresses) => {
    const play = waitUntil(live(opened(rules, addresses), rules, events), rules, untilMinute)
    assert.equal(line(play.transitions), retell(rules, addresses, events, untilMinute))
  })
})

test('settling again changes nothing', () => {
  check(500, (rules, events, addresses) => {
    const once = waitUntil(live(opened(rules, addresses), rules, events), rules, untilMinute)
    assert.deepEqual(settle(once.lifecycle, rules, untilMinute * minuteMs), {
      lifecycle: once.lifecycle,
      transitions: [],
    })
  })
})

test('settling in steps ends and reads as settling at once does', () => {
  const steps = fc.array(fc.integer({ min: lastEventMinute, max: untilMinute }), { maxLength: 6 })
  fc.assert(
    fc.property(rules, events, addresses, steps, (rules, events, addresses, steps) => {
      const start = live(opened(rules, addresses), rules, events)
      const stepped = steps.toSorted((a, b) => a - b).reduce((play, minute) => waitUntil(play, rules, minute), start)
      assert.deepEqual(waitUntil(stepped, rules, untilMinute), waitUntil(start, rules, untilMinute))
    }),
    { numRuns: 500 },
  )
})

test('settling between events changes nothing about the story', () => {
  check(500, (rules, events, addresses) => {
    let minute = 0
    let impatient: Play = opened(rules, addresses)
    for (const event of events) {
      while (minute < event.at) impatient = waitUntil(impatient, rules, minute++)
      impatient = live(impatient, rules, [event])
    }
    assert.deepEqual(impatient, live(opened(rules, addresses), rules, events))
  })
})

test('the due instant is exactly the first one at which settling changes something', () => {
  check(1000, (rules, events, addresses) => {
    const { lifecycle } = waitUntil(live(opened(rules, addresses), rules, events), rules, lastEventMinute)
    const due = dueAt(lifecycle, rules)
    if (due === null) return assert.equal(lifecycle.status, 'CLOSED')
    assert.deepEqual(settle(lifecycle, rules, due - 1), { lifecycle, transitions: [] })
    assert.equal(settle(lifecycle, rules, due).transitions[0]?.at, due)
  })
})

test('the last communication of a channel never goes back, however the server clock jumps', () => {
  fc.assert(
    fc.property(rules, jumpyEvents, (rules, events) => {
      let play = opened(rules)
      for (const event of events) {
        const before = play.lifecycle.clocks.last
        play = live(play, rules, [event])
        const { last } = play.lifecycle.clocks
        for (const [channel, then] of Object.entries(before)) assert.ok((last[channel as Channel] ?? -1) >= then)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a history can be put down as JSON and taken up again between any two events', () => {
  check(300, (rules, events, addresses) => {
    const stored = (play: Play): Play => ({
      ...play,
      lifecycle: JSON.parse(JSON.stringify(play.lifecycle)) as Lifecycle,
    })
    const resumed = events.reduce((play, event) => live(stored(play), rules, [event]), opened(rules, addresses))
    assert.deepEqual(resumed, live(opened(rules, addresses), rules, events))
  })
})

test('no event changes the lifecycle it was given', () => {
  check(300, (rules, events, addresses) => {
    let play = opened(rules, addresses)
    for (const event of events) {
      const before = structuredClone(play.lifecycle)
      const next = live(play, rules, [event])
      assert.deepEqual(play.lifecycle, before)
      play = next
    }
  })
})
