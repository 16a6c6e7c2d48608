import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endCall, isClockRunning } from './lifecycle.ts'
import {
  callEnds,
  line,
  live,
  minuteMs,
  opened,
  rulesWith,
  say,
  set,
  story,
  streamStarts,
  streamStops,
  waitUntil,
} from './testing/lifecycle-history.ts'

describe('VOICE with null timeouts', () => {
  const rules = rulesWith({ VOICE: null }, { graceMs: 60_000 })
  const withSms = rulesWith({ VOICE: null, SMS: { inactive: 10, closed: 60 } }, { graceMs: 60_000 })

  test('the default grace of 20 seconds passes before a stream end closes while the call may go on', () => {
    const twentySeconds = rulesWith({ VOICE: null })
    const { transitions } = waitUntil(
      live(opened(twentySeconds), twentySeconds, [streamStarts(0), say(1, 'VOICE'), streamStops(4)]),
      twentySeconds,
      9,
    )
    assert.deepEqual(transitions, [{ to: 'CLOSED', at: 4 * minuteMs + 20_000, cause: 'STREAM_ENDED' }])
  })

  test('a stream end closes at once when the call is known to be over', () => {
    const { transitions } = live(opened(rules), rules, [streamStarts(0), callEnds(4)])
    assert.deepEqual(transitions, [{ to: 'CLOSED', at: 4 * minuteMs, cause: 'STREAM_ENDED' }])
  })

  test('a call that is found to be over after its stream ends the grace, and only its own', () => {
    const { lifecycle } = live(opened(rules), rules, [streamStarts(0), streamStops(4)])
    const now = 4.5 * minuteMs
    assert.deepEqual(endCall(lifecycle, rules, now, { stoppedAt: 4 * minuteMs }).transitions, [
      { to: 'CLOSED', at: now, cause: 'STREAM_ENDED' },
    ])
    assert.deepEqual(endCall(lifecycle, rules, now, { stoppedAt: 3 * minuteMs }), { lifecycle, transitions: [] })
    const timed = rulesWith({ VOICE: { inactive: 10, closed: 30 } })
    const other = live(opened(timed), timed, [streamStarts(0), say(1, 'VOICE'), streamStops(4)]).lifecycle
    assert.deepEqual(endCall(other, timed, now, { stoppedAt: 4 * minuteMs }).transitions, [])
  })

  const stories: [what: string, events: Parameters<typeof story>[1], story: string][] = [
    ['closes a call without speech as well', [streamStarts(0), callEnds(2)], '2 CLOSED'],
    ['stays ACTIVE when no stream ever started', [say(0, 'VOICE')], ''],
    [
      'closes after a stream that came later than the first words',
      [say(0, 'VOICE'), streamStarts(3), callEnds(5)],
      '5 CLOSED',
    ],
    ['ignores the end of a stream it never saw start', [callEnds(2), say(3, 'VOICE')], ''],
    ['ignores a second end of the same stream', [streamStarts(0), say(0, 'CHAT'), callEnds(2), callEnds(3)], ''],
    [
      'lets the end of a stream that went on after a short break count alone',
      [streamStarts(0), streamStops(4), streamStarts(4.2), callEnds(4.5)],
      '4.5 CLOSED',
    ],
    [
      'takes a stream that starts within the grace as the same one, going on',
      [streamStarts(0), streamStops(4), streamStarts(4.5), callEnds(9)],
      '9 CLOSED',
    ],
    [
      'closes at the end of the grace when the next stream comes too late',
      [streamStarts(0), streamStops(4), streamStarts(5), callEnds(9)],
      '5 CLOSED',
    ],
    [
      'is done only when the last of two calls ends',
      [streamStarts(0), streamStarts(1), callEnds(3), callEnds(7)],
      '7 CLOSED',
    ],
    [
      'still grants the grace of one call when another one is over before it ran out',
      [streamStarts(0), streamStarts(0), streamStops(4), callEnds(4.5)],
      '5 CLOSED',
    ],
    [
      'counts the later end when the earlier one is found out last',
      [streamStarts(0), streamStarts(0), streamStops(4), callEnds(8)],
      '8 CLOSED',
    ],
    [
      'is not prolonged by a late word within the grace',
      [streamStarts(0), streamStops(4), say(4.5, 'VOICE')],
      '5 CLOSED',
    ],
  ]
  for (const [what, events, expected] of stories) {
    test(`${what}: ${expected || 'no transition'}`, () => assert.equal(story(rules, events), expected))
  }

  test('holds a word that follows the end of its stream for one grace, so that it reopens and lets go again', () => {
    const events = [say(0, 'SMS'), streamStarts(1), callEnds(2), say(15, 'VOICE')]
    assert.equal(story(withSms, events), '10 INACTIVE, 15 ACTIVE, 16 INACTIVE, 60 CLOSED')
  })

  test('a stream start reopens for as long as the stream is open', () => {
    const events = [say(0, 'SMS'), streamStarts(20), callEnds(45)]
    assert.equal(story(withSms, events), '10 INACTIVE, 20 ACTIVE, 45 INACTIVE, 60 CLOSED')
  })

  test('a second end of one stream does not spoil the count of the next', () => {
    const events = [say(0, 'SMS'), streamStarts(1), callEnds(2), callEnds(3), streamStarts(5), callEnds(20)]
    assert.equal(story(withSms, events), '20 INACTIVE, 60 CLOSED')
  })

  test('an INACTIVE conversation closes with its stream when nothing else holds it', () => {
    const { transitions } = live(opened(rules), rules, [streamStarts(0), set(1, 'INACTIVE'), callEnds(5)])
    assert.deepEqual(transitions.slice(1), [{ to: 'CLOSED', at: 5 * minuteMs, cause: 'STREAM_ENDED' }])
  })

  test('a stream whose end is found out late ends when it did, once settled at the present', () => {
    const talking = live(opened(rules), rules, [streamStarts(0), say(1, 'VOICE')])
    const later = waitUntil(talking, rules, 30)
    assert.equal(line(waitUntil(live(later, rules, [streamStops(3)]), rules, 30).transitions), '4 CLOSED')
  })

  test('an open stream counts as a running clock, speech without one does not', () => {
    assert.equal(isClockRunning(live(opened(rules), rules, [streamStarts(0)]).lifecycle, rules), true)
    assert.equal(isClockRunning(live(opened(rules), rules, [say(0, 'VOICE')]).lifecycle, rules), false)
  })
})

