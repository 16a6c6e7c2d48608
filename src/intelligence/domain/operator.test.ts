import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filledPrompt, operatorBody, placeholdersOf } from './operator.ts'

test('what a request leaves out has its default', () => {
  assert.deepEqual(operatorBody({ displayName: 'a', prompt: 'p' }), {
    displayName: 'a',
    description: null,
    prompt: 'p',
    outputFormat: 'TEXT',
    outputSchema: null,
    trainingExamples: [],
    memoryEnabled: false,
    knowledgeEnabled: false,
    parameters: {},
  })
})

test('null is the same as left out, and switches are read', () => {
  const body = operatorBody({
    displayName: 'a',
    prompt: 'p',
    outputFormat: 'CLASSIFICATION',
    outputSchema: { type: 'x' },
    trainingExamples: null,
    parameters: null,
    context: { memory: { enabled: true }, knowledge: { enabled: true } },
  })
  assert.deepEqual(
    [body.memoryEnabled, body.knowledgeEnabled, body.outputSchema, body.trainingExamples],
    [true, true, null, []],
  )
})

test('JSON needs a schema', () => {
  assert.throws(
    () => operatorBody({ displayName: 'a', prompt: 'p', outputFormat: 'JSON', outputSchema: null }),
    /needs an outputSchema/,
  )
  const { outputSchema } = operatorBody({
    displayName: 'a',
    prompt: 'p',
    outputFormat: 'JSON',
    outputSchema: { type: 'object' },
  })
  assert.equal(outputSchema?.additionalProperties, false)
})

test('a prompt may only use what is declared', () => {
  assert.throws(() => operatorBody({ displayName: 'a', prompt: '{{ parameters.x }}' }), /"x"/)
  assert.deepEqual(placeholdersOf('{{parameters.a}} {{parameters.b}} {{ parameters.a }} {{other}}'), ['a', 'b'])
})

test('values take the place of their names, and what has none leaves nothing', () => {
  assert.equal(
    filledPrompt('{{parameters.a}}, {{parameters.b}}, {{parameters.c}}, {{parameters.toString}}.', { a: 5, b: null }),
    '5, , , .',
  )
})
