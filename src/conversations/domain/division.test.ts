import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DividedConversation, type DividedSide, divideConversation } from './division.ts'
import type { Participant, ParticipantType } from './model.ts'

/** Ines has two ids, as she was merged with herself before; Kiran was made one with her at 100. */
const ines: DividedSide = { id: 'a1', ids: ['a1', 'a2'] }
const kiran: DividedSide = { id: 'b1', ids: ['b1'] }
const division = { sides: [ines, kiran] as const, mergedAt: 100 }

function customer(id: string, profileId: string | null, updatedAt: number, ...addresses: string[]): Participant {
  return somebody('CUSTOMER', id, profileId, updatedAt, ...addresses)
}

function somebody(
  type: ParticipantType,
  id: string,
  profileId: string | null,
  updatedAt: number,
  ...addresses: string[]
): Participant {
  return {
    id,
    name: null,
    type,
    profileId,
    addresses: addresses.map((address) => ({ channel: 'SMS', address })),
    createdAt: 0,
    updatedAt,
  }
}

const agent = somebody('AGENT', 'agent', null, 0, '+10')

/** Addresses that begin with +1 are Ines's, with +2 Kiran's. */
function conversation(held: string[], ...participants: Participant[]): DividedConversation {
  return {
    groupingType: 'GROUP_BY_PROFILE',
    participants: [...participants, agent],
    held,
    sideOf: (_channel, address) => ({ '+1': ines, '+2': kiran })[address.slice(0, 2)],
  }
}

const kept = { outcome: 'KEEP', setProfiles: [], takeKeys: [], dropKeys: [] }

const cases: { why: string; given: DividedConversation; is: object }[] = [
  {
    why: 'is left alone when nothing was done to it since',
    given: conversation(['p|b1'], customer('c', 'b1', 99, '+1')),
    is: kept,
  },
  {
    why: 'is left alone when its customer is somebody else',
    given: conversation(['p|x'], customer('c', 'x', 200, '+1'), customer('d', null, 200, '+2')),
    is: kept,
  },
  {
    why: 'lets go of the key of the other one that it was given since',
    given: conversation(['p|a1', 'p|b1'], customer('c', 'b1', 99, '+2')),
    is: { ...kept, dropKeys: ['p|a1'] },
  },
  {
    why: 'keeps the keys of every id of the right one',
    given: conversation(['p|a1', 'p|a2', 'p|b1'], customer('c', 'a2', 99, '+1')),
    is: { ...kept, dropKeys: ['p|b1'] },
  },
  {
    why: 'goes to the one whose the address is',
    given: conversation(['p|a1'], customer('c', 'a1', 100, '+2')),
    is: {
      outcome: 'KEEP',
      setProfiles: [{ participantId: 'c', profileId: 'b1' }],
      takeKeys: ['p|b1'],
      dropKeys: ['p|a1'],
    },
  },
  {
    why: 'stays with the profile that was named when the address is nobody’s',
    given: conversation(['p|b1'], customer('c', 'b1', 200, '+3')),
    is: kept,
  },
  {
    why: 'closes when one customer has addresses of both',
    given: conversation(['p|a1'], customer('c', 'a1', 200, '+1', '+2')),
    is: { outcome: 'CLOSE' },
  },
  {
    why: 'closes when both take part and one of them came since',
    given: conversation(['p|a1'], customer('c', 'a1', 99, '+1'), customer('d', 'a1', 200, '+2')),
    is: { outcome: 'CLOSE' },
  },
  {
    why: 'stays as it is when both took part before',
    given: conversation(['p|a1', 'p|b1'], customer('c', 'a1', 99, '+1'), customer('d', 'b1', 99, '+2')),
    is: kept,
  },
  {
    why: 'of a thread of several customers gets the key of who they are now',
    given: conversation(['P|b1|x', 'P|a1|x'], customer('c', 'b1', 99, '+2'), customer('d', 'x', 99, '+3')),
    is: { ...kept, dropKeys: ['P|a1|x'] },
  },
  {
    why: 'of a thread that is held by the other one alone takes the right key',
    given: conversation(['P|a1|x'], customer('c', 'a1', 100, '+2'), customer('d', 'x', 99, '+3')),
    is: {
      outcome: 'KEEP',
      setProfiles: [{ participantId: 'c', profileId: 'b1' }],
      takeKeys: ['P|b1|x'],
      dropKeys: ['P|a1|x'],
    },
  },
  {
    why: 'of a thread with the right key is left alone',
    given: conversation(['P|b1|x'], customer('c', 'b1', 99, '+2'), customer('d', 'x', 99, '+3')),
    is: kept,
  },
  {
    why: 'without any key of theirs takes none',
    given: conversation(['a|tel:+2|tel:+10'], customer('c', 'a1', 200, '+2')),
    is: { ...kept, setProfiles: [{ participantId: 'c', profileId: 'b1' }] },
  },
  {
    why: 'grouped by addresses never closes, and tells the right profile',
    given: {
      ...conversation(['a|tel:+1|tel:+10'], customer('c', 'a1', 200, '+1', '+2'), customer('d', 'a1', 200, '+2')),
      groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    },
    is: { ...kept, setProfiles: [{ participantId: 'd', profileId: 'b1' }] },
  },
]

for (const { why, given, is } of cases) {
  test(`a conversation ${why}`, () => assert.deepEqual(divideConversation(division, given), is))
}
