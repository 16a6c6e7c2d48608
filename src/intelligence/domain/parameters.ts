import { invalid } from '../../kernel/failure.ts'

export const parameterTypes = ['STRING', 'INTEGER', 'NUMBER', 'BOOLEAN', 'KNOWLEDGE_BASE_AND_SOURCE_IDS'] as const
export type ParameterType = (typeof parameterTypes)[number]

export interface Parameter {
  type: ParameterType
  /** Undefined: none. */
  default?: unknown
  required: boolean
  description?: string
}

export type ParameterValues = Record<string, unknown>

const namePattern = /^[A-Za-z_][\w-]{0,63}$/
const knowledgePattern = /^know_knowledgebase_[0-7][0-9a-z]{25}:know_knowledge_[0-7][0-9a-z]{25}$/

/** Reads the declarations of an operator. Throws a refusal that names the parameter. */
export function checkParameters(declared: Record<string, unknown>): Record<string, Parameter> {
  return Object.fromEntries(Object.entries(declared).map(([name, one]) => [name, checkParameter(name, one)]))
}

function checkParameter(name: string, declared: unknown): Parameter {
  const field = `parameters.${name}`
  if (!namePattern.test(name)) throw invalid(field, 'A parameter has a name of letters, digits, _ and -, at most 64.')
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared))
    throw invalid(field, `${field} must be an object`)
  const { type: given, default: standard, required, description } = declared as Record<string, unknown>
  const type = parameterTypes.find((one) => one === String(given).toUpperCase())
  if (!type) throw invalid(`${field}.type`, `${field}.type must be one of ${parameterTypes.join(', ')}`)
  if (required !== undefined && typeof required !== 'boolean')
    throw invalid(`${field}.required`, `${field}.required must be a boolean`)
  if (description !== undefined && typeof description !== 'string') {
    throw invalid(`${field}.description`, `${field}.description must be a string`)
  }
  const hasDefault = standard !== undefined && standard !== null
  if (hasDefault && type === 'KNOWLEDGE_BASE_AND_SOURCE_IDS')
    throw invalid(`${field}.default`, 'Knowledge has no default.')
  if (hasDefault && !isOf(type, standard))
    throw invalid(`${field}.default`, `${field}.default must be of the type ${type}`)
  return {
    type,
    ...(hasDefault ? { default: standard } : {}),
    required: required ?? false,
    ...(description === undefined ? {} : { description }),
  }
}

/** Throws when values do not fit the declarations: unknown names, wrong types, and missing ones unless `partial`. */
export function checkValues(
  declared: Readonly<Record<string, Parameter>>,
  values: Readonly<ParameterValues>,
  { field, partial = false }: { field: string; partial?: boolean },
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(declared, name))
      throw invalid(`${field}.${name}`, `The operator declares no parameter "${name}".`)
    const { type } = declared[name] as Parameter
    if (value !== null && !isOf(type, value))
      throw invalid(`${field}.${name}`, `${field}.${name} must be of the type ${type}`)
  }
  const missing = partial ? undefined : missingOf(declared, values)
  if (missing !== undefined) throw invalid(`${field}.${missing}`, `The operator needs the parameter "${missing}".`)
}

/** The values that an execution works with: those of the rule, else defaults. */
export function effectiveValues(
  declared: Readonly<Record<string, Parameter>>,
  values: Readonly<ParameterValues>,
): ParameterValues {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null)
  const defaults = Object.entries(declared).flatMap(([name, { default: standard }]) =>
    standard === undefined ? [] : [[name, standard]],
  )
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) }
}

/** The name of a required parameter that has neither value nor default. */
export function missingOf(
  declared: Readonly<Record<string, Parameter>>,
  values: Readonly<ParameterValues>,
): string | undefined {
  const effective = effectiveValues(declared, values)
  return Object.keys(declared).find((name) => declared[name]?.required && !Object.hasOwn(effective, name))
}

function isOf(type: ParameterType, value: unknown): boolean {
  switch (type) {
    case 'STRING':
      return typeof value === 'string'
    case 'INTEGER':
      return Number.isSafeInteger(value)
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value)
    case 'BOOLEAN':
      return typeof value === 'boolean'
    case 'KNOWLEDGE_BASE_AND_SOURCE_IDS':
      return isKnowledge(value) || (Array.isArray(value) && value.length > 0 && value.every(isKnowledge))
  }
}

function isKnowledge(value: unknown): boolean {
  return typeof value === 'string' && knowledgePattern.test(value)
}
