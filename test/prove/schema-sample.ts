import type { Json } from './http-client.ts'
import type { Random } from './random.ts'

const depthOfOptional = 4

/** A value of the schema, as far as a schema tells: for routes of which nothing more is known. */
export function sampleOf(schema: Json, random: Random, depth = 0): Json {
  if (schema === undefined || typeof schema === 'boolean') return 'text'
  const choice = schema.anyOf ?? schema.oneOf
  if (choice) return sampleOf(random.pick(choice), random, depth)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.pick(schema.enum)
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part: Json) => sampleOf(part, random, depth)))
  const [type = 'object'] = [schema.type].flat().filter((name) => name !== 'null')
  switch (type) {
    case 'object':
      return sampleObject(schema, random, depth)
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => sampleOf(schema.items, random, depth + 1))
    case 'integer':
    case 'number':
      return schema.minimum ?? schema.maximum ?? 1
    case 'boolean':
      return random.chance(0.5)
    default:
      return sampleText(schema, random)
  }
}

function sampleObject(schema: Json, random: Random, depth: number): Json {
  const wanted = Object.entries<Json>(schema.properties ?? {}).filter(
    ([name]) => schema.required?.includes(name) || (depth < depthOfOptional && random.chance(0.5)),
  )
  return Object.fromEntries(wanted.map(([name, property]) => [name, sampleOf(property, random, depth + 1)]))
}

function sampleText(schema: Json, random: Random): string {
  if (schema.format === 'date-time') return '2026-03-01T10:00:00Z'
  if (schema.format === 'uri') return 'https://example.com/'
  return random.text(Math.max(schema.minLength ?? 0, Math.min(8, schema.maxLength ?? 8)))
}
