import type { Form } from '../../http/forms.ts'

/** The fields that have one value; of several the last counts. What came as JSON and is no text is left out. */
export function singleValues(form: Form): Record<string, string> {
  const texts = Object.keys(form).flatMap((name): [string, string][] => {
    const last = valuesOf(form, name).at(-1)
    return last === undefined ? [] : [[name, last]]
  })
  return Object.fromEntries(texts)
}

/** All values of a field, in order. */
export function valuesOf(form: Form, name: string): readonly string[] {
  const value: unknown = form[name]
  const values = Array.isArray(value) ? value : [value]
  return values.filter((one) => typeof one === 'string')
}
