import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClassicParty, participantTypeOf, strangerType } from './participant-type.ts'

const chat = (identity: string, more: Partial<ClassicParty> = {}): ClassicParty => ({
  identity,
  attributes: '{}',
  roleName: null,
  ...more,
})
const phone: ClassicParty = { identity: null, attributes: '{}', roleName: null }
const agent = chat('agent-1', { roleName: 'agent' })

const cases: [string, ClassicParty, ClassicParty[], string][] = [
  ['the only identity is the customer', chat('kiran'), [], 'CUSTOMER'],
  ['a bound phone is the customer', phone, [agent], 'CUSTOMER'],
  ['the only identity beside an agent is the customer', chat('kiran'), [agent], 'CUSTOMER'],
  ['nobody can tell two identities apart', chat('kiran'), [chat('robin')], 'UNKNOWN'],
  ['an identity beside a bound phone is the only one', chat('robin'), [phone], 'CUSTOMER'],
  ["an agent's role makes an agent", agent, [chat('kiran')], 'HUMAN_AGENT'],
  ['an administrator is an agent', chat('robin', { roleName: 'channel admin' }), [], 'HUMAN_AGENT'],
  ['a part of a word is no role', chat('robin', { roleName: 'reagents' }), [], 'CUSTOMER'],
  ['attributes go before all else', chat('bot', { attributes: '{"participantType":"AI_AGENT"}' }), [phone], 'AI_AGENT'],
  [
    'attributes with an unknown type say nothing',
    chat('bot', { attributes: '{"participantType":"BOT"}' }),
    [],
    'CUSTOMER',
  ],
  ['attributes may be any JSON', chat('bot', { attributes: '[1]' }), [], 'CUSTOMER'],
  ['attributes may be null', chat('bot', { attributes: 'null' }), [], 'CUSTOMER'],
]

for (const [rule, party, others, type] of cases) {
  test(rule, () => assert.equal(participantTypeOf(party, others), type))
}

test('the service speaks for the business, anybody else is unknown', () => {
  assert.equal(strangerType('system'), 'AGENT')
  assert.equal(strangerType('kiran'), 'UNKNOWN')
})
