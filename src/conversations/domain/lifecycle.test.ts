import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { communicate, dueAt, explain, isClockRunning, open, settle } from './lifecycle.ts'
import {
  address,
  callEnds,
  type HistoryEvent,
  happen,
  line,
  live,
  minuteMs,
  opened,
  type Play,
  rulesWith,
  say,
  set,
  story,
  streamStarts,
  streamStops,
  waitUntil,
} from './testing/lifecycle-history.ts'

const smsTimeouts = { inactive: 10, closed: 30 }
const sms = rulesWith({ SMS: smsTimeouts })

describe('the clocks of a conversation without any communication', () => {
  const channels = rulesWith({ SMS: smsTimeouts, WHATSAPP: { closed: 60 }, RCS: { inactive: 3 }, CHAT: null })

  test('run from creation on every message channel that has an address and a timeout', () => {
    assert.deepEqual(opened(channels, ['SMS', 'WHATSAPP', 'RCS', 'CHAT', 'VIDEO', 'VOICE']).lifecycle.clocks, {
      last: {},
      provisional: { SMS: 0, WHATSAPP: 0, RCS: 0 },
      silentSince: 0,
    })
  })

  test('start when an address on their channel is added, the first one counting', () => {
    assert.equal(story(sms, [address(5, 'SMS'), address(7, 'SMS')]), '15 INACTIVE, 35 CLOSED')
    assert.equal(story(sms, [address(5, 'SMS')], ['SMS']), '10 INACTIVE, 30 CLOSED')
  })

  test('leave an INACTIVE conversation INACTIVE when a channel is added, yet keep it open longer', () => {
    assert.equal(story(channels, [address(20, 'WHATSAPP')], ['SMS']), '10 INACTIVE, 80 CLOSED')
  })

  test('are discarded by the first communication, also on a channel without timeouts', () => {
    assert.equal(story(channels, [say(5, 'RCS')], ['SMS', 'WHATSAPP']), '8 INACTIVE')
    assert.equal(story(channels, [say(5, 'CHAT')], ['SMS']), '')
    assert.equal(story(channels, [say(12, 'SMS')], ['SMS', 'WHATSAPP']), '22 INACTIVE, 42 CLOSED')
  })

  test('do not start any more after it', () => {
    assert.equal(story(channels, [say(5, 'SMS'), address(6, 'WHATSAPP')]), '15 INACTIVE, 35 CLOSED')
  })

  test('go on through a call in which nothing is said', () => {
    const rules = rulesWith({ SMS: smsTimeouts, VOICE: null })
    assert.equal(story(rules, [streamStarts(5), callEnds(20)], ['SMS', 'VOICE']), '20 INACTIVE, 30 CLOSED')
  })
})

describe('a status set by the API', () => {
  test('INACTIVE holds against running inactive clocks until the next communication', () => {
    const events = [say(0, 'SMS'), set(1, 'INACTIVE'), say(25, 'SMS')]
    assert.equal(story(sms, events), '1 INACTIVE, 25 ACTIVE, 35 INACTIVE, 55 CLOSED')
  })

  test('INACTIVE holds for ever where no closed clock runs', () => {
    assert.equal(story(rulesWith({}), [say(0, 'SMS'), set(1, 'INACTIVE')]), '1 INACTIVE')
    assert.equal(story(sms, [set(1, 'INACTIVE')]), '1 INACTIVE')
  })

  test('ACTIVE restarts the inactive clocks and leaves the closed clocks', () => {
    assert.equal(story(sms, [say(0, 'SMS'), set(12, 'ACTIVE')]), '10 INACTIVE, 12 ACTIVE, 22 INACTIVE, 30 CLOSED')
  })

  test('ACTIVE loses against the closed clock', () => {
    assert.equal(story(sms, [say(0, 'SMS'), set(25, 'ACTIVE')]), '10 INACTIVE, 25 ACTIVE, 30 CLOSED')
  })

  test('ACTIVE restarts provisional inactive clocks, too', () => {
    assert.equal(story(sms, [set(15, 'ACTIVE')], ['SMS']), '10 INACTIVE, 15 ACTIVE, 25 INACTIVE, 30 CLOSED')
  })

  test('ACTIVE on an ACTIVE conversation restarts nothing', () => {
    assert.equal(story(sms, [say(0, 'SMS'), set(9, 'ACTIVE')]), '10 INACTIVE, 30 CLOSED')
  })

  test('INACTIVE ends an earlier reopening, so that a communication restarts its own channel only', () => {
    const rules = rulesWith({ SMS: { inactive: 10, closed: 90 }, WHATSAPP: { inactive: 1, closed: 1 } })
    const events = [say(0, 'SMS'), set(20, 'ACTIVE'), set(21, 'INACTIVE'), say(22, 'WHATSAPP')]
    assert.equal(story(rules, events), '10 INACTIVE, 20 ACTIVE, 21 INACTIVE, 22 ACTIVE, 23 INACTIVE, 90 CLOSED')
  })
})

