import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { defaultIdentitySettings } from './identity-settings.ts'
import {
  contactGroup,
  defineTraits,
  removedTraits,
  type TraitDefinitionsInput,
  type TraitGroup,
} from './trait-groups.ts'

const loyalty: TraitGroup = {
  displayName: 'Loyalty',
  traits: { tier: { dataType: 'STRING' }, points: { dataType: 'NUMBER' } },
}
const define = (input: unknown, group = loyalty, maxTraits = 95) =>
  defineTraits({ group, settings: defaultIdentitySettings, maxTraits }, input as TraitDefinitionsInput)

test('named traits are defined anew or removed, and others stay', () => {
  const traits = define({ tier: { dataType: '' }, card: { dataType: 'STRING', idTypePromotion: 'phone' } })
  assert.deepEqual(traits, {
    points: { dataType: 'NUMBER' },
    card: { dataType: 'STRING', idTypePromotion: 'phone' },
  })
  assert.deepEqual(removedTraits(loyalty, traits), ['tier'])
})

test('a definition is kept with what its type knows and nothing else', () => {
  const given = {
    tier: {
      dataType: 'STRING',
      displayName: 'Tier',
      description: 'Rank',
      validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$', minLength: 1, maxLength: 9, minItems: 3 },
    },
    none: { dataType: 'BOOLEAN', validationRule: { ruleType: 'BOOLEAN', min: 1 } },
  }
  const { tier, none } = define(given)
  assert.deepEqual(tier, {
    dataType: 'STRING',
    description: 'Rank',
    validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$', minLength: 1, maxLength: 9 },
  })
  assert.deepEqual(none, { dataType: 'BOOLEAN', validationRule: { ruleType: 'BOOLEAN' } })
})

test('what a client has read of a protected trait may be sent back, and others of Contact may be changed', () => {
  const given = { email: { dataType: 'STRING', idTypePromotion: 'email' }, city: { dataType: 'NUMBER' } }
  assert.deepEqual(define(given, contactGroup).city, { dataType: 'NUMBER' })
})

const rule = (validationRule: object, dataType = validationRule) => ({
  tier: { dataType: (dataType as { ruleType?: string }).ruleType ?? 'STRING', validationRule },
})
const refused: { why: string; input: unknown; group?: TraitGroup; code?: number; field: string }[] = [
  { why: 'a name that is none', input: { 'a b': { dataType: 'STRING' } }, field: 'traits.a b' },
  {
    why: 'a rule of another type',
    input: { tier: { dataType: 'STRING', validationRule: { ruleType: 'NUMBER' } } },
    field: 'traits.tier.validationRule.ruleType',
  },
  {
    why: 'a pattern that is none',
    input: rule({ ruleType: 'STRING', pattern: '(' }),
    field: 'traits.tier.validationRule.pattern',
  },
  {
    why: 'bounds of length that cross',
    input: rule({ ruleType: 'STRING', minLength: 3, maxLength: 2 }),
    field: 'traits.tier.validationRule.maxLength',
  },
  {
    why: 'bounds that cross',
    input: rule({ ruleType: 'NUMBER', min: 3, max: 2 }),
    field: 'traits.tier.validationRule.max',
  },
  {
    why: 'bounds of items that cross',
    input: rule({ ruleType: 'ARRAY', minItems: 3, maxItems: 2 }),
    field: 'traits.tier.validationRule.maxItems',
  },
  {
    why: 'a promotion to an unknown identifier type',
    input: { tier: { dataType: 'STRING', idTypePromotion: 'card' } },
    field: 'traits.tier.idTypePromotion',
  },
  {
    why: 'a promotion of truths',
    input: { tier: { dataType: 'BOOLEAN', idTypePromotion: 'chat' } },
    field: 'traits.tier.idTypePromotion',
  },
  {
    why: 'a protected trait without its promotion',
    input: { email: { dataType: 'STRING' } },
    group: contactGroup,
    code: 520050,
    field: 'traits.email',
  },
  {
    why: 'the removal of a protected trait',
    input: { phone: { dataType: '' } },
    group: contactGroup,
    code: 520050,
    field: 'traits.phone',
  },
  {
    why: 'the removal of a trait that Contact begins with',
    input: { city: { dataType: '' } },
    group: contactGroup,
    code: 520050,
    field: 'traits.city',
  },
]
for (const { why, input, group, code = 520046, field } of refused) {
  test(`refuses ${why}`, () => {
    assert.throws(
      () => define(input, group),
      (error) => error instanceof Failure && error.details.code === code && error.details.field === field,
    )
  })
}

test('a group has at most so many traits, which a removal makes room for', () => {
  const more = { a: { dataType: 'STRING' } }
  assert.throws(
    () => define(more, loyalty, 2),
    (error) => (error as Failure).details.code === 520054,
  )
  assert.deepEqual(Object.keys(define({ ...more, tier: { dataType: '' } }, loyalty, 2)), ['points', 'a'])
})
