import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LifecycleRules } from './lifecycle.ts'
import type { Channel } from './model.ts'
import {
  address,
  callEnds,
  type HistoryEvent,
  rulesWith,
  say,
  set,
  story,
  streamStarts,
} from './testing/lifecycle-history.ts'

interface Timeline {
  name: string
  rules: LifecycleRules
  events: HistoryEvent[]
  addresses?: Channel[]
  story: string
}

const sms = rulesWith({ SMS: { inactive: 10, closed: 30 } })
const voiceAndSms = rulesWith({ VOICE: null, SMS: { inactive: 10, closed: 60 } })
const voice = rulesWith({ VOICE: { inactive: 5, closed: 30 } })
const callWithSpeech = [streamStarts(0), say(1, 'VOICE')]

const timelines: Timeline[] = [
  {
    name: 'one message goes quiet, then closes, both counted from the message',
    rules: sms,
    events: [say(0, 'SMS')],
    story: '10 INACTIVE, 30 CLOSED',
  },
  {
    name: 'a second message reopens and restarts both clocks',
    rules: sms,
    events: [say(0, 'SMS'), say(15, 'SMS')],
    story: '10 INACTIVE, 15 ACTIVE, 25 INACTIVE, 45 CLOSED',
  },
  {
    name: 'without an inactive timeout it closes straight from ACTIVE',
    rules: rulesWith({ SMS: { closed: 30 } }),
    events: [say(0, 'SMS')],
    story: '30 CLOSED',
  },
  {
    name: 'a message outlives the call it was sent in',
    rules: voiceAndSms,
    events: [...callWithSpeech, say(15, 'SMS'), callEnds(20)],
    story: '25 INACTIVE, 75 CLOSED',
  },
  {
    name: 'a call keeps a conversation ACTIVE whose messages are quiet',
    rules: voiceAndSms,
    events: [...callWithSpeech, say(5, 'SMS'), callEnds(20)],
    story: '20 INACTIVE, 65 CLOSED',
  },
  {
    name: 'a silent call with timeouts stays ACTIVE',
    rules: voice,
    events: [streamStarts(0), callEnds(3)],
    addresses: ['VOICE'],
    story: '',
  },
  {
    name: 'utterances move the clocks of a call, its end does not',
    rules: voice,
    events: [streamStarts(0), say(2, 'VOICE'), say(8, 'VOICE'), callEnds(10)],
    story: '7 INACTIVE, 8 ACTIVE, 13 INACTIVE, 38 CLOSED',
  },
  {
    name: 'a call back with speech reopens and restarts the timers',
    rules: voice,
    events: [say(0, 'VOICE'), say(20, 'VOICE')],
    story: '5 INACTIVE, 20 ACTIVE, 25 INACTIVE, 50 CLOSED',
  },
  {
    name: 'a call with null timeouts closes its conversation when it ends',
    rules: rulesWith({ VOICE: null }),
    events: [...callWithSpeech, callEnds(4)],
    story: '4 CLOSED',
  },
  {
    name: 'an API conversation with message addresses runs provisional clocks from its creation',
    rules: rulesWith({ SMS: { inactive: 30, closed: 1440 } }),
    events: [],
    addresses: ['SMS'],
    story: '30 INACTIVE, 1440 CLOSED',
  },
  {
    name: 'an API conversation with VOICE addresses only stays ACTIVE',
    rules: rulesWith({ SMS: { inactive: 30, closed: 1440 }, VOICE: { inactive: 5, closed: 30 } }),
    events: [address(1, 'VOICE')],
    addresses: ['VOICE'],
    story: '',
  },
  {
    name: 'what was closed by the API stays closed when the next message comes',
    rules: sms,
    events: [say(0, 'SMS'), set(3, 'CLOSED'), say(4, 'SMS')],
    story: '3 CLOSED',
  },
  {
    name: 'a conversation created under newer rules lives by those',
    rules: rulesWith({ SMS: { inactive: 1, closed: 2 } }),
    events: [say(0, 'SMS')],
    story: '1 INACTIVE, 2 CLOSED',
  },
  {
    name: 'closing waits for all channels, each with its own clock',
    rules: rulesWith({ SMS: { inactive: 10, closed: 30 }, WHATSAPP: { inactive: 10, closed: 30 } }),
    events: [say(0, 'SMS'), say(25, 'WHATSAPP')],
    story: '10 INACTIVE, 25 ACTIVE, 35 INACTIVE, 55 CLOSED',
  },
  {
    name: 'a reopening by one channel leaves the clock of the other alone',
    rules: rulesWith({ SMS: { inactive: 10, closed: 90 }, WHATSAPP: { inactive: 2, closed: 5 } }),
    events: [say(0, 'SMS'), say(15, 'WHATSAPP')],
    story: '10 INACTIVE, 15 ACTIVE, 17 INACTIVE, 90 CLOSED',
  },
]

for (const timeline of timelines) {
  test(`${timeline.name}: ${timeline.story || 'no transition'}`, () => {
    assert.equal(story(timeline.rules, timeline.events, timeline.addresses), timeline.story)
  })
}
