import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerSchema, exampleAnswer, inSchemaOrder, withoutNul } from './answers.ts'

const object = (properties: object) => ({ type: 'object', properties })

describe('the form of answers', () => {
  it('follows from the format, unless there is a schema', () => {
    const ofText = answerSchema({ outputFormat: 'TEXT', outputSchema: null })
    assert.deepEqual(ofText.required, ['text'])
    assert.deepEqual(answerSchema({ outputFormat: 'CLASSIFICATION', outputSchema: null }).required, ['label'])
    const outputSchema = object({})
    assert.equal(answerSchema({ outputFormat: 'JSON', outputSchema }), outputSchema)
  })

  it('is that of examples too', () => {
    assert.equal(exampleAnswer({ outputFormat: 'TEXT' }, 'So "it" is.'), '{"text":"So \\"it\\" is."}')
    assert.equal(exampleAnswer({ outputFormat: 'CLASSIFICATION' }, 'repair'), '{"label":"repair"}')
    assert.equal(exampleAnswer({ outputFormat: 'JSON' }, '{"a":1}'), '{"a":1}')
  })

  it('keeps the order of the schema in objects, arrays and references', () => {
    const schema = {
      ...object({ b: { type: 'string' }, list: { type: 'array', items: { $ref: '#/$defs/Item' } }, a: {} }),
      $defs: { Item: object({ y: {}, x: {} }) },
    }
    const answer = { a: { z: 1, y: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }], b: null }
    const text = JSON.stringify(inSchemaOrder(schema, answer))
    assert.equal(text, '{"b":null,"list":[{"y":2,"x":1},{"x":3}],"a":{"z":1,"y":2}}')
    assert.deepEqual(inSchemaOrder(object({ a: { $ref: '#/$defs/None' } }), { a: { b: 1 } }), { a: { b: 1 } })
    assert.deepEqual(inSchemaOrder(object({ a: { type: 'array' } }), { a: [{ b: 1 }] }), { a: [{ b: 1 }] })
  })

  it('has no NUL characters, wherever they were', () => {
    const answer = { 'a\0': ['b\0c', { d: '\0' }, 1, null], e: true }
    assert.deepEqual(withoutNul(answer), { a: ['bc', { d: '' }, 1, null], e: true })
  })
})
