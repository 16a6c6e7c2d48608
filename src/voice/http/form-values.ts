import type { Form } from '../../http/form.ts'

/** The fields that have one value; of several the last counts. */
export function singleValues(form: Form): Record<string, string> {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, lastOf(value)]))
}

/** All values of a field, in order. */
export function valuesOf(form: Form, name: string): readonly string[] {
  const value = form[name]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

function lastOf(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : (value.at(-1) ?? '')
}
