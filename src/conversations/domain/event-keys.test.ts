import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { combinations, type EventParty, eventKeys, lookedUpKeys, profileKeys } from './event-keys.ts'
import { type GroupingType, groupingTypes, type ParticipantType, participantTypes } from './model.ts'

const addresses: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
const apart: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE'
const profile: GroupingType = 'GROUP_BY_PROFILE'

function party(
  key: string,
  type: ParticipantType,
  profileId: string | null = null,
  aliases: string[] = [],
): EventParty {
  return { key, type, profileId, aliases }
}

function keysOf(groupingType: GroupingType, ...parties: EventParty[]) {
  return eventKeys(groupingType, { channel: 'SMS', parties })
}

const kiosk = party('B', 'AGENT')
const desk = party('D', 'AGENT')
const kiran = party('K', 'CUSTOMER')
const lena = party('L', 'CUSTOMER')
const nobody = party('N', 'UNKNOWN')
const stranger = party('S', 'UNKNOWN')

const cases: [string, EventParty[], string[], boolean][] = [
  ['a customer and the business', [kiran, kiosk], ['a|B|K'], false],
  ['two who are UNKNOWN', [nobody, stranger], ['a|N|S'], false],
  ['a customer and an UNKNOWN', [kiran, nobody], ['a|K|N'], false],
  ['two of the business', [kiosk, desk], ['a|B|D'], false],
  ['somebody who writes to himself', [kiran, kiran], ['a|K|K'], false],
  ['one customer and two of the business', [kiran, kiosk, desk], ['a|B|K', 'a|D|K'], false],
  ['two customers and the business', [kiran, lena, kiosk], ['s|B|K|L'], true],
  ['two customers and two of the business', [kiran, kiosk, lena, desk], ['s|B|K|L', 's|D|K|L'], true],
  ['a customer, an UNKNOWN and the business', [kiran, nobody, kiosk], ['s|B|K|N'], true],
  ['a customer and two who are UNKNOWN', [kiran, nobody, stranger], ['a|K|N', 'a|K|S'], false],
  ['two customers and an UNKNOWN', [kiran, lena, nobody], ['s|N|K|L'], true],
  ['two who are UNKNOWN and the business', [nobody, stranger, kiosk], ['s|B|N|S'], true],
  ['three who are UNKNOWN', [nobody, stranger, party('U', 'UNKNOWN')], ['s||N|S|U'], true],
  ['three customers', [kiran, lena, party('M', 'CUSTOMER')], ['s||K|L|M'], true],
  ['three of the business', [kiosk, desk, party('E', 'AGENT')], ['s||B|D|E'], true],
  ['the same customer twice among the recipients', [kiosk, kiran, kiran], ['a|B|K'], false],
  ['nobody', [], [], false],
]

for (const [name, parties, expected, group] of cases) {
  test(`keys an event of ${name}`, () => {
    const keys = keysOf(addresses, ...parties)
    assert.deepEqual(keys.address, expected)
    assert.deepEqual(keys.take, expected)
    assert.equal(keys.group, group)
    assert.deepEqual(keys.profile, [])
  })
}

test('keeps channels apart where the grouping type says so', () => {
  assert.deepEqual(lookedUpKeys(keysOf(apart, kiran, kiosk)), ['SMS|a|B|K', 'SMS|o|K', 'SMS|o|B'])
  assert.deepEqual(keysOf(apart, kiran, lena, kiosk).take, ['SMS|s|B|K|L'])
})

test('looks for conversations of a lone participant, but never takes their keys', () => {
  const keys = keysOf(addresses, kiran, kiosk)
  assert.deepEqual(keys.alone, ['o|K', 'o|B'])
  assert.deepEqual(keys.take, ['a|B|K'])
  assert.deepEqual(keysOf(addresses, kiran, lena, kiosk).alone, [])
})

