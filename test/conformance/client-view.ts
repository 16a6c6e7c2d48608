import type { Table } from './fields.ts'

/**
 * How the object that the official client made of an answer differs from the answer: a field it lost or changed, or one
 * that it took from somewhere else. Empty when it shows every field of the table as it came.
 */
export function clientDifferences(instance: object, body: Record<string, unknown>, { fields }: Table): string[] {
  const shown = instance as Record<string, unknown>
  const kept = Object.entries(fields)
    .filter(([, field]) => field.inClient)
    .flatMap(([key]) => differences(shown[key], body[key], key))
  const dropped = Object.entries(fields)
    .filter(([key, field]) => !field.inClient && shown[key] !== undefined)
    .map(([key]) => `the client does keep ${key}`)
  const surplus = Object.keys(jsonOf(instance))
    .filter((key) => !Object.hasOwn(fields, key) && !isNothing(shown[key]))
    .map((key) => `the client shows ${key}, which is no field of this answer`)
  return [...kept, ...dropped, ...surplus]
}

/** The client makes one class of all answers of a resource, and what a form of it lacks it shows as nothing, or, of dates, as now. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value instanceof Date || Number.isNaN(value)
}

function jsonOf(instance: object): object {
  return 'toJSON' in instance && typeof instance.toJSON === 'function' ? instance.toJSON() : instance
}

function differences(shown: unknown, sent: unknown, at: string): string[] {
  const asSent = shown instanceof Date ? shown.toISOString() : shown
  if (isObject(asSent) && isObject(sent)) {
    const keys = new Set([...Object.keys(asSent), ...Object.keys(sent)])
    return [...keys].flatMap((key) => differences(asSent[key], sent[key], `${at}.${key}`))
  }
  if ((asSent ?? null) === (sent ?? null)) return []
  return [`the client shows ${at} as ${JSON.stringify(asSent)}, sent was ${JSON.stringify(sent)}`]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
