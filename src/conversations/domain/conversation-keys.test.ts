import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  conversationKeys,
  type GroupingParticipant,
  groupingLimitProblem,
  maxKeysPerConversation,
  participantKeyChange,
} from './conversation-keys.ts'
import { eventKeys, lookedUpKeys } from './event-keys.ts'
import { canFace } from './grouping-keys.ts'
import { type Channel, type GroupingType, groupingTypes, type ParticipantType, participantTypes } from './model.ts'

const addresses: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
const apart: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE'
const profile: GroupingType = 'GROUP_BY_PROFILE'

/** `at` lists addresses as `CHANNEL key`. */
function participant(type: ParticipantType, at: string[], profileId: string | null = null): GroupingParticipant {
  const split = at.map((text) => text.split(' ') as [Channel, string])
  return { type, profileId, addresses: split.map(([channel, key]) => ({ channel, key })) }
}

const kiran = participant('CUSTOMER', ['SMS K'])
const lena = participant('CUSTOMER', ['SMS L'])
const maya = participant('CUSTOMER', ['SMS M'])
const kiosk = participant('AGENT', ['SMS B'])
const desk = participant('HUMAN_AGENT', ['SMS D'])
const nobody = participant('UNKNOWN', ['SMS N'])
const everywhere = participant('CUSTOMER', ['SMS K', 'VOICE K', 'WHATSAPP W'])
const resolved = participant('CUSTOMER', ['SMS K'], 'p1')

const cases: [string, GroupingType, GroupingParticipant[], string[]][] = [
  ['the pair of customer and business', addresses, [kiran, kiosk], ['a|B|K']],
  ['a pair for every two who can face each other', addresses, [kiran, kiosk, desk], ['a|B|K', 'a|D|K']],
  ['pairs of an UNKNOWN with either side', addresses, [kiran, kiosk, nobody], ['a|B|K', 'a|K|N', 'a|B|N']],
  ['every pair of addresses across channels', addresses, [everywhere, kiosk], ['a|B|K', 'a|B|W']],
  ['only pairs on one channel where channels are apart', apart, [everywhere, kiosk], ['SMS|a|B|K']],
  ['nothing where the two share no channel', apart, [participant('CUSTOMER', ['VOICE K']), kiosk], []],
  ['every pair of customers among themselves', addresses, [kiran, lena], ['a|K|L']],
  [
    'the set as well of three customers among themselves',
    addresses,
    [kiran, lena, maya],
    ['a|K|L', 'a|K|M', 'a|L|M', 's||K|L|M'],
  ],
  ['pairs and the set of several customers', addresses, [kiran, lena, kiosk], ['a|B|K', 'a|B|L', 's|B|K|L']],
  [
    'a set per business address',
    addresses,
    [kiran, lena, participant('AGENT', ['SMS B', 'SMS C'])],
    ['a|B|K', 'a|C|K', 'a|B|L', 'a|C|L', 's|B|K|L', 's|C|K|L'],
  ],
  ['a set with an UNKNOWN in place of the business', addresses, [kiran, lena, nobody], ['a|K|N', 'a|L|N', 's|N|K|L']],
  [
    'a set only of addresses on one channel',
    apart,
    [everywhere, lena, kiosk],
    ['SMS|a|B|K', 'SMS|a|B|L', 'SMS|s|B|K|L'],
  ],
  ['each address of a lone customer', addresses, [everywhere], ['o|K', 'o|W']],
  ['each address of a lone customer by channel', apart, [everywhere], ['SMS|o|K', 'VOICE|o|K', 'WHATSAPP|o|W']],
  ['the address of a lone UNKNOWN', addresses, [nobody], ['o|N']],
  ['nothing for a lone member of the business', addresses, [kiosk], []],
  [
    'the lone address although an agent without address is present',
    addresses,
    [kiran, participant('HUMAN_AGENT', [])],
    ['o|K'],
  ],
  ['nothing without participants', addresses, [], []],
  ['nothing for members of the business among themselves', addresses, [kiosk, desk], []],
  ['the profile in place of addresses', profile, [resolved, kiosk], ['p|p1']],
  ['the profile of a lone customer', profile, [resolved], ['p|p1']],
  ['the profile of a customer without address', profile, [participant('CUSTOMER', [], 'p1')], ['p|p1']],
  ['addresses of a customer without profile', profile, [kiran, kiosk], ['a|B|K']],
  ['a lone address without profile', profile, [kiran], ['o|K']],
  ['no lone address of somebody who is not alone', profile, [resolved, nobody], ['p|p1']],
  ['one key per profile', profile, [resolved, participant('CUSTOMER', ['SMS L'], 'p2'), kiosk], ['p|p1', 'p|p2']],
  ['profiles, and addresses for those without', profile, [resolved, lena, kiosk], ['p|p1', 'a|B|L', 's|B|K|L']],
  ['no profile of an UNKNOWN', profile, [participant('UNKNOWN', ['SMS N'], 'p1'), kiosk], ['a|B|N']],
]

