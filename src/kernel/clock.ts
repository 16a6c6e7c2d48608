/**
 * Business time: what conversations, timers and retries live by, in epoch milliseconds. Wall time, which serves time-outs
 * and latencies, is `Date.now()` and `performance.now()` where it is needed.
 */
export interface Clock {
  readonly mode: 'system' | 'virtual'
  now(): Promise<number>
}

export const systemClock: Clock = { mode: 'system', now: async () => Date.now() }
