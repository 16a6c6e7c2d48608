import type { Operator } from './operator.ts'
import type { OutputSchema } from './output-schema.ts'

/** The form of an operator's answer as a schema: of JSON its own, of the other formats the one that they imply. */
export function answerSchema({
  outputFormat,
  outputSchema,
}: Pick<Operator, 'outputFormat' | 'outputSchema'>): OutputSchema {
  if (outputSchema !== null) return outputSchema
  const name = outputFormat === 'CLASSIFICATION' ? 'label' : 'text'
  return { type: 'object', additionalProperties: false, required: [name], properties: { [name]: { type: 'string' } } }
}

/** An example's output as an answer in that form. */
export function exampleAnswer({ outputFormat }: Pick<Operator, 'outputFormat'>, output: string): string {
  if (outputFormat === 'JSON') return output
  return JSON.stringify({ [outputFormat === 'CLASSIFICATION' ? 'label' : 'text']: output })
}

/** The same answer, its keys in the order in which the schema names them. Follows objects, arrays and references, not unions. */
export function inSchemaOrder(schema: OutputSchema, answer: unknown): unknown {
  return ordered(schema, answer, schema)
}

/** The same answer without NUL characters, which models write now and then, and not every database can hold. */
export function withoutNul(answer: unknown): unknown {
  if (typeof answer === 'string') return answer.replaceAll('\0', '')
  if (Array.isArray(answer)) return answer.map(withoutNul)
  if (!isObject(answer)) return answer
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [withoutNul(name), withoutNul(value)]))
}

function ordered(schema: unknown, answer: unknown, root: OutputSchema): unknown {
  const { properties, items } = resolved(schema, root)
  if (Array.isArray(answer)) return answer.map((one) => ordered(items, one, root))
  if (!isObject(answer) || !isObject(properties)) return answer
  const names = Object.keys(properties).filter((name) => Object.hasOwn(answer, name))
  return Object.fromEntries(names.map((name) => [name, ordered(properties[name], answer[name], root)]))
}

function resolved(schema: unknown, root: OutputSchema): Record<string, unknown> {
  if (!isObject(schema)) return {}
  const name = typeof schema.$ref === 'string' ? /^#\/\$defs\/([^/]+)$/.exec(schema.$ref)?.[1] : undefined
  const named = name === undefined ? undefined : (root.$defs as Record<string, unknown> | undefined)?.[name]
  return isObject(named) ? named : schema
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
