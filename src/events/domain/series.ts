/** What is counted, each for itself. */
export const counted = [
  'conversations',
  'closed',
  'communications',
  'duplicates',
  'notCaptured',
  'refused',
  'delivered',
  'failed',
  'givenUp',
] as const
export type Counted = (typeof counted)[number]
export type Counts = Record<Counted, number>

/** How many conversations were open at a time. */
export interface OpenConversations {
  active: number
  inactive: number
  /** One that is on several channels counts for each. */
  byChannel: Record<string, { active: number; inactive: number }>
}

/** What was counted in one span, and what was open at its end, if that was looked at. */
export interface Tally {
  at: number
  counts: Counts
  open: OpenConversations | null
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** How long a series is and how finely it is drawn; `span`: minutes of the tallies that it is made of. */
export const periods = {
  HOUR: { lengthMs: hourMs, stepMs: minuteMs, span: 1 },
  DAY: { lengthMs: 24 * hourMs, stepMs: 15 * minuteMs, span: 1 },
  MONTH: { lengthMs: 30 * 24 * hourMs, stepMs: 6 * hourMs, span: 60 },
} as const
export type Period = keyof typeof periods

/** Where the series begins: whole steps, of which the last is the one that goes on now. */
export function beginningOf(period: Period, now: number): number {
  const { lengthMs, stepMs } = periods[period]
  return startOfSpan(now, stepMs) + stepMs - lengthMs
}

export function startOfSpan(at: number, spanMs: number): number {
  return Math.floor(at / spanMs) * spanMs
}

/** Every step of a period up to now. What was open is carried on from the last time that it was looked at, `before` all of it at first. */
export function seriesOf(
  tallies: readonly Tally[],
  options: { period: Period; now: number; before: OpenConversations | null },
): Tally[] {
  const { period, now } = options
  const { stepMs } = periods[period]
  const byStep = Map.groupBy(tallies, ({ at }) => startOfSpan(at, stepMs))
  const steps: Tally[] = []
  let open = options.before
  for (let at = beginningOf(period, now); at <= now; at += stepMs) {
    const here = (byStep.get(at) ?? []).toSorted((a, b) => a.at - b.at)
    open = here.findLast((tally) => tally.open !== null)?.open ?? open
    steps.push({ at, counts: sumOf(here.map(({ counts }) => counts)), open })
  }
  return steps
}

export function sumOf(all: readonly Partial<Counts>[]): Counts {
  const sum = Object.fromEntries(counted.map((name) => [name, 0])) as Counts
  for (const counts of all) for (const name of counted) sum[name] += counts[name] ?? 0
  return sum
}
