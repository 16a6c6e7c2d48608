import { invalid } from '../../kernel/failure.ts'

/** A JSON Schema of the published subset, as it is stored: every object closed and all of its properties required. */
export type OutputSchema = { [keyword: string]: unknown }

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const
const maxProperties = 100
const maxLevels = 10
const maxEnumValues = 1000

/** What the published subset refuses, and what would need more than it has. */
const refused = new Set(
  [
    'minLength',
    'maxLength',
    'patternProperties',
    'unevaluatedProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
  ]
    .concat(['unevaluatedItems', 'contains', 'minContains', 'maxContains', 'uniqueItems'])
    .concat([
      'oneOf',
      'allOf',
      'not',
      'if',
      'then',
      'else',
      'dependentRequired',
      'dependentSchemas',
      '$dynamicRef',
      '$anchor',
      '$id',
    ]),
)

interface Tally {
  properties: number
  enumValues: number
  definitions: ReadonlySet<string>
}

/** Checks a schema and closes its objects. Throws a refusal that names the place in it. */
export function normalizedSchema(schema: unknown): OutputSchema {
  const root = objectAt(schema, 'outputSchema')
  if (root.type !== 'object')
    throw invalid('outputSchema.type', 'The root of an outputSchema must be of the type object.')
  const definitions = root.$defs === undefined ? {} : objectAt(root.$defs, 'outputSchema.$defs')
  const tally: Tally = { properties: 0, enumValues: 0, definitions: new Set(Object.keys(definitions)) }
  return normalized(root, 'outputSchema', 1, tally)
}

function normalized(schema: OutputSchema, place: string, level: number, tally: Tally): OutputSchema {
  if (level > maxLevels) throw invalid(place, `An outputSchema has at most ${maxLevels} levels.`)
  const keyword = Object.keys(schema).find((one) => refused.has(one))
  if (keyword !== undefined) throw invalid(`${place}.${keyword}`, `An outputSchema can not use the keyword ${keyword}.`)
  checkType(schema.type, place)
  checkReference(schema.$ref, place, tally)
  if (schema.enum !== undefined) countValues(schema.enum, place, tally)
  const inside = (value: unknown, at: string, deeper: number) => normalized(objectAt(value, at), at, deeper, tally)
  const result: OutputSchema = { ...schema }
  if (schema.properties !== undefined) {
    result.properties = mapped(schema.properties, `${place}.properties`, (value, at) => inside(value, at, level + 1))
    tally.properties += Object.keys(result.properties as object).length
    if (tally.properties > maxProperties)
      throw invalid(place, `An outputSchema has at most ${maxProperties} properties.`)
  }
  if (schema.items !== undefined) result.items = inside(schema.items, `${place}.items`, level + 1)
  if (schema.anyOf !== undefined)
    result.anyOf = alternatives(schema.anyOf, `${place}.anyOf`, (value, at) => inside(value, at, level))
  if (schema.$defs !== undefined)
    result.$defs = mapped(schema.$defs, `${place}.$defs`, (value, at) => inside(value, at, level + 1))
  return isObject(schema.type) || schema.properties !== undefined ? closed(result) : result
}

/** An answer has all properties and no others; one that may be missing is a union with null. */
function closed(schema: OutputSchema): OutputSchema {
  const properties = schema.properties ?? {}
  return { ...schema, properties, additionalProperties: false, required: Object.keys(properties as object) }
}

function isObject(type: unknown): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object'))
}

function checkType(type: unknown, place: string): void {
  if (type === undefined) return
  const given = Array.isArray(type) ? type : [type]
  if (given.length > 0 && given.every((one) => (types as readonly unknown[]).includes(one))) return
  throw invalid(`${place}.type`, `${place}.type must be of ${types.join(', ')}`)
}

function checkReference(reference: unknown, place: string, { definitions }: Tally): void {
  if (reference === undefined || reference === '#') return
  const name = typeof reference === 'string' ? /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] : undefined
  if (name !== undefined && definitions.has(name)) return
  throw invalid(`${place}.$ref`, `${place}.$ref must be # or name one of the schema's own $defs`)
}

function countValues(values: unknown, place: string, tally: Tally): void {
  if (!Array.isArray(values) || values.length === 0)
    throw invalid(`${place}.enum`, `${place}.enum must be a list of values`)
  tally.enumValues += values.length
  if (tally.enumValues > maxEnumValues)
    throw invalid(`${place}.enum`, `An outputSchema has at most ${maxEnumValues} enum values.`)
}

function mapped(value: unknown, place: string, change: (value: unknown, at: string) => OutputSchema) {
  const entries = Object.entries(objectAt(value, place))
  return Object.fromEntries(entries.map(([name, one]) => [name, change(one, `${place}.${name}`)]))
}

function alternatives(value: unknown, place: string, change: (value: unknown, at: string) => OutputSchema) {
  if (!Array.isArray(value) || value.length === 0) throw invalid(place, `${place} must be a list of schemas`)
  return value.map((one, at) => change(one, `${place}[${at}]`))
}

function objectAt(value: unknown, place: string): OutputSchema {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as OutputSchema
  throw invalid(place, `${place} must be an object`)
}
