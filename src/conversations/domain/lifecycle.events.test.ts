import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addAddressChannel,
  communicate,
  dueAt,
  isClockRunning,
  setStatus,
  settle,
  startStream,
  stopStream,
} from './lifecycle.ts'
import type { Status } from './model.ts'
import {
  address,
  callEnds,
  type HistoryEvent,
  happen,
  line,
  live,
  minuteMs,
  opened,
  rulesWith,
  say,
  set,
  streamStarts,
  waitUntil,
} from './testing/lifecycle-history.ts'

const smsTimeouts = { inactive: 10, closed: 30 }
const sms = rulesWith({ SMS: smsTimeouts })

describe('the table of states and events', () => {
  const withVoice = rulesWith({ SMS: smsTimeouts, VOICE: { inactive: 5, closed: 30 } })
  const nullVoice = rulesWith({ SMS: smsTimeouts, VOICE: null })

  const spokenAt0: Record<Status, HistoryEvent[]> = {
    ACTIVE: [say(0, 'SMS')],
    INACTIVE: [say(0, 'SMS'), set(2, 'INACTIVE')],
    CLOSED: [say(0, 'SMS'), set(2, 'CLOSED')],
  }
  const inCall: Record<'ACTIVE' | 'INACTIVE', HistoryEvent[]> = {
    ACTIVE: [streamStarts(0)],
    INACTIVE: [streamStarts(0), set(2, 'INACTIVE')],
  }

  const table: [event: string, rules: typeof sms, before: HistoryEvent[], event: HistoryEvent, transitions: string][] =
    [
      ['a communication in ACTIVE', sms, spokenAt0.ACTIVE, say(3, 'SMS'), ''],
      ['a communication in INACTIVE', sms, spokenAt0.INACTIVE, say(3, 'SMS'), '3 ACTIVE'],
      ['a communication on another channel in INACTIVE', sms, spokenAt0.INACTIVE, say(3, 'CHAT'), '3 ACTIVE'],
      ['a final utterance in INACTIVE', withVoice, spokenAt0.INACTIVE, say(3, 'VOICE'), '3 ACTIVE'],
      ['an added address in ACTIVE', sms, spokenAt0.ACTIVE, address(3, 'SMS'), ''],
      ['an added address in INACTIVE', sms, spokenAt0.INACTIVE, address(3, 'SMS'), ''],
      ['a stream start in ACTIVE', withVoice, spokenAt0.ACTIVE, streamStarts(3), ''],
      ['a stream start in INACTIVE', withVoice, spokenAt0.INACTIVE, streamStarts(3), '3 ACTIVE'],
      ['a stream start with null timeouts in INACTIVE', nullVoice, spokenAt0.INACTIVE, streamStarts(3), '3 ACTIVE'],
      ['a stream end with null timeouts in ACTIVE', nullVoice, inCall.ACTIVE, callEnds(3), '3 CLOSED'],
      ['a stream end with null timeouts in INACTIVE', nullVoice, inCall.INACTIVE, callEnds(3), '3 CLOSED'],
      ['a stream end beside a live channel', nullVoice, [...inCall.ACTIVE, say(1, 'SMS')], callEnds(3), ''],
      ['a stream end with timeouts set in ACTIVE', withVoice, [streamStarts(0), say(0, 'VOICE')], callEnds(3), ''],
      ['a stream end with timeouts set in INACTIVE', withVoice, inCall.INACTIVE, callEnds(3), ''],
      ['CLOSED by the API in ACTIVE', sms, spokenAt0.ACTIVE, set(3, 'CLOSED'), '3 CLOSED'],
      ['CLOSED by the API in INACTIVE', sms, spokenAt0.INACTIVE, set(3, 'CLOSED'), '3 CLOSED'],
      ['CLOSED by the API in CLOSED', sms, spokenAt0.CLOSED, set(3, 'CLOSED'), ''],
      ['INACTIVE by the API in ACTIVE', sms, spokenAt0.ACTIVE, set(3, 'INACTIVE'), '3 INACTIVE'],
      ['INACTIVE by the API in INACTIVE', sms, spokenAt0.INACTIVE, set(3, 'INACTIVE'), ''],
      ['ACTIVE by the API in ACTIVE', sms, spokenAt0.ACTIVE, set(3, 'ACTIVE'), ''],
      ['ACTIVE by the API in INACTIVE', sms, spokenAt0.INACTIVE, set(3, 'ACTIVE'), '3 ACTIVE'],
    ]

  for (const [what, rules, before, event, transitions] of table) {
    test(`${what}: ${transitions || 'no transition'}`, () => {
      const { lifecycle } = live(opened(rules), rules, before)
      const outcome = happen(lifecycle, rules, event)
      assert.equal(line(outcome.transitions), transitions)
      assert.equal(outcome.lifecycle.status, outcome.transitions.at(-1)?.to ?? lifecycle.status)
    })
  }

  test('the inactive clock does not move an INACTIVE conversation, the closed clock does', () => {
    const play = live(opened(sms), sms, spokenAt0.INACTIVE)
    assert.equal(line(waitUntil(play, sms, 500).transitions), '2 INACTIVE, 30 CLOSED')
  })

  for (const to of ['ACTIVE', 'INACTIVE'] as const) {
    test(`${to} by the API in CLOSED is refused in words that name the state`, () => {
      const { lifecycle } = live(opened(sms), sms, spokenAt0.CLOSED)
      const outcome = setStatus(lifecycle, sms, to, 3 * minuteMs)
      assert.ok('refused' in outcome)
      assert.match(outcome.refused, /CLOSED.*final/)
      assert.match(outcome.refused, new RegExp(to))
    })
  }

  test('every other event on a CLOSED conversation is a bug of its caller', () => {
    const { lifecycle } = live(opened(sms), sms, spokenAt0.CLOSED)
    const refusal = /only an open conversation has events/
    assert.throws(() => communicate(lifecycle, sms, 'SMS', 3 * minuteMs), refusal)
    assert.throws(() => addAddressChannel(lifecycle, sms, 'SMS', 3 * minuteMs), refusal)
    assert.throws(() => startStream(lifecycle, sms, 3 * minuteMs), refusal)
    assert.throws(() => stopStream(lifecycle, sms, 3 * minuteMs, { callOver: true }), refusal)
  })

  test('time does not change a CLOSED conversation', () => {
    const closed = live(opened(sms), sms, spokenAt0.CLOSED)
    assert.deepEqual(settle(closed.lifecycle, sms, Date.UTC(2100, 0)), { lifecycle: closed.lifecycle, transitions: [] })
    assert.equal(dueAt(closed.lifecycle, sms), null)
    assert.equal(isClockRunning(closed.lifecycle, sms), false)
  })
})
