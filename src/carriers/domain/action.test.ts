import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, Participant } from '../../conversations/domain/model.ts'
import { type PartyReference, resolveParties, sendingDelayMs } from './action.ts'

function participant(id: string, ...addresses: [Channel, string][]): Participant {
  return {
    id,
    name: null,
    type: 'UNKNOWN',
    profileId: null,
    addresses: addresses.map(([channel, address]) => ({ channel, address })),
    createdAt: 0,
    updatedAt: 0,
  }
}

const people = [
  participant('desk', ['SMS', '+15550001111']),
  participant('kiran', ['SMS', '+15551234567'], ['WHATSAPP', 'whatsapp:+15551234567'], ['VOICE', '+15551234567']),
  participant('ghost'),
]
const desk: PartyReference = { participantId: 'desk' }

function problemOf(from: PartyReference, to: PartyReference): string {
  const resolved = resolveParties(people, from, [to])
  assert.ok('problem' in resolved)
  return resolved.problem.message
}

test('finds addresses in every way of naming them', () => {
  for (const to of [
    { participantId: 'kiran', channel: 'SMS' },
    { participantId: 'kiran', address: '+19999999999', channel: 'SMS' },
    { address: '+15551234567', channel: 'SMS' },
  ] as const) {
    assert.deepEqual(resolveParties(people, desk, [to, to]), {
      parties: { channel: 'SMS', from: '+15550001111', to: ['+15551234567'] },
    })
  }
})

test('says what is wrong with the way they are named', () => {
  assert.match(problemOf({}, desk), /payload\.from needs a participantId/)
  assert.match(problemOf(desk, { address: '+15551234567' }), /payload\.to\[0\]\.channel is required with an address/)
  assert.match(problemOf(desk, { address: 'x', channel: 'WHATSAPP' }), /payload\.to\[0\]\.address is not E\.164/)
  assert.match(problemOf(desk, { participantId: 'nobody' }), /names nobody/)
  assert.match(problemOf(desk, { participantId: 'ghost' }), /without address$/)
  assert.match(problemOf(desk, { participantId: 'desk', channel: 'RCS' }), /without address on RCS/)
  assert.match(problemOf(desk, { participantId: 'kiran' }), /has several addresses/)
  assert.match(problemOf(desk, { participantId: 'kiran', channel: 'WHATSAPP' }), /must be SMS/)
  assert.match(problemOf({ participantId: 'kiran', channel: 'VOICE' }, desk), /nothing is sent on VOICE/)
  assert.match(problemOf({ address: 'x', channel: 'VIDEO' }, desk), /nothing is sent on VIDEO/)
})

test('tries again later and later, and then no more', () => {
  assert.deepEqual([1, 2, 3, 4, 5].map(sendingDelayMs), [5_000, 30_000, 120_000, 600_000, undefined])
})
