import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Communication } from './conversation.ts'
import type { Channel } from './model.ts'
import { turnsOf, turnText } from './turns.ts'

function said(who: string, text: string, channel: Channel = 'VOICE', channelId = 'CA1'): Communication {
  const author = { participantId: who, channel, address: who }
  return { author, content: { type: 'TEXT', text }, channelId } as Communication
}

test('joins what one side says on end, and begins a turn when the other speaks, the call or the channel changes', () => {
  const turns = turnsOf([
    said('agent', 'Hello.'),
    said('agent', 'How can I help?'),
    said('customer', 'My parcel'),
    said('agent', 'I see.'),
    said('agent', 'Back again.', 'VOICE', 'CA2'),
    said('agent', 'As text', 'SMS', 'SM1'),
    said('agent', 'More text', 'SMS', 'SM1'),
  ])
  assert.deepEqual(turns.map(turnText), [
    'Hello. How can I help?',
    'My parcel',
    'I see.',
    'Back again.',
    'As text',
    'More text',
  ])
  assert.equal(turns[0]?.fragments.length, 2)
  assert.deepEqual(turnsOf([]), [])
})
