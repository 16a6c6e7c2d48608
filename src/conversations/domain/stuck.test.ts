import assert from 'node:assert/strict'
import { test } from 'node:test'
import { communicate, type Lifecycle, type LifecycleRules, open, setStatus, startStream } from './lifecycle.ts'
import type { Channel, ChannelSettings } from './model.ts'
import { stuckReason } from './stuck.ts'

const at = Date.parse('2026-01-05T09:00:00.000Z')
const rulesOf = (channelSettings: ChannelSettings): LifecycleRules => ({ channelSettings, graceMs: 20_000 })

const noTimeouts = rulesOf({ SMS: {}, CHAT: {} })
const inactiveOnly = rulesOf({ SMS: { statusTimeouts: { inactive: 10 } } })
const both = rulesOf({ SMS: { statusTimeouts: { inactive: 10, closed: 30 } } })
const endsWithStream = rulesOf({ VOICE: { statusTimeouts: null } })

function spoken(rules: LifecycleRules, ...channels: Channel[]): Lifecycle {
  return channels.reduce(
    (lifecycle, channel) => communicate(lifecycle, rules, channel, at).lifecycle,
    open(at, rules, []),
  )
}

function set(lifecycle: Lifecycle, rules: LifecycleRules, to: 'INACTIVE' | 'CLOSED'): Lifecycle {
  const outcome = setStatus(lifecycle, rules, to, at)
  assert.ok('lifecycle' in outcome)
  return outcome.lifecycle
}

const cases: { sentence: string; lifecycle: Lifecycle; rules: LifecycleRules; reason: string | null }[] = [
  {
    sentence: 'a conversation without communications or addresses waits for something to happen',
    lifecycle: open(at, both, []),
    rules: both,
    reason: 'Nothing has been communicated, and nobody has an address on a message channel with timeouts.',
  },
  {
    sentence: 'a call in silence waits for its first word',
    lifecycle: open(at, both, ['VOICE']),
    rules: both,
    reason: 'Nothing has been said on VOICE yet, and its clocks start with the first utterance.',
  },
  {
    sentence: 'every channel without timeouts is named',
    lifecycle: spoken(noTimeouts, 'SMS', 'CHAT'),
    rules: noTimeouts,
    reason:
      'SMS has no timeouts in the configuration that the conversation pinned. CHAT has no timeouts in the configuration that the conversation pinned.',
  },
  {
    sentence: 'an INACTIVE conversation misses its closed timeout',
    lifecycle: set(spoken(inactiveOnly, 'SMS'), inactiveOnly, 'INACTIVE'),
    rules: inactiveOnly,
    reason: 'SMS has no closed timeout in the configuration that the conversation pinned.',
  },
  {
    sentence: 'words on a call without a stream wait for one',
    lifecycle: spoken(endsWithStream, 'VOICE'),
    rules: endsWithStream,
    reason: 'VOICE ends with its transcription stream, and none has been started.',
  },
  {
    sentence: 'an open stream will end',
    lifecycle: startStream(open(at, endsWithStream, []), endsWithStream, at).lifecycle,
    rules: endsWithStream,
    reason: null,
  },
  { sentence: 'a running clock is enough', lifecycle: spoken(both, 'SMS'), rules: both, reason: null },
  {
    sentence: 'an inactive clock alone moves an ACTIVE conversation',
    lifecycle: spoken(inactiveOnly, 'SMS'),
    rules: inactiveOnly,
    reason: null,
  },
  {
    sentence: 'a CLOSED conversation is not stuck',
    lifecycle: set(open(at, both, []), both, 'CLOSED'),
    rules: both,
    reason: null,
  },
]

for (const { sentence, lifecycle, rules, reason } of cases) {
  test(sentence, () => assert.equal(stuckReason(lifecycle, rules), reason))
}
