import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { checkParameters, checkValues, effectiveValues, missingOf } from './parameters.ts'

const knowledge = `know_knowledgebase_${'0'.repeat(26)}:know_knowledge_${'0'.repeat(26)}`
const refusedAt = (field: string) => (error: unknown) => error instanceof Failure && error.details.field === field

test('declarations are read in any case and completed', () => {
  assert.deepEqual(
    checkParameters({ a: { type: 'string' }, b: { type: 'Integer', default: 1, required: true, description: 'x' } }),
    {
      a: { type: 'STRING', required: false },
      b: { type: 'INTEGER', default: 1, required: true, description: 'x' },
    },
  )
})

const badDeclarations: [declared: object, field: string][] = [
  [{ 'a b': { type: 'STRING' } }, 'parameters.a b'],
  [{ a: null }, 'parameters.a'],
  [{ a: [] }, 'parameters.a'],
  [{ a: 'STRING' }, 'parameters.a'],
  [{ a: { type: 'DATE' } }, 'parameters.a.type'],
  [{ a: { type: 'STRING', required: 'yes' } }, 'parameters.a.required'],
  [{ a: { type: 'STRING', description: 1 } }, 'parameters.a.description'],
  [{ a: { type: 'STRING', default: 1 } }, 'parameters.a.default'],
  [{ a: { type: 'KNOWLEDGE_BASE_AND_SOURCE_IDS', default: knowledge } }, 'parameters.a.default'],
]
for (const [declared, field] of badDeclarations) {
  test(`the declaration ${JSON.stringify(declared)} is refused at ${field}`, () => {
    assert.throws(() => checkParameters(declared as Record<string, unknown>), refusedAt(field))
  })
}

const types: [type: string, fits: unknown[], fitsNot: unknown[]][] = [
  ['STRING', ['', 'a', null], [1, true, {}]],
  ['INTEGER', [0, -3, null], [1.5, '1', 2 ** 60]],
  ['NUMBER', [1.5, 0], ['1', Number.NaN, Number.POSITIVE_INFINITY]],
  ['BOOLEAN', [true, false], ['true', 1]],
  ['KNOWLEDGE_BASE_AND_SOURCE_IDS', [knowledge, [knowledge]], ['know', [], [knowledge, 'x'], 1]],
]
for (const [type, fits, fitsNot] of types) {
  test(`a value of ${type} is told from others`, () => {
    const declared = checkParameters({ a: { type } })
    for (const a of fits) checkValues(declared, { a }, { field: 'p' })
    for (const a of fitsNot) assert.throws(() => checkValues(declared, { a }, { field: 'p' }), refusedAt('p.a'))
  })
}

test('what is not declared is refused, and what is required and missing, unless only some are given', () => {
  const declared = checkParameters({
    a: { type: 'STRING', required: true },
    b: { type: 'STRING', required: true, default: 'x' },
  })
  assert.throws(() => checkValues(declared, { c: 1 }, { field: 'p' }), refusedAt('p.c'))
  assert.throws(() => checkValues(declared, { b: 'y' }, { field: 'p' }), refusedAt('p.a'))
  assert.throws(() => checkValues(declared, { a: null }, { field: 'p' }), refusedAt('p.a'))
  checkValues(declared, {}, { field: 'p', partial: true })
  assert.equal(missingOf(declared, {}), 'a')
  assert.equal(missingOf(declared, { a: 'z' }), undefined)
  assert.deepEqual(effectiveValues(declared, { a: 'z', b: null }), { a: 'z', b: 'x' })
})
