import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { type Operator, operatorBody } from './operator.ts'
import { checkRules, type OperatorLink, type Rule } from './rules.ts'

const operator: Operator = {
  ...operatorBody({ displayName: 'a', prompt: 'p', parameters: { scale: { type: 'INTEGER', required: true } } }),
  id: 'one',
  version: 2,
  author: 'SELF',
  createdAt: 0,
}
const find = (id: string, version: number | null) =>
  id === 'one' && (version === null || version === 2) ? operator : undefined
const rule = (link: Partial<OperatorLink>): Rule => ({
  id: 'r',
  operators: [{ id: 'one', version: null, parameters: { scale: 1 }, ...link }],
  trigger: null,
  actions: [],
  context: null,
})

test('rules that fit are admitted, pinned or not', () => {
  checkRules([rule({}), rule({ version: 2 })], find, (id) => id)
})

const refused: [told: string, link: Partial<OperatorLink>, code: number, field: string][] = [
  ['an unknown operator', { id: 'two' }, 70001, 'rules[0].operators[0].id'],
  ['an unknown version', { version: 1 }, 20001, 'rules[0].operators[0].version'],
  ['a missing value', { parameters: null }, 20001, 'rules[0].operators[0].parameters.scale'],
]
for (const [told, link, code, field] of refused) {
  test(`${told} is refused`, () => {
    assert.throws(
      () => checkRules([rule(link)], find, (id) => id),
      (error) => error instanceof Failure && error.details.code === code && error.details.field === field,
    )
  })
}
