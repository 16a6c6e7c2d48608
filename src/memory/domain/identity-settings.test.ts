import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import {
  completeIdentitySettings,
  defaultIdentitySettings,
  type IdentitySettingsInput,
  identifierConfig,
} from './identity-settings.ts'

const reserved = ['email', 'whatsapp', 'phone', 'chat'].map((idType) => ({ idType }))

test('a new store matches by email, whatsapp, phone and chat, in this order', () => {
  assert.deepEqual(defaultIdentitySettings.matchingRules, ['email', 'whatsapp', 'phone', 'chat'])
  assert.deepEqual(identifierConfig(defaultIdentitySettings, 'phone'), {
    idType: 'phone',
    matchingAlgo: 'exact',
    matchingThreshold: 75,
    limit: 100,
    limitPolicy: 'fifo',
    enforceUnique: true,
    normalization: 'phone',
  })
})

test('fills in what a request leaves out, and keeps the normalisation of reserved types', () => {
  const settings = completeIdentitySettings({
    identifierConfigs: [...reserved, { idType: 'user_id', limit: 1, limitPolicy: 'lifo', enforceUnique: false }],
    matchingRules: ['user_id', 'phone'],
  })
  assert.deepEqual(
    settings.identifierConfigs.map((config) => [config.idType, config.normalization]),
    [
      ['email', 'email'],
      ['whatsapp', 'trim'],
      ['phone', 'phone'],
      ['chat', 'trim'],
      ['user_id', 'trim'],
    ],
  )
  assert.deepEqual(identifierConfig(settings, 'user_id'), {
    idType: 'user_id',
    matchingAlgo: 'exact',
    matchingThreshold: 75,
    limit: 1,
    limitPolicy: 'lifo',
    enforceUnique: false,
    normalization: 'trim',
  })
})

test('knows whatsappid as another name of whatsapp', () => {
  assert.equal(identifierConfig(defaultIdentitySettings, 'whatsappid')?.idType, 'whatsapp')
  const settings = completeIdentitySettings({
    identifierConfigs: ['email', 'whatsappid', 'phone', 'chat'].map((idType) => ({ idType })),
    matchingRules: ['whatsappid'],
  })
  assert.deepEqual(settings.matchingRules, ['whatsapp'])
})

test('knows no type that is not configured', () => {
  assert.equal(identifierConfig(defaultIdentitySettings, 'user_id'), undefined)
})

const refusals: { why: string; input: IdentitySettingsInput; field: string }[] = [
  {
    why: 'a type is configured twice',
    input: { identifierConfigs: [...reserved, { idType: 'phone' }], matchingRules: ['phone'] },
    field: 'identifierConfigs',
  },
  {
    why: 'a type has a character that no type may have',
    input: { identifierConfigs: [...reserved, { idType: 'user:id' }], matchingRules: ['phone'] },
    field: 'identifierConfigs[4].idType',
  },
  {
    why: 'a reserved type is missing',
    input: { identifierConfigs: reserved.slice(1), matchingRules: ['phone'] },
    field: 'identifierConfigs',
  },
  {
    why: 'a rule names no configured type',
    input: { identifierConfigs: reserved, matchingRules: ['phone', 'user_id'] },
    field: 'matchingRules[1]',
  },
  {
    why: 'a rule names two types',
    input: { identifierConfigs: reserved, matchingRules: ['phone and email'] },
    field: 'matchingRules[0]',
  },
  {
    why: 'a rule is there twice',
    input: { identifierConfigs: reserved, matchingRules: ['phone', 'phone'] },
    field: 'matchingRules',
  },
]

for (const { why, input, field } of refusals) {
  test(`refuses settings when ${why}`, () => {
    assert.throws(
      () => completeIdentitySettings(input),
      (error) => error instanceof Failure && error.details.code === 520046 && error.details.field === field,
    )
  })
}
