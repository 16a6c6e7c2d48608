import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentsOf } from './story.ts'

const event = (type: string, subject = 'c1') => ({ type, subject, at: '2026-01-05T10:00:00.000Z', diagnostic: null })

for (const [sentence, updates, status, expected] of [
  ['is untouched', 0, 'ACTIVE', ['ACTIVE']],
  ['turned idle', 1, 'INACTIVE', ['ACTIVE', 'INACTIVE']],
  ['closed at once', 1, 'CLOSED', ['ACTIVE', 'CLOSED']],
  ['turned idle and closed', 2, 'CLOSED', ['ACTIVE', 'INACTIVE', 'CLOSED']],
  ['was reopened', 2, 'ACTIVE', ['ACTIVE', 'INACTIVE', 'ACTIVE']],
  ['was reopened and closed', 4, 'CLOSED', ['ACTIVE', 'INACTIVE', 'ACTIVE', 'INACTIVE', 'CLOSED']],
] as const) {
  test(`reads the statuses of a conversation that ${sentence} from its updates`, () => {
    const events = [
      event('CONVERSATION_CREATED'),
      ...Array.from({ length: updates }, () => event('CONVERSATION_UPDATED')),
    ]
    assert.deepEqual(
      momentsOf(events, status, new Map()).map((moment) => moment.kind === 'STATUS' && moment.status),
      expected,
    )
  })
}

test('tells participants and diagnostics, and only communications that were fetched', () => {
  const events = [
    event('PARTICIPANT_ADDED', 'p1'),
    event('COMMUNICATION_CREATED', 'm1'),
    { ...event('DIAGNOSTIC'), diagnostic: { message: 'Two profiles fit.' } },
    event('COMMUNICATION_UPDATED', 'm1'),
  ]
  assert.deepEqual(
    momentsOf(events, 'ACTIVE', new Map()).map(({ at, ...moment }) => moment),
    [
      { kind: 'PARTICIPANT_ADDED', participantId: 'p1' },
      { kind: 'DIAGNOSTIC', message: 'Two profiles fit.' },
    ],
  )
})
