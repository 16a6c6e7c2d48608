import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelopeOf, hears, ownerKinds } from './audience.ts'

const targets = ownerKinds.map((owner_kind) => ({ owner_kind, owner_id: `${owner_kind} 1` }))
const rule = { owner_kind: 'intelligenceRule', owner_id: 'rule 1' }

test('status callbacks hear of what happens in a conversation, and nobody of what nobody followed', () => {
  const event = { type: 'COMMUNICATION_CREATED', subject: 'c1', data: '{}' }
  assert.deepEqual(
    targets.filter((target) => hears(target, event)).map(({ owner_kind }) => owner_kind),
    ['configuration', 'conversation'],
  )
  assert.ok(!targets.some((target) => hears(target, { ...event, data: null })))
})

test('the execution of a rule is for the targets of that rule alone', () => {
  const event = { type: 'RULE_EXECUTED', subject: 'rule 1', data: '{}' }
  assert.ok(hears(rule, event))
  assert.ok(!hears(rule, { ...event, subject: 'rule 2' }))
  assert.ok(!hears(rule, { ...event, data: null }))
  assert.ok(!targets.some((target) => hears({ ...target, owner_id: 'rule 1' }, { ...event, subject: 'rule 2' })))
  assert.ok(!hears({ owner_kind: 'configuration', owner_id: 'rule 1' }, event))
})

test('status callbacks get events in an envelope, rules their data as it is', () => {
  assert.deepEqual(ownerKinds.map(envelopeOf), ['EVENT', 'EVENT', 'DATA'])
})