describe('overdue transitions', () => {
  test('are each stamped at their own due time', () => {
    const spoken = live(opened(sms), sms, [say(0, 'SMS')])
    assert.deepEqual(settle(spoken.lifecycle, sms, 10_000 * minuteMs).transitions, [
      { to: 'INACTIVE', at: 10 * minuteMs, cause: 'INACTIVE_TIMEOUT' },
      { to: 'CLOSED', at: 30 * minuteMs, cause: 'CLOSED_TIMEOUT' },
    ])
  })

  test('happen at their instant, not a millisecond before', () => {
    const { lifecycle } = live(opened(sms), sms, [say(0, 'SMS')])
    assert.deepEqual(settle(lifecycle, sms, 10 * minuteMs - 1).transitions, [])
    assert.equal(line(settle(lifecycle, sms, 10 * minuteMs).transitions), '10 INACTIVE')
  })

  test('come before the event that finds them, or its caller has a bug', () => {
    const { lifecycle } = live(opened(sms), sms, [say(0, 'SMS')])
    assert.throws(() => communicate(lifecycle, sms, 'SMS', 10 * minuteMs), /settled before the next event/)
  })

  test('a stream end outlived by an idle channel turns the conversation quiet by that cause', () => {
    const rules = rulesWith({ VOICE: null, SMS: smsTimeouts })
    const play = live(opened(rules), rules, [say(0, 'SMS'), streamStarts(1), streamStops(15)])
    assert.deepEqual(waitUntil(play, rules, 16).transitions, [
      { to: 'INACTIVE', at: 15 * minuteMs + 20_000, cause: 'STREAM_ENDED' },
    ])
  })
})

describe('the lifespan', () => {
  const creation = Date.UTC(2024, 1, 29, 12)
  const rules = rulesWith({ VOICE: null })

  test('closes three calendar years after creation whatever happens, and is always due', () => {
    const born = open(Date.UTC(2025, 4, 6), rules, [])
    const end = Date.UTC(2028, 4, 6)
    assert.equal(dueAt(born, rules), end)
    const busy = communicate(born, rules, 'SMS', end - 1).lifecycle
    assert.deepEqual(settle(busy, rules, end).transitions, [{ to: 'CLOSED', at: end, cause: 'LIFESPAN' }])
  })

  test('of a conversation created on 29 February ends on 1 March', () => {
    assert.equal(dueAt(open(creation, rules, []), rules), Date.UTC(2027, 2, 1, 12))
  })

  test('does not count as a running clock', () => {
    assert.equal(isClockRunning(open(creation, rules, []), rules), false)
  })

  test('closes an INACTIVE conversation that no clock would close', () => {
    const { lifecycle } = live(opened(rules), rules, [set(1, 'INACTIVE')])
    assert.deepEqual(settle(lifecycle, rules, Date.UTC(1973, 0)).transitions, [
      { to: 'CLOSED', at: Date.UTC(1973, 0), cause: 'LIFESPAN' },
    ])
  })
})

