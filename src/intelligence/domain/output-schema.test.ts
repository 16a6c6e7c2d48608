import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { normalizedSchema } from './output-schema.ts'

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const nested = (levels: number): object => (levels === 1 ? { type: 'string' } : object({ a: nested(levels - 1) }))
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }]))

test('every object is closed and needs all of its properties, wherever it stands', () => {
  const inner = object({ b: { type: 'string' } })
  const closed = { ...inner, additionalProperties: false, required: ['b'] }
  assert.deepEqual(
    normalizedSchema(
      object(
        {
          list: { type: 'array', items: inner },
          either: { anyOf: [inner, { type: 'null' }] },
          ref: { $ref: '#/$defs/x' },
          own: { $ref: '#' },
        },
        { $defs: { x: inner }, additionalProperties: true, required: [] },
      ),
    ),
    {
      type: 'object',
      properties: {
        list: { type: 'array', items: closed },
        either: { anyOf: [closed, { type: 'null' }] },
        ref: { $ref: '#/$defs/x' },
        own: { $ref: '#' },
      },
      $defs: { x: closed },
      additionalProperties: false,
      required: ['list', 'either', 'ref', 'own'],
    },
  )
})

test('an object without properties is closed too, and one that may be null', () => {
  assert.deepEqual(normalizedSchema({ type: 'object' }), {
    type: 'object',
    properties: {},
    additionalProperties: false,
    required: [],
  })
  const result = normalizedSchema(object({ a: { type: ['object', 'null'] } })) as { properties: { a: object } }
  assert.deepEqual(result.properties.a, {
    type: ['object', 'null'],
    properties: {},
    additionalProperties: false,
    required: [],
  })
})

test('the limits themselves are admitted', () => {
  normalizedSchema(nested(10))
  normalizedSchema(object(many(100)))
  normalizedSchema(object({ a: { enum: Array(1000).fill('x') } }))
})

const refused: [told: string, schema: unknown, field: string][] = [
  ['a text', 'text', 'outputSchema'],
  ['null', null, 'outputSchema'],
  ['a list', [], 'outputSchema'],
  ['another root', { type: 'string' }, 'outputSchema.type'],
  ['an unknown type', object({ a: { type: 'date' } }), 'outputSchema.properties.a.type'],
  ['no type in a list of types', object({ a: { type: [] } }), 'outputSchema.properties.a.type'],
  ['uniqueItems', object({ a: { type: 'array', uniqueItems: true } }), 'outputSchema.properties.a.uniqueItems'],
  ['oneOf', object({ a: { oneOf: [] } }), 'outputSchema.properties.a.oneOf'],
  ['a reference to elsewhere', object({ a: { $ref: 'http://x' } }), 'outputSchema.properties.a.$ref'],
  ['a reference to nothing', object({ a: { $ref: '#/$defs/x' } }), 'outputSchema.properties.a.$ref'],
  ['a reference that is no text', object({ a: { $ref: 1 } }), 'outputSchema.properties.a.$ref'],
  ['eleven levels', nested(11), `outputSchema${'.properties.a'.repeat(10)}`],
  ['101 properties', object(many(101)), 'outputSchema'],
  ['1001 enum values', object({ a: { enum: Array(1001).fill('x') } }), 'outputSchema.properties.a.enum'],
  ['an empty enum', object({ a: { enum: [] } }), 'outputSchema.properties.a.enum'],
  ['an anyOf that is no list', object({ a: { anyOf: {} } }), 'outputSchema.properties.a.anyOf'],
  ['properties that are no object', { type: 'object', properties: [] }, 'outputSchema.properties'],
  ['items that are no schema', object({ a: { type: 'array', items: true } }), 'outputSchema.properties.a.items'],
  ['definitions that are none', object({}, { $defs: 1 }), 'outputSchema.$defs'],
]
for (const [told, schema, field] of refused) {
  test(`${told} is refused at ${field}`, () => {
    assert.throws(
      () => normalizedSchema(schema),
      (error) => error instanceof Failure && error.kind === 'invalid' && error.details.field === field,
    )
  })
}