test('looks for the profile first, under every id merged into it, and takes the canonical one', () => {
  const keys = keysOf(profile, party('K', 'CUSTOMER', 'p1', ['p0', 'p9']), kiosk)
  assert.deepEqual(lookedUpKeys(keys), ['p|p1', 'p|p0', 'p|p9', 'a|B|K', 'o|K', 'o|B'])
  assert.deepEqual(keys.take, ['p|p1'])
  assert.deepEqual(profileKeys('p1', ['p0', 'p9']), keys.profile)
})

test('falls back to addresses while the customer has no profile', () => {
  const keys = keysOf(profile, kiran, kiosk)
  assert.deepEqual(keys.profile, [])
  assert.deepEqual(keys.take, ['a|B|K'])
})

test('ignores the profile of somebody who is not a customer', () => {
  assert.deepEqual(keysOf(profile, party('N', 'UNKNOWN', 'p1'), kiosk).profile, [])
})

test('ignores profiles when grouping by address', () => {
  assert.deepEqual(keysOf(addresses, party('K', 'CUSTOMER', 'p1'), kiosk).profile, [])
})

test('keys several customers by all their profiles together, under every merged id', () => {
  const keys = keysOf(profile, party('K', 'CUSTOMER', 'p2', ['p0']), party('L', 'CUSTOMER', 'p1'), kiosk)
  assert.deepEqual(keys.profile, ['P|p1|p2', 'P|p0|p1'])
  assert.deepEqual(keys.take, ['P|p1|p2'])
})

test('uses addresses for the whole event while one of several customers is unresolved', () => {
  const keys = keysOf(profile, party('K', 'CUSTOMER', 'p2'), lena, kiosk)
  assert.deepEqual(keys.profile, [])
  assert.deepEqual(keys.take, ['s|B|K|L'])
})

test('counts two customers on one profile as that profile', () => {
  assert.deepEqual(keysOf(profile, party('K', 'CUSTOMER', 'p1'), party('L', 'CUSTOMER', 'p1'), kiosk).profile, ['p|p1'])
})

test('bounds the keys of customers with many merged profiles', () => {
  const aliases = (prefix: string) => Array.from({ length: 30 }, (_, i) => `${prefix}${i}`)
  const keys = keysOf(
    profile,
    party('K', 'CUSTOMER', 'a', aliases('a')),
    party('L', 'CUSTOMER', 'b', aliases('b')),
    kiosk,
  )
  assert.equal(keys.profile.length, 64)
  assert.equal(keys.profile[0], 'P|a|b')
})

test('combines nothing with an empty list', () => {
  assert.deepEqual([...combinations([[1, 2], []])], [])
  assert.deepEqual(
    [...combinations([[1, 2], [3]])],
    [
      [1, 3],
      [2, 3],
    ],
  )
})

test('has the same keys whoever is the author and however the recipients are ordered', () => {
  const anyProfile = fc.constantFrom<Pick<EventParty, 'profileId' | 'aliases'>>(
    { profileId: null, aliases: [] },
    { profileId: 'p1', aliases: ['p0', 'p3'] },
    { profileId: 'p2', aliases: [] },
  )
  const anyParty = fc
    .tuple(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.constantFrom(...participantTypes), anyProfile)
    .map(([key, type, resolution]) => ({ key, type, ...resolution }))
  const parties = fc.uniqueArray(anyParty, { minLength: 1, maxLength: 5, selector: ({ key }) => key })
  const shuffled = parties.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  )
  fc.assert(
    fc.property(fc.constantFrom(...groupingTypes), shuffled, (groupingType, [one, other]) => {
      const sorted = (all: EventParty[]) => {
        const keys = keysOf(groupingType, ...all)
        return { looked: new Set(lookedUpKeys(keys)), take: new Set(keys.take), group: keys.group }
      }
      assert.deepEqual(sorted(one), sorted(other))
    }),
    { numRuns: 500 },
  )
})