describe('a server clock that goes back', () => {
  test('never takes the last communication back', () => {
    const spoken = live(opened(sms), sms, [say(20, 'SMS')])
    const again = communicate(spoken.lifecycle, sms, 'SMS', 5 * minuteMs)
    assert.equal(again.lifecycle.clocks.last.SMS, 20 * minuteMs)
    assert.equal(dueAt(again.lifecycle, sms), 30 * minuteMs)
  })

  test('still lets an INACTIVE conversation be reopened', () => {
    const quiet: Play = waitUntil(live(opened(sms), sms, [say(20, 'SMS')]), sms, 30)
    for (const event of [say(5, 'SMS'), set(5, 'ACTIVE'), streamStarts(5)]) {
      const { lifecycle } = happen(quiet.lifecycle, sms, event)
      assert.equal(settle(lifecycle, sms, 5 * minuteMs).lifecycle.status, 'ACTIVE')
    }
  })
})

describe('stuck conversations', () => {
  const cases: [what: string, rules: typeof sms, events: HistoryEvent[], running: boolean][] = [
    ['with a message clock', sms, [say(0, 'SMS')], true],
    ['without any communication', sms, [], false],
    ['held open by a channel without timeouts', sms, [say(0, 'SMS'), say(0, 'CHAT')], false],
    [
      'INACTIVE without a closed clock',
      rulesWith({ SMS: { inactive: 1 } }),
      [say(0, 'SMS'), set(0.5, 'INACTIVE')],
      false,
    ],
    ['ACTIVE with an inactive clock only', rulesWith({ SMS: { inactive: 1 } }), [say(0, 'SMS')], true],
    ['INACTIVE with a closed clock', sms, [say(0, 'SMS'), set(1, 'INACTIVE')], true],
  ]
  for (const [what, rules, events, running] of cases) {
    test(`a conversation ${what} has ${running ? 'a' : 'no'} running clock`, () => {
      const { lifecycle } = live(opened(rules), rules, events)
      assert.equal(isClockRunning(lifecycle, rules), running)
      assert.equal(explain(lifecycle, rules, 0).stuck, !running)
    })
  }
})

describe('an explanation', () => {
  const rules = rulesWith({ VOICE: null, SMS: smsTimeouts, WHATSAPP: { inactive: 1, closed: 2 }, CHAT: null })

  test('tells each started channel with its clock and phase', () => {
    const events = [say(0, 'SMS'), streamStarts(1), callEnds(2), say(3, 'WHATSAPP'), say(4, 'CHAT')]
    const { lifecycle } = live(opened(rules), rules, events)
    assert.deepEqual(explain(lifecycle, rules, 12 * minuteMs), {
      status: 'ACTIVE',
      channels: [
        { channel: 'VOICE', last: null, provisional: false, liveUntil: 120_000, doneAt: 120_000, phase: 'DONE' },
        { channel: 'SMS', last: 0, provisional: false, liveUntil: 600_000, doneAt: 1_800_000, phase: 'IDLE' },
        { channel: 'WHATSAPP', last: 180_000, provisional: false, liveUntil: 240_000, doneAt: 300_000, phase: 'DONE' },
        { channel: 'CHAT', last: 240_000, provisional: false, liveUntil: null, doneAt: null, phase: 'LIVE' },
      ],
      openStreams: 0,
      quietAt: null,
      endAt: null,
      lifespanEndsAt: Date.UTC(1973, 0),
      dueAt: Date.UTC(1973, 0),
      heldInactive: false,
      stuck: true,
    })
  })

  test('tells provisional clocks and a status that is held', () => {
    const { lifecycle } = live(opened(sms, ['SMS']), sms, [set(3, 'INACTIVE')])
    const told = explain(lifecycle, sms, 4 * minuteMs)
    assert.deepEqual(told.channels, [
      { channel: 'SMS', last: null, provisional: true, liveUntil: 600_000, doneAt: 1_800_000, phase: 'LIVE' },
    ])
    assert.equal(told.heldInactive, true)
    assert.deepEqual([told.quietAt, told.endAt, told.dueAt], [600_000, 1_800_000, 1_800_000])
  })

  test('is plain JSON, as the clocks are', () => {
    const { lifecycle } = live(opened(rules, ['SMS', 'VOICE']), rules, [streamStarts(1), streamStops(2)])
    assert.deepEqual(JSON.parse(JSON.stringify(lifecycle)), lifecycle)
    const told = explain(lifecycle, rules, 0)
    assert.deepEqual(JSON.parse(JSON.stringify(told)), told)
  })
})
