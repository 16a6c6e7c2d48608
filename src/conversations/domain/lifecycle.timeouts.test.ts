import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isClockRunning, type LifecycleRules } from './lifecycle.ts'
import type { Channel, StatusTimeouts } from './model.ts'
import { live, opened, rulesWith, say, story } from './testing/lifecycle-history.ts'

const silences: [what: string, settings: (channel: Channel) => LifecycleRules, channels: Channel[]][] = [
  ['the channel is not configured', () => rulesWith({}), ['VOICE', 'SMS', 'RCS', 'WHATSAPP', 'CHAT', 'VIDEO']],
  [
    'the channel has no timeouts',
    (channel) => ({ ...rulesWith({}), channelSettings: { [channel]: { captureRules: [] } } }),
    ['VOICE', 'SMS', 'CHAT'],
  ],
  ['the timeouts are null', (channel) => rulesWith({ [channel]: null }), ['SMS', 'RCS', 'WHATSAPP', 'CHAT', 'VIDEO']],
  ['null timeouts meet speech without a stream', () => rulesWith({ VOICE: null }), ['VOICE']],
  ['both timeouts are left out', (channel) => rulesWith({ [channel]: {} }), ['VOICE', 'SMS']],
  ['both timeouts are null', (channel) => rulesWith({ [channel]: { inactive: null, closed: null } }), ['VOICE', 'SMS']],
]

for (const [what, settings, silent] of silences) {
  for (const channel of silent) {
    test(`a communication on ${channel} keeps a conversation ACTIVE when ${what}`, () => {
      const rules = settings(channel)
      assert.equal(story(rules, [say(0, channel)]), '')
      assert.equal(isClockRunning(live(opened(rules), rules, [say(0, channel)]).lifecycle, rules), false)
    })
  }
}

const readings: [what: string, timeouts: StatusTimeouts, story: string][] = [
  ['only inactive never closes', { inactive: 7 }, '7 INACTIVE'],
  ['only inactive, closed null, never closes', { inactive: 7, closed: null }, '7 INACTIVE'],
  ['only closed closes straight from ACTIVE', { closed: 7 }, '7 CLOSED'],
  ['only closed, inactive null, closes straight from ACTIVE', { inactive: null, closed: 7 }, '7 CLOSED'],
  ['both go through INACTIVE', { inactive: 7, closed: 9 }, '7 INACTIVE, 9 CLOSED'],
  ['equal values close straight from ACTIVE', { inactive: 7, closed: 7 }, '7 CLOSED'],
]

for (const [what, timeouts, expected] of readings) {
  for (const channel of ['VOICE', 'SMS'] as const) {
    test(`timeouts of ${channel}: ${what}`, () => {
      assert.equal(story(rulesWith({ [channel]: timeouts }), [say(0, channel)]), expected)
    })
  }
}

test('a channel without timeouts keeps others from turning the conversation quiet once it has spoken', () => {
  const rules = rulesWith({ SMS: { inactive: 10, closed: 30 } })
  assert.equal(story(rules, [say(0, 'SMS'), say(5, 'CHAT')]), '')
  assert.equal(story(rules, [say(0, 'SMS'), say(15, 'CHAT')]), '10 INACTIVE, 15 ACTIVE')
})
