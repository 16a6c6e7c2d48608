import assert from 'node:assert/strict'
import { test } from 'node:test'
import { determineParties, type ObservedSides, type PartyEvidence, settleByLookup } from './parties.ts'

const kiran = 'tel:+15551234567'
const lena = 'tel:+15559876543'
const kiosk = 'tel:+15550001111'
const desk = 'tel:+15550002222'

const literalTo = { fromLiteral: false, toLiteral: true, recipient: 0 }
const literalFrom = { fromLiteral: true, toLiteral: false, recipient: 0 }
const twoLiterals = { fromLiteral: true, toLiteral: true, recipient: 0 }
const twoWildcards = { fromLiteral: false, toLiteral: false, recipient: 0 }

type Case = [string, Omit<ObservedSides, 'isOwned'>, string[], string[], PartyEvidence]

/** Types are listed author first: C customer, A agent, U unknown. */
const cases: Case[] = [
  ['the owned recipient for the agent', { from: kiran, to: [kiosk] }, [kiosk], ['C', 'A'], 'OWNED'],
  ['the owned author for the agent', { from: kiosk, to: [kiran] }, [kiosk], ['A', 'C'], 'OWNED'],
  [
    'an owned address before the direction',
    { from: kiosk, to: [kiran], direction: 'INBOUND' },
    [kiosk],
    ['A', 'C'],
    'OWNED',
  ],
  ['an owned address before the rule', { from: kiran, to: [kiosk], rule: literalFrom }, [kiosk], ['C', 'A'], 'OWNED'],
  [
    'nobody for the customer when both are owned',
    { from: desk, to: [kiosk], direction: 'INBOUND', rule: literalTo },
    [kiosk, desk],
    ['U', 'U'],
    'BOTH_OWNED',
  ],
  ['everybody who is not owned for a customer', { from: kiran, to: [lena, kiosk] }, [kiosk], ['C', 'C', 'A'], 'OWNED'],
  ['all owned recipients for agents', { from: kiran, to: [desk, kiosk] }, [kiosk, desk], ['C', 'A', 'A'], 'OWNED'],
  [
    'the recipient for the agent of an inbound event',
    { from: kiran, to: [kiosk], direction: 'INBOUND' },
    [],
    ['C', 'A'],
    'DIRECTION',
  ],
  [
    'the author for the agent of an outbound event',
    { from: kiosk, to: [kiran, lena], direction: 'OUTBOUND' },
    [],
    ['A', 'C', 'C'],
    'DIRECTION',
  ],
  [
    'the direction before the rule',
    { from: kiosk, to: [kiran], direction: 'OUTBOUND', rule: literalTo },
    [],
    ['A', 'C'],
    'DIRECTION',
  ],
  [
    'the recipient a rule names for the agent of an inbound event',
    { from: kiran, to: [lena, kiosk], direction: 'INBOUND', rule: { ...literalTo, recipient: 1 } },
    [],
    ['C', 'C', 'A'],
    'DIRECTION',
  ],
  [
    'the recipient for the agent though the rule names the author',
    { from: kiran, to: [kiosk], direction: 'INBOUND', rule: literalFrom },
    [],
    ['C', 'A'],
    'DIRECTION',
  ],
  ['the literal recipient for the agent', { from: kiran, to: [kiosk], rule: literalTo }, [], ['C', 'A'], 'RULE'],
  ['the literal author for the agent', { from: kiosk, to: [kiran], rule: literalFrom }, [], ['A', 'C'], 'RULE'],
  [
    'only the matched recipient for the agent',
    { from: kiran, to: [lena, kiosk], rule: { ...literalTo, recipient: 1 } },
    [],
    ['C', 'C', 'A'],
    'RULE',
  ],
  [
    'nobody for anything by a rule of two literals',
    { from: kiran, to: [kiosk], rule: twoLiterals },
    [],
    ['U', 'U'],
    'NONE',
  ],
  [
    'nobody for anything by a rule of two wildcards',
    { from: kiran, to: [kiosk], rule: twoWildcards },
    [],
    ['U', 'U'],
    'NONE',
  ],
  ['nobody for anything without any sign', { from: kiran, to: [lena] }, [], ['U', 'U'], 'NONE'],
  ['a recipient named twice for one party', { from: kiran, to: [kiosk, kiosk] }, [kiosk], ['C', 'A'], 'OWNED'],
  ['an author who writes to himself for one party', { from: kiran, to: [kiran] }, [], ['U'], 'NONE'],
]

const letters = { CUSTOMER: 'C', AGENT: 'A', UNKNOWN: 'U' }

for (const [name, sides, owned, types, evidence] of cases) {
  test(`takes ${name}`, () => {
    const found = determineParties({ ...sides, isOwned: (key) => owned.includes(key) })
    assert.deepEqual(
      found.parties.map(({ type }) => letters[type]),
      types,
    )
    assert.equal(found.parties[0]?.key, sides.from)
    assert.equal(found.evidence, evidence)
  })
}

const unknown = [
  { key: kiran, type: 'UNKNOWN' as const },
  { key: lena, type: 'UNKNOWN' as const },
]

test('takes the only address with a profile for the customer', () => {
  assert.deepEqual(settleByLookup(unknown, new Map([[lena, 'p1']])), {
    parties: [unknown[0], { key: lena, type: 'CUSTOMER' }],
    ambiguous: false,
  })
})

test('leaves everybody UNKNOWN when no address has a profile', () => {
  assert.deepEqual(settleByLookup(unknown, new Map()), { parties: unknown, ambiguous: false })
})

test('leaves everybody UNKNOWN, and says so, when several addresses have a profile', () => {
  const profiles = new Map([
    [kiran, 'p1'],
    [lena, 'p2'],
  ])
  assert.deepEqual(settleByLookup(unknown, profiles), { parties: unknown, ambiguous: true })
})
