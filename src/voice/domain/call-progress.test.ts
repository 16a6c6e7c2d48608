import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventOf, progressed } from './call-progress.ts'
import type { CallStatus } from './call-status.ts'
import type { Leg } from './leg.ts'

const leg: Leg = {
  id: 'x',
  sid: 'CA1',
  parentSid: null,
  from: '+15550001111',
  to: '+15551234567',
  direction: 'outbound-api',
  status: 'queued',
  createdAt: 0,
  answeredAt: null,
  endedAt: null,
}

for (const [name, from, reported, expected] of [
  ['begins to ring', 'queued', 'ringing', ['ringing', null, null]],
  ['is answered', 'ringing', 'in-progress', ['in-progress', 9000, null]],
  ['ends, so long after it was answered', 'ringing', 'completed', ['completed', 5000, 9000]],
  ['ends unanswered', 'queued', 'no-answer', ['no-answer', null, 9000]],
  ['does not ring again once it is answered', 'in-progress', 'ringing', undefined],
  ['stays over', 'completed', 'in-progress', undefined],
  ['takes no notice of what is told twice', 'ringing', 'ringing', undefined],
  ['takes no notice of words that nobody knows', 'queued', 'thinking', undefined],
] as const) {
  test(`a call ${name}`, () => {
    const next = progressed({ ...leg, status: from as CallStatus }, reported, 4, 9000)
    assert.deepEqual(next && [next.status, next.answeredAt, next.endedAt], expected)
  })
}

test('keeps when it was answered', () => {
  const answered = progressed({ ...leg, status: 'ringing' }, 'in-progress', 0, 100)
  assert.equal(progressed(answered as Leg, 'completed', 4, 9000)?.answeredAt, 100)
})

test('each status is told under an event', () => {
  assert.deepEqual(['queued', 'initiated', 'ringing', 'in-progress', 'completed', 'busy'].map(eventOf), [
    'initiated',
    'initiated',
    'ringing',
    'answered',
    'completed',
    'completed',
  ])
})
