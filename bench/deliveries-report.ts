import { type Beside, type Case, cases, type Deliveries } from './deliveries.ts'
import type { Goal } from './goal.ts'
import { median } from './median.ts'
import { row } from './table.ts'

/** The promises about deliveries; ratios are of the same round only. */
export function deliveryGoals(database: string, { rounds, beside }: Deliveries): Goal[] {
  const share = (name: Case) => median(rounds.map((round) => round[name].perSecond / round['ten targets'].perSecond))
  return [
    goal(`deliveries/s, ${database}`, median(rounds.map((round) => round['one target'].perSecond)), 3_000),
    goal(`nine targets beside one that refuses, share of ten, ${database}`, share('one of ten refuses'), 0.9),
    goal(`nine targets beside one that is silent, share of ten, ${database}`, share('one of ten is silent'), 0.9),
    goal(
      `messages taken in beside their deliveries, share of without, ${database}`,
      median(beside.map((one) => one.withCallback.perSecond / one.without.perSecond)),
      0.85,
    ),
  ]
}

function goal(what: string, is: number, atLeast: number): Goal {
  return { what, is, atLeast, met: is >= atLeast }
}

/** The report for people. */
export function deliveryLines(deliveries: Readonly<Record<string, Deliveries>>): string[] {
  const entries = Object.entries(deliveries)
  if (entries.length === 0) return []
  return [
    '',
    'Signed deliveries of a backlog to a local receiver over kept connections (median of rounds)',
    row(['', 'deliveries/s', 'CPU µs', 'RSS MB']),
    ...entries.flatMap(([name, { rounds }]) =>
      cases.map((one) => {
        const of = rounds.map((round) => round[one])
        const cells = [median(of.map(({ perSecond }) => perSecond)), median(of.map(({ cpuUs }) => cpuUs))]
        return row([
          `${name}, ${one}`,
          ...[...cells, median(of.map(({ rssMb }) => rssMb))].map((cell) => cell.toFixed(0)),
        ])
      }),
    ),
    ...entries.flatMap(([name, { beside }]) => besideLines(name, beside)),
  ]
}

function besideLines(name: string, beside: readonly Beside[]): string[] {
  const middle = (of: (one: Beside) => number) => median(beside.map(of)).toFixed(1)
  return [
    '',
    `Single messages over HTTP at ${middle((one) => one.offeredPerSecond)}/s, ${name}`,
    row(['', 'messages/s', 'p50 ms', 'p99 ms']),
    row([
      'without a callback',
      middle(({ without }) => without.perSecond),
      middle(({ without }) => without.p50Ms),
      middle(({ without }) => without.p99Ms),
    ]),
    row([
      'with one callback',
      middle(({ withCallback }) => withCallback.perSecond),
      middle(({ withCallback }) => withCallback.p50Ms),
      middle(({ withCallback }) => withCallback.p99Ms),
    ]),
    row(['from event to arrival', '', middle(({ lag }) => lag.p50Ms), middle(({ lag }) => lag.p99Ms)]),
    row(['last message to last arrival', '', middle(({ drainMs }) => drainMs)]),
  ]
}
