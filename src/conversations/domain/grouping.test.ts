import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventParty, eventKeys } from './event-keys.ts'
import { decideGrouping, type Holder, type HolderParticipant, rekeyForProfile } from './grouping.ts'
import type { GroupingType, ParticipantType } from './model.ts'

const addresses: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
const profile: GroupingType = 'GROUP_BY_PROFILE'

function party(
  key: string,
  type: ParticipantType,
  profileId: string | null = null,
  aliases: string[] = [],
): EventParty {
  return { key, type, profileId, aliases }
}

function participant(key: string, type: ParticipantType, profileId: string | null = null): HolderParticipant {
  return { id: `of ${key}`, type, profileId, addresses: [{ channel: 'SMS', key }] }
}

const kiran = participant('K', 'CUSTOMER')
const lena = participant('L', 'CUSTOMER')
const kiosk = participant('B', 'AGENT')

function holder(conversationId: string, participants: HolderParticipant[], more: Partial<Holder> = {}): Holder {
  return { conversationId, lastCommunicationAt: null, createdAt: 0, participants, ...more }
}

function decide(groupingType: GroupingType, parties: EventParty[], held: Record<string, Holder>) {
  const event = { channel: 'SMS' as const, parties }
  const keys = eventKeys(groupingType, event)
  return decideGrouping({ groupingType, event, keys, holders: new Map(Object.entries(held)) })
}

const kiranToKiosk = [party('K', 'CUSTOMER'), party('B', 'AGENT')]
const knownToKiosk = [party('K', 'CUSTOMER', 'p1', ['p0']), party('B', 'AGENT')]
const pair = 'a|B|K'
const joined = { outcome: 'JOIN', losers: [], takeKeys: [], dropKeys: [], setProfiles: [] }

test('creates a conversation under the keys of an event that nobody holds', () => {
  assert.deepEqual(decide(addresses, kiranToKiosk, {}), { outcome: 'CREATE', takeKeys: [pair] })
  assert.deepEqual(decide(profile, knownToKiosk, {}), { outcome: 'CREATE', takeKeys: ['p|p1'] })
  assert.deepEqual(decide(profile, kiranToKiosk, {}), { outcome: 'CREATE', takeKeys: [pair] })
})