for (const [name, groupingType, participants, expected] of cases) {
  test(`holds ${name}`, () => {
    assert.deepEqual([...conversationKeys(groupingType, participants)].toSorted(), expected.toSorted())
  })
}

function crowd(count: number, addressesEach: number): GroupingParticipant[] {
  return Array.from({ length: count }, (_, i) =>
    participant(
      'CUSTOMER',
      Array.from({ length: addressesEach }, (_, j) => `SMS ${i}-${j}`),
    ),
  )
}

test('refuses a participant with more than 20 addresses', () => {
  assert.equal(groupingLimitProblem(addresses, [...crowd(1, 20), kiosk]), undefined)
  assert.match(groupingLimitProblem(addresses, [...crowd(1, 21), kiosk])?.message ?? '', /at most 20 addresses/)
})

test('refuses participants whose addresses combine to more than 500 keys, without counting all of them', () => {
  const many = [...crowd(50, 20), kiosk]
  assert.equal(groupingLimitProblem(addresses, many)?.code, 20001)
  assert.equal(conversationKeys(addresses, many).size, maxKeysPerConversation + 1)
  assert.equal(groupingLimitProblem(addresses, [...crowd(49, 1), kiosk]), undefined)
})

test('wastes no time on customers who share no channel', () => {
  const crowded = [...crowd(40, 12), participant('CUSTOMER', ['VOICE V']), participant('AGENT', ['VIDEO B'])]
  assert.equal(conversationKeys(apart, crowded).size, 0)
})

test('takes and releases the difference when participants change', () => {
  assert.deepEqual(
    participantKeyChange({ groupingType: addresses, held: ['o|K'], before: [kiran], after: [kiran, kiosk] }),
    { take: ['a|B|K'], release: ['o|K'] },
  )
  assert.deepEqual(
    participantKeyChange({ groupingType: addresses, held: ['a|B|K'], before: [kiran, kiosk], after: [kiosk] }),
    { take: [], release: ['a|B|K'] },
  )
})

test('neither takes what it holds nor releases what it does not, and leaves other keys alone', () => {
  assert.deepEqual(
    participantKeyChange({
      groupingType: addresses,
      held: ['a|B|X', 'a|D|K'],
      before: [kiran, kiosk],
      after: [kiran, desk],
    }),
    { take: [], release: [] },
  )
})

test('keeps the keys of a thread with several customers when participants change', () => {
  assert.deepEqual(
    participantKeyChange({ groupingType: addresses, held: ['s|B|K|L'], before: [kiran, lena, kiosk], after: [kiran] }),
    { take: [], release: [] },
  )
})

test('gives keys again to a conversation that had lost its last', () => {
  assert.deepEqual(
    participantKeyChange({ groupingType: addresses, held: [], before: [kiosk], after: [kiosk, kiran] }),
    {
      take: ['a|B|K'],
      release: [],
    },
  )
})

const channel = fc.constantFrom<Channel>('SMS', 'VOICE', 'WHATSAPP')
const anyParticipant = (i: number) =>
  fc.record({
    type: fc.constantFrom(...participantTypes),
    profileId: fc.constantFrom(null, `p${i}`),
    addresses: fc.array(fc.record({ channel, key: fc.constantFrom(`A${i}`, `B${i}`, `C${i}`) }), { maxLength: 4 }),
  })
const anyParticipants = fc
  .integer({ min: 2, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => anyParticipant(i))))

test('is found by every event between two of its participants who can face each other', () => {
  fc.assert(
    fc.property(fc.constantFrom(...groupingTypes), anyParticipants, channel, (groupingType, participants, on) => {
      const held = conversationKeys(groupingType, participants)
      for (const [i, one] of participants.entries()) {
        for (const other of participants.slice(i + 1)) {
          if (!canFace(one.type, other.type)) continue
          const [from] = one.addresses.filter((address) => address.channel === on)
          const [to] = other.addresses.filter((address) => address.channel === on)
          if (from === undefined || to === undefined) continue
          const parties = [
            { ...one, key: from.key, aliases: [] },
            { ...other, key: to.key, aliases: [] },
          ]
          const looked = lookedUpKeys(eventKeys(groupingType, { channel: on, parties }))
          assert.ok(
            looked.some((key) => held.has(key)),
            `${looked} in ${[...held]}`,
          )
        }
      }
    }),
    { numRuns: 1000 },
  )
})
