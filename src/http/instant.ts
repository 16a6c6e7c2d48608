import { invalid } from '../kernel/failure.ts'

/** The instant that a date of a request names, in epoch milliseconds. Throws `invalid` for days that no calendar has. */
export function instantOf(field: string, text: string, code?: number): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalid(field, `${field} is not a date`, code)
  return ms
}