test('joins the holder of the pair and changes nothing', () => {
  const decision = decide(addresses, kiranToKiosk, { [pair]: holder('c1', [kiran, kiosk]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: pair })
})

test('takes the free keys of the event after joining', () => {
  const parties = [...kiranToKiosk, party('D', 'AGENT')]
  const decision = decide(addresses, parties, { [pair]: holder('c1', [kiran, kiosk]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: pair, takeKeys: ['a|D|K'] })
})

const two: [string, Partial<Holder>, Partial<Holder>, string][] = [
  ['the most recent communication', { lastCommunicationAt: 5 }, { lastCommunicationAt: 9 }, 'c2'],
  ['any communication before none', { lastCommunicationAt: 5 }, { createdAt: 9 }, 'c1'],
  ['the newest when neither has communicated', { createdAt: 1 }, { createdAt: 2 }, 'c2'],
  [
    'the newest of equal communications',
    { lastCommunicationAt: 5, createdAt: 2 },
    { lastCommunicationAt: 5, createdAt: 1 },
    'c1',
  ],
  ['the greater id of those made together', {}, {}, 'c2'],
]

for (const [name, first, second, expected] of two) {
  test(`of two holders prefers ${name}, and names the other`, () => {
    const desk = participant('D', 'AGENT')
    const parties = [...kiranToKiosk, party('D', 'AGENT')]
    const decision = decide(addresses, parties, {
      [pair]: holder('c1', [kiran, kiosk], first),
      'a|D|K': holder('c2', [kiran, desk], second),
      'o|K': holder('c0', [kiran], { createdAt: -1 }),
    })
    assert.equal(decision.outcome, 'JOIN')
    assert.equal(decision.conversationId, expected)
    assert.deepEqual(decision.takeKeys, [])
    assert.deepEqual(decision.dropKeys, [])
    const other = expected === 'c1' ? { conversationId: 'c2', key: 'a|D|K' } : { conversationId: 'c1', key: pair }
    assert.deepEqual(decision.losers, [other, { conversationId: 'c0', key: 'o|K' }])
  })
}

test('names a loser once', () => {
  const other = holder('c0', [kiran, kiosk])
  const decision = decide(profile, knownToKiosk, { 'p|p1': holder('c1', []), [pair]: other, 'o|K': other })
  assert.equal(decision.outcome, 'JOIN')
  assert.deepEqual(decision.losers, [{ conversationId: 'c0', key: pair }])
})

test('gives the conversation of a lone customer the pair he turns out to be in', () => {
  const decision = decide(addresses, kiranToKiosk, { 'o|K': holder('c1', [kiran]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: 'o|K', takeKeys: [pair], dropKeys: ['o|K'] })
})

test('gives it the pairs of all his addresses', () => {
  const both = { ...kiran, addresses: [...kiran.addresses, { channel: 'WHATSAPP' as const, key: 'W' }] }
  const lone = holder('c1', [both])
  const decision = decide(addresses, kiranToKiosk, { 'o|K': lone })
  assert.equal(decision.outcome, 'JOIN')
  assert.deepEqual(decision.takeKeys, [pair, 'a|B|W'])
  assert.deepEqual(decision.dropKeys, ['o|K', 'o|W'])
})

test('leaves a lone participant his key while another conversation holds the pair', () => {
  const decision = decide(addresses, kiranToKiosk, {
    'o|K': holder('c1', [kiran], { lastCommunicationAt: 9 }),
    [pair]: holder('c2', [kiran, kiosk], { lastCommunicationAt: 1 }),
  })
  assert.deepEqual(decision, {
    ...joined,
    conversationId: 'c1',
    via: 'o|K',
    losers: [{ conversationId: 'c2', key: pair }],
  })
})

test('keeps a thread of several customers apart from the pairs of its members', () => {
  const parties = [party('K', 'CUSTOMER'), party('B', 'AGENT'), party('L', 'CUSTOMER')]
  const held = { [pair]: holder('c1', [kiran, kiosk]), 'o|L': holder('c2', [lena]) }
  assert.deepEqual(decide(addresses, parties, held), { outcome: 'CREATE', takeKeys: ['s|B|K|L'] })
})

test('joins a thread of the same customers, and takes its keys for further business addresses only', () => {
  const parties = [party('L', 'CUSTOMER'), party('B', 'AGENT'), party('K', 'CUSTOMER'), party('D', 'AGENT')]
  const decision = decide(addresses, parties, { 's|B|K|L': holder('c1', [kiran, lena, kiosk]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: 's|B|K|L', takeKeys: ['s|D|K|L'] })
})

test('puts the profile before the address', () => {
  const decision = decide(profile, knownToKiosk, {
    [pair]: holder('c1', [kiran, kiosk], { lastCommunicationAt: 9 }),
    'p|p1': holder('c2', [participant('X', 'CUSTOMER', 'p1')], { lastCommunicationAt: 1 }),
  })
  assert.deepEqual(decision, {
    ...joined,
    conversationId: 'c2',
    via: 'p|p1',
    losers: [{ conversationId: 'c1', key: pair }],
  })
})

test('finds a conversation under a merged profile, and takes the canonical one', () => {
  const decision = decide(profile, knownToKiosk, { 'p|p0': holder('c1', [participant('X', 'CUSTOMER', 'p0')]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: 'p|p0', takeKeys: ['p|p1'] })
})

test('joins by address and moves the conversation to the profile that is known by now', () => {
  const decision = decide(profile, knownToKiosk, { [pair]: holder('c1', [kiran, kiosk]) })
  assert.deepEqual(decision, {
    ...joined,
    conversationId: 'c1',
    via: pair,
    takeKeys: ['p|p1'],
    dropKeys: [pair],
    setProfiles: [{ participantId: 'of K', profileId: 'p1' }],
  })
})

test('moves a lone customer to his profile', () => {
  const decision = decide(profile, knownToKiosk, { 'o|K': holder('c1', [kiran]) })
  assert.equal(decision.outcome, 'JOIN')
  assert.deepEqual(decision.takeKeys, ['p|p1'])
  assert.deepEqual(decision.dropKeys, ['o|K'])
})

for (const id of ['p1', 'p0']) {
  test(`moves a conversation that kept its address while another held the profile, known as ${id}`, () => {
    const decision = decide(profile, knownToKiosk, { [pair]: holder('c1', [participant('K', 'CUSTOMER', id), kiosk]) })
    assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: pair, takeKeys: ['p|p1'], dropKeys: [pair] })
  })
}

test('does not join by address when somebody else is known there', () => {
  const other = holder('c1', [participant('K', 'CUSTOMER', 'p2'), kiosk])
  assert.deepEqual(decide(profile, knownToKiosk, { [pair]: other }), { outcome: 'CREATE', takeKeys: ['p|p1'] })
})

test('joins by address without a profile, whoever is known there', () => {
  const decision = decide(profile, kiranToKiosk, { [pair]: holder('c1', [participant('K', 'CUSTOMER', 'p2'), kiosk]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: pair })
})

test('gives no profile to somebody the API added as UNKNOWN, and leaves the keys', () => {
  const decision = decide(profile, knownToKiosk, { [pair]: holder('c1', [participant('K', 'UNKNOWN'), kiosk]) })
  assert.deepEqual(decision, { ...joined, conversationId: 'c1', via: pair })
})

const threadOfKnown = [party('K', 'CUSTOMER', 'p1'), party('B', 'AGENT'), party('L', 'CUSTOMER', 'p2')]

test('moves a thread to the profiles of its customers once all are known', () => {
  const decision = decide(profile, threadOfKnown, { 's|B|K|L': holder('c1', [kiran, lena, kiosk]) })
  assert.deepEqual(decision, {
    ...joined,
    conversationId: 'c1',
    via: 's|B|K|L',
    takeKeys: ['P|p1|p2'],
    dropKeys: ['s|B|K|L'],
    setProfiles: [
      { participantId: 'of K', profileId: 'p1' },
      { participantId: 'of L', profileId: 'p2' },
    ],
  })
})

test('leaves a thread its addresses when one of its customers cannot have a profile', () => {
  const decision = decide(profile, threadOfKnown, {
    's|B|K|L': holder('c1', [kiran, participant('L', 'UNKNOWN'), kiosk]),
  })
  assert.equal(decision.outcome, 'JOIN')
  assert.deepEqual(decision.takeKeys, [])
  assert.deepEqual(decision.dropKeys, [])
  assert.deepEqual(decision.setProfiles, [{ participantId: 'of K', profileId: 'p1' }])
})

test('releases only the keys of a thread that it holds', () => {
  const parties = [...threadOfKnown, party('D', 'AGENT')]
  const decision = decide(profile, parties, {
    's|B|K|L': holder('c1', [kiran, lena, kiosk], { lastCommunicationAt: 1 }),
    's|D|K|L': holder('c2', [kiran, lena, participant('D', 'AGENT')]),
  })
  assert.equal(decision.outcome, 'JOIN')
  assert.equal(decision.conversationId, 'c1')
  assert.deepEqual(decision.dropKeys, ['s|B|K|L'])
})

const unresolved = [kiran, kiosk]
const resolved = [participant('K', 'CUSTOMER', 'p1'), kiosk]
const aliasesOf = (id: string) => (id === 'p1' ? ['p0'] : [])

test('re-keys a conversation when the profile resolves late', () => {
  const change = { held: [pair], before: unresolved, after: resolved, aliasesOf, heldByOthers: new Map() }
  assert.deepEqual(rekeyForProfile(change), { takeKeys: ['p|p1'], dropKeys: [pair] })
})

for (const key of ['p|p1', 'p|p0']) {
  test(`keeps the address of a conversation whose profile another holds under ${key}`, () => {
    const heldByOthers = new Map([[key, 'c2']])
    const change = { held: [pair], before: unresolved, after: resolved, aliasesOf, heldByOthers }
    assert.deepEqual(rekeyForProfile(change), { takeKeys: [], dropKeys: [], blockedBy: 'c2' })
  })
}

test('re-keys a conversation when the client changes the profile', () => {
  const change = {
    held: ['p|p1', 'P|p1|p7'],
    before: resolved,
    after: [participant('K', 'CUSTOMER', 'p2'), kiosk],
    aliasesOf,
    heldByOthers: new Map(),
  }
  assert.deepEqual(rekeyForProfile(change), { takeKeys: ['p|p2'], dropKeys: ['p|p1'] })
})

test('returns to addresses, where they are free, when the client removes the profile', () => {
  const desk = participant('D', 'AGENT')
  const change = {
    held: ['p|p1'],
    before: [...resolved, desk],
    after: [...unresolved, desk],
    aliasesOf,
    heldByOthers: new Map([['a|D|K', 'c2']]),
  }
  assert.deepEqual(rekeyForProfile(change), { takeKeys: [pair], dropKeys: ['p|p1'] })
})

test('releases the set of customers once all of them are resolved', () => {
  const rest = participant('L', 'CUSTOMER', 'p2')
  const change = {
    held: [pair, 'p|p2', 's|B|K|L'],
    before: [...unresolved, rest],
    after: [...resolved, rest],
    aliasesOf,
    heldByOthers: new Map(),
  }
  assert.deepEqual(rekeyForProfile(change), { takeKeys: ['p|p1'], dropKeys: [pair, 's|B|K|L'] })
})

test('leaves a thread of several customers to its next event', () => {
  const change = { held: ['s|B|K|L'], before: unresolved, after: resolved, aliasesOf, heldByOthers: new Map() }
  assert.deepEqual(rekeyForProfile(change), { takeKeys: [], dropKeys: [] })
})

test('finds and takes the pairs of everything that a customer is known by', () => {
  const both = [{ ...party('K', 'CUSTOMER'), others: [{ key: 'W' }] }, party('B', 'AGENT')]
  const hidden = participant('W', 'CUSTOMER')
  assert.deepEqual(decide(addresses, both, {}), { outcome: 'CREATE', takeKeys: [pair, 'a|B|W'] })
  const byHidden = decide(addresses, both, { 'a|B|W': holder('c1', [hidden, kiosk]) })
  assert.deepEqual(byHidden, { ...joined, conversationId: 'c1', via: 'a|B|W', takeKeys: [pair] })
  const alone = decide(addresses, both, { 'o|W': holder('c1', [hidden]) })
  assert.equal(alone.outcome, 'JOIN')
  assert.deepEqual(alone.outcome === 'JOIN' && [...alone.takeKeys, ...alone.dropKeys], ['a|B|W', 'o|W'])
  const known = [{ ...party('K', 'CUSTOMER', 'p1'), others: [{ key: 'W' }] }, party('B', 'AGENT')]
  const foreign = participant('W', 'CUSTOMER', 'p2')
  assert.equal(decide(profile, known, { 'a|B|W': holder('c1', [foreign, kiosk]) }).outcome, 'CREATE')
  const lone = holder('c1', [hidden])
  const found = decide(profile, known, { 'o|W': lone })
  assert.deepEqual(found.outcome === 'JOIN' && found.setProfiles, [{ participantId: hidden.id, profileId: 'p1' }])
})
