/** How long to wait before the second and the third try of an operator, where nobody says, in business milliseconds. */
const delaysMs = [2_000, 15_000] as const
/** Longer than this nobody is waited for. */
const longestMs = 10 * 60_000

/** Tries of one operator in one execution, the first included. */
export const maxAttempts = delaysMs.length + 1

/** When to try again after so many tries; undefined: no more. A service that asks for patience gets it. */
export function retryDelayMs(attempts: number, askedForMs: number | null): number | undefined {
  const own = delaysMs[attempts - 1]
  return own === undefined ? undefined : Math.min(Math.max(own, askedForMs ?? 0), longestMs)
}

/** What `Retry-After` says: seconds, or a date. `now` is wall time. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined || header.trim() === '') return null
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : null
}