describe('VOICE with timeouts', () => {
  const both = rulesWith({ VOICE: { inactive: 5, closed: 30 }, SMS: { inactive: 10, closed: 60 } })

  const stories: [what: string, rules: typeof both, events: Parameters<typeof story>[1], story: string][] = [
    [
      'a stream start reopens and restarts the inactive clock of VOICE, not the closed one',
      both,
      [say(0, 'VOICE'), streamStarts(12)],
      '5 INACTIVE, 12 ACTIVE, 17 INACTIVE, 30 CLOSED',
    ],
    [
      'the closed clock closes a reopened call that stays silent',
      both,
      [say(0, 'VOICE'), streamStarts(28)],
      '5 INACTIVE, 28 ACTIVE, 30 CLOSED',
    ],
    [
      'the first word after a reopening starts both clocks',
      both,
      [say(0, 'VOICE'), streamStarts(12), say(14, 'VOICE')],
      '5 INACTIVE, 12 ACTIVE, 19 INACTIVE, 44 CLOSED',
    ],
    [
      'a silent call reopens a conversation of messages for the inactive timeout of VOICE',
      both,
      [say(0, 'SMS'), streamStarts(20)],
      '10 INACTIVE, 20 ACTIVE, 25 INACTIVE, 60 CLOSED',
    ],
    [
      'a message during that time does not shorten it',
      both,
      [say(0, 'SMS'), streamStarts(20), say(21, 'SMS')],
      '10 INACTIVE, 20 ACTIVE, 31 INACTIVE, 81 CLOSED',
    ],
    [
      'that holds for a message on a quicker channel, too',
      rulesWith({
        VOICE: { inactive: 5, closed: 30 },
        SMS: { inactive: 10, closed: 60 },
        CHAT: { inactive: 1, closed: 1 },
      }),
      [say(0, 'SMS'), streamStarts(20), say(21, 'CHAT')],
      '10 INACTIVE, 20 ACTIVE, 25 INACTIVE, 60 CLOSED',
    ],
    [
      'a call reopens by the inactive clocks of the others when VOICE has none',
      rulesWith({ SMS: { inactive: 10, closed: 60 } }),
      [say(0, 'SMS'), streamStarts(20)],
      '10 INACTIVE, 20 ACTIVE, 30 INACTIVE, 60 CLOSED',
    ],
    [
      'a call reopens after the closed clock of VOICE ran out beside an idle channel',
      rulesWith({ VOICE: { closed: 5 }, SMS: { inactive: 10, closed: 60 } }),
      [say(0, 'VOICE'), say(0, 'SMS'), streamStarts(20)],
      '10 INACTIVE, 20 ACTIVE, 30 INACTIVE, 60 CLOSED',
    ],
    [
      'a stream start or end does nothing to the clocks of an ACTIVE conversation',
      both,
      [say(0, 'VOICE'), streamStarts(4), streamStops(4.5), callEnds(4.6)],
      '5 INACTIVE, 30 CLOSED',
    ],
    [
      'INACTIVE by the API ends the reopening by a call',
      rulesWith({ VOICE: { inactive: 10, closed: 30 }, SMS: { inactive: 1, closed: 60 } }),
      [say(0, 'SMS'), streamStarts(5), set(6, 'INACTIVE'), say(7, 'SMS')],
      '1 INACTIVE, 5 ACTIVE, 6 INACTIVE, 7 ACTIVE, 8 INACTIVE, 67 CLOSED',
    ],
    [
      'a call reopens what the API had set INACTIVE',
      both,
      [say(0, 'VOICE'), set(1, 'INACTIVE'), streamStarts(2)],
      '1 INACTIVE, 2 ACTIVE, 7 INACTIVE, 30 CLOSED',
    ],
  ]
  for (const [what, rules, events, expected] of stories) {
    test(`${what}: ${expected}`, () => assert.equal(story(rules, events), expected))
  }
})

