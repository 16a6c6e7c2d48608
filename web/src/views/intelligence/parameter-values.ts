/** A parameter as an operator declares it. */
export interface Declared {
  type: string
  required?: boolean
  default?: unknown
  description?: string
}

export function declaredIn(parameters: Record<string, unknown>): [name: string, declared: Declared][] {
  return Object.entries(parameters) as [string, Declared][]
}

/** Typed values in the types that are declared; what is empty is left out, and what is no number is for the server to refuse. */
export function valuesOf(parameters: Record<string, unknown>, typed: Record<string, string>): Record<string, unknown> {
  const given = declaredIn(parameters).flatMap(([name, { type }]) => {
    const value = (typed[name] ?? '').trim()
    return value === '' ? [] : [[name, typedAs(type, value)] as const]
  })
  return Object.fromEntries(given)
}

function typedAs(type: string, value: string): unknown {
  if (type === 'BOOLEAN') return value === 'true' ? true : value === 'false' ? false : value
  if ((type === 'INTEGER' || type === 'NUMBER') && Number.isFinite(Number(value))) return Number(value)
  return value
}
