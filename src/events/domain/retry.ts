/**
 * When a delivery is tried again. Attempts are made at once, then 5 seconds, 5 minutes, 30 minutes, 2, 5, 10 and 10 hours
 * after the one before: eight in all, after which a delivery is dead and waits to be replayed.
 */
export const retryDelaysMs = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1000)

/** A failing attempt of this number, and every later one, no longer holds up the events behind it. */
export const parkingAttempt = 2

/** A target that has failed without a break for so long is disabled. */
export const disableAfterMs = 3 * 24 * 60 * 60 * 1000

const jitter = 0.1

/** What came of one attempt: an HTTP status, or one of the words for trouble on the network. */
export type AttemptResult = { status: number } | { error: string }

export type Verdict = 'DELIVERED' | 'RETRY' | 'FINAL' | 'GONE'

/** Which failures are retried, as a target's URL may say in its fragment. */
export interface RetryPolicy {
  /** Retries after the first attempt; undefined: the schedule's own number. */
  retries?: number
  /** Words of the fragment such as `4xx`, `5xx`, `ct`, `rt`, `all`; undefined: the ordinary rule. */
  retryOn?: readonly string[]
}

/** Any 2xx is success; trouble on the network, 408, 425, 429 and 5xx may pass; 410 asks never to come again; the rest is final. */
export function judge(result: AttemptResult, policy: RetryPolicy = {}): Verdict {
  if ('error' in result) {
    return result.error === 'bad_url' ? 'FINAL' : (mayRetry(errorWord(result.error), policy) ?? 'RETRY')
  }
  const { status } = result
  if (status >= 200 && status < 300) return 'DELIVERED'
  if (status === 410) return 'GONE'
  const chosen = mayRetry(status >= 500 ? '5xx' : '4xx', policy)
  if (chosen !== undefined) return chosen
  return status >= 500 || status === 408 || status === 425 || status === 429 ? 'RETRY' : 'FINAL'
}

/**
 * The wait before the attempt after number `attempt` (from 1), in milliseconds, or undefined when there is none any more.
 * `random` is from 0 to 1 and spreads what failed together.
 */
export function retryDelayMs(attempt: number, policy: RetryPolicy, random: number): number | undefined {
  if (attempt > (policy.retries ?? retryDelaysMs.length)) return undefined
  const delay = retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1]
  // The first retry is exact: the events behind it wait for it.
  if (delay === undefined || attempt === 1) return delay
  return Math.round(delay * (1 - jitter + 2 * jitter * random))
}

function mayRetry(word: string, { retryOn }: RetryPolicy): Verdict | undefined {
  if (retryOn === undefined) return undefined
  return retryOn.includes(word) || retryOn.includes('all') ? 'RETRY' : 'FINAL'
}

const readFailures = new Set(['read_timeout', 'total_timeout', 'reset', 'protocol'])

/** The fragment tells failures to connect from failures after that. */
function errorWord(error: string): string {
  return readFailures.has(error) ? 'rt' : 'ct'
}