describe('a server that closes silent calls', () => {
  const silentCallMs = 20 * minuteMs
  const voice = rulesWith({ VOICE: { inactive: 5, closed: 30 }, SMS: { inactive: 10, closed: 15 } }, { silentCallMs })

  test('closes a call without a word that long after it was created', () => {
    const call = waitUntil(live(opened(voice, ['VOICE']), voice, [streamStarts(0.5), callEnds(2)]), voice, 99)
    assert.deepEqual(call.transitions, [{ to: 'CLOSED', at: silentCallMs, cause: 'SILENT_CALL' }])
    assert.equal(isClockRunning(opened(voice, ['VOICE']).lifecycle, voice), true)
  })

  test('counts from the moment a call came in when no VOICE address was there before', () => {
    assert.equal(story(voice, [streamStarts(3), streamStarts(4)]), '23 CLOSED')
  })

  test('leaves a call alone in which a word was said', () => {
    assert.equal(story(voice, [say(19, 'VOICE'), streamStarts(20)], ['VOICE']), '24 INACTIVE, 49 CLOSED')
  })

  test('leaves provisional clocks, streams with null timeouts and conversations without VOICE alone', () => {
    assert.equal(story(voice, [], ['VOICE', 'SMS']), '10 INACTIVE, 15 CLOSED')
    assert.equal(story(voice, [], ['CHAT']), '')
    const nullVoice = rulesWith({ VOICE: null }, { silentCallMs })
    assert.equal(story(nullVoice, [streamStarts(0), callEnds(45)], ['VOICE']), '45 CLOSED')
    assert.equal(story(nullVoice, [], ['VOICE']), '20 CLOSED')
  })

  test('closes a silent call that the API had set INACTIVE', () => {
    assert.equal(story(voice, [set(1, 'INACTIVE')], ['VOICE']), '1 INACTIVE, 20 CLOSED')
  })
})
