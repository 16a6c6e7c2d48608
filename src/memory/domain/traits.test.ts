import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { contactGroup, type TraitGroup } from './trait-groups.ts'
import {
  checkTraits,
  compareTraits,
  overwriteTraits,
  promotedIdentifiers,
  promotingTrait,
  removeTraits,
  type TraitsInput,
} from './traits.ts'

const loyalty: TraitGroup = {
  displayName: 'Loyalty',
  traits: {
    points: { dataType: 'NUMBER' },
    member: { dataType: 'BOOLEAN' },
    tags: { dataType: 'ARRAY' },
    cards: { dataType: 'ARRAY', idTypePromotion: 'card' },
    tier: { dataType: 'STRING', validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$' } },
    code: { dataType: 'STRING', validationRule: { ruleType: 'STRING', minLength: 2, maxLength: 3 } },
    level: { dataType: 'NUMBER', validationRule: { ruleType: 'NUMBER', min: 1, max: 9 } },
    pair: { dataType: 'ARRAY', validationRule: { ruleType: 'ARRAY', minItems: 1, maxItems: 2 } },
  },
}
const groups = [contactGroup, loyalty]

const accepted: TraitsInput[] = [
  {},
  { Contact: {} },
  { Contact: { firstName: 'Ines', phone: '+13125550142', whatsapp: '', chat: 'ines' } },
  { Contact: { firstName: 'x'.repeat(1024) } },
  { Loyalty: { points: 12, member: false, tags: ['a', 1, true] } },
  { Loyalty: { tier: 'gold', code: '👍👍', level: 1, pair: ['a', 'b'] } },
  { Loyalty: { points: -0.5, tags: Array(100).fill('x') } },
]
for (const input of accepted) {
  test(`accepts ${JSON.stringify(input).slice(0, 60)}`, () => {
    checkTraits(groups, input, { mayRemove: false })
  })
}

const refused: { why: string; input: unknown; field: string }[] = [
  { why: 'a group that is not declared', input: { Games: { level: 1 } }, field: 'traits.Games' },
  { why: 'a trait that is not declared', input: { Contact: { shoeSize: '9' } }, field: 'traits.Contact.shoeSize' },
  {
    why: 'a trait named like something every object has',
    input: { Contact: { constructor: 'x' } },
    field: 'traits.Contact.constructor',
  },
  { why: 'a number for a string', input: { Contact: { firstName: 7 } }, field: 'traits.Contact.firstName' },
  {
    why: 'a string that is too long',
    input: { Contact: { firstName: 'x'.repeat(1025) } },
    field: 'traits.Contact.firstName',
  },
  { why: 'null where nothing can be removed', input: { Contact: { city: null } }, field: 'traits.Contact.city' },
  { why: 'a string for a number', input: { Loyalty: { points: '12' } }, field: 'traits.Loyalty.points' },
  {
    why: 'a number without end',
    input: { Loyalty: { points: Number.POSITIVE_INFINITY } },
    field: 'traits.Loyalty.points',
  },
  { why: 'a string for a boolean', input: { Loyalty: { member: 'true' } }, field: 'traits.Loyalty.member' },
  { why: 'a scalar for an array', input: { Loyalty: { tags: 'a' } }, field: 'traits.Loyalty.tags' },
  { why: 'an array inside an array', input: { Loyalty: { tags: [['a']] } }, field: 'traits.Loyalty.tags' },
  { why: 'too many items', input: { Loyalty: { tags: Array(101).fill(1) } }, field: 'traits.Loyalty.tags' },
  { why: 'an item that is too long', input: { Loyalty: { tags: ['x'.repeat(1025)] } }, field: 'traits.Loyalty.tags' },
  { why: 'a string that does not match', input: { Loyalty: { tier: 'tin' } }, field: 'traits.Loyalty.tier' },
  { why: 'a string that is too short', input: { Loyalty: { code: 'a' } }, field: 'traits.Loyalty.code' },
  { why: 'a string longer than its rule', input: { Loyalty: { code: 'abcd' } }, field: 'traits.Loyalty.code' },
  { why: 'a number that is too small', input: { Loyalty: { level: 0 } }, field: 'traits.Loyalty.level' },
  { why: 'a number that is too large', input: { Loyalty: { level: 10 } }, field: 'traits.Loyalty.level' },
  { why: 'fewer items than its rule', input: { Loyalty: { pair: [] } }, field: 'traits.Loyalty.pair' },
  { why: 'more items than its rule', input: { Loyalty: { pair: [1, 2, 3] } }, field: 'traits.Loyalty.pair' },
  { why: 'too many groups', input: Object.fromEntries(numbered(51).map((name) => [name, {}])), field: 'traits' },
  {
    why: 'too many traits in a group',
    input: { Contact: Object.fromEntries(numbered(100).map((name) => [name, 'x'])) },
    field: 'traits.Contact',
  },
]
for (const { why, input, field } of refused) {
  test(`refuses ${why}`, () => {
    assert.throws(
      () => checkTraits(groups, input as TraitsInput, { mayRemove: false }),
      (error) => error instanceof Failure && error.details.code === 520046 && error.details.field === field,
    )
  })
}

test('null removes a trait where that is allowed, and an empty group goes', () => {
  const input = { Contact: { city: null } }
  checkTraits(groups, input, { mayRemove: true })
  assert.deepEqual(removeTraits({ Contact: { city: { value: 'Graz', at: 1 } } }, input), {})
  const others = { Loyalty: { points: { value: 1, at: 1 } } }
  assert.deepEqual(removeTraits(others, input), others)
  assert.deepEqual(overwriteTraits({}, input, 2), {})
})

test('named traits are written with the time of the write and others stay', () => {
  const before = { Contact: { city: { value: 'Graz', at: 1 }, firstName: { value: 'Ines', at: 1 } } }
  assert.deepEqual(overwriteTraits(before, { Contact: { city: 'Linz' }, Loyalty: { points: 1 } }, 5), {
    Contact: { city: { value: 'Linz', at: 5 }, firstName: { value: 'Ines', at: 1 } },
    Loyalty: { points: { value: 1, at: 5 } },
  })
})

test('what is written last counts, though the clock stands still or went back', () => {
  const before = { Contact: { city: { value: 'Graz', at: 5 }, state: { value: 'Styria', at: 5, n: 1 } } }
  const after = overwriteTraits(before, { Contact: { city: 'Aflenz', state: 'Carinthia' } }, 4)
  assert.deepEqual(after, {
    Contact: { city: { value: 'Aflenz', at: 5, n: 1 }, state: { value: 'Carinthia', at: 5, n: 2 } },
  })
  const elsewhere = overwriteTraits({}, { Contact: { city: 'Aflenz' } }, 5, before)
  assert.deepEqual(elsewhere, { Contact: { city: { value: 'Aflenz', at: 5, n: 1 } } })
})

test('traits compare by time, then by what came after what, then by their text', () => {
  const inOrder = [
    { value: 'z', at: 1 },
    { value: 'z', at: 2 },
    { value: 'a', at: 2, n: 1 },
    { value: 'b', at: 2, n: 1 },
  ]
  for (const [at, trait] of inOrder.entries()) {
    assert.equal(compareTraits(trait, trait), 0)
    for (const later of inOrder.slice(at + 1)) {
      assert.ok(compareTraits(trait, later) < 0)
      assert.ok(compareTraits(later, trait) > 0)
    }
  }
})

test('values of promoted traits are identifiers, each item of an array its own', () => {
  const input = { Contact: { firstName: 'Ines', phone: '+13125550142', email: null }, Loyalty: { cards: ['c1', 2] } }
  assert.deepEqual(promotedIdentifiers(groups, input), [
    { idType: 'phone', value: '+13125550142', field: 'traits.Contact.phone' },
    { idType: 'card', value: 'c1', field: 'traits.Loyalty.cards' },
    { idType: 'card', value: '2', field: 'traits.Loyalty.cards' },
  ])
})

test('finds the trait that feeds an identifier type', () => {
  assert.deepEqual(promotingTrait(groups, 'whatsapp'), { group: 'Contact', name: 'whatsapp' })
  assert.equal(promotingTrait(groups, 'user_id'), undefined)
})

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `n${at}`)
}
