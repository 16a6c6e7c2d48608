import { type Measured, type Prepared, send } from './load.ts'
import { median } from './median.ts'
import type { Options } from './options.ts'
import { type ServerProcess, usageOf } from './process.ts'
import type { TrafficSource } from './traffic.ts'

/** A server under test with the messages that are sent to it. */
export interface Target {
  name: string
  server: ServerProcess & { headers: Record<string, string> }
  source: TrafficSource
}

export interface Round extends Measured {
  /** Processor time of the server per message, in microseconds: what is left when the machine is busy with other things. */
  cpuUs: number
}

export interface Ingest {
  rounds: Round[]
  perSecond: number
  p50Ms: number
  p99Ms: number
  cpuUs: number
  rssMb: number
}

/** Long enough for every target to run compiled code when the rounds begin, the empty route among them. */
const warmUpSeconds = 10

/** Single messages: in every round each target has its turn, so that all of them meet the same weather. */
export async function measureIngest(
  targets: readonly Target[],
  options: Options,
  say: (text: string) => void,
): Promise<Map<string, Ingest>> {
  const rounds = new Map(targets.map(({ name }): [string, Round[]] => [name, []]))
  for (const target of targets) await measureRound(target, options, warmUpSeconds)
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const target of targets) {
      const measured = await measureRound(target, options, options.seconds)
      rounds.get(target.name)?.push(measured)
      say(
        `round ${round}, ${target.name}: ${Math.round(measured.perSecond)} messages/s, ${measured.cpuUs.toFixed(0)} µs`,
      )
    }
  }
  const results = new Map<string, Ingest>()
  for (const { name, server } of targets) {
    const { rssBytes } = await usageOf(server)
    results.set(name, summaryOf(rounds.get(name) ?? [], rssBytes))
  }
  return results
}

export interface Batch {
  size: number
  connections: number
  perSecond: number
  p50Ms: number
  p99Ms: number
}

const batchSizes = [100, 1_000]
const batchConnections = 4

/** Requests of many messages each, in messages a second. */
export async function measureBatches({ server, source }: Target, { seconds }: Options): Promise<Batch[]> {
  const results: Batch[] = []
  for (const size of batchSizes) {
    const next = () => post(source.take(size))
    const { url, headers } = server
    const { perSecond, p50Ms, p99Ms } = await send({ url, headers, next, seconds, connections: batchConnections })
    results.push({ size, connections: batchConnections, perSecond: perSecond * size, p50Ms, p99Ms })
  }
  return results
}

async function measureRound(target: Target, { connections }: Options, seconds: number): Promise<Round> {
  const { server, source } = target
  const before = await usageOf(server)
  const { url, headers } = server
  const measured = await send({ url, headers, next: () => post(source.next()), seconds, connections })
  const { cpuSeconds } = await usageOf(server)
  return { ...measured, cpuUs: ((cpuSeconds - before.cpuSeconds) * 1e6) / measured.requests }
}

function post(body: unknown): Prepared {
  return { path: '/skein/v1/Traffic', body: JSON.stringify(body) }
}

function summaryOf(rounds: Round[], rssBytes: number): Ingest {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  return {
    rounds,
    perSecond: middle(({ perSecond }) => perSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    cpuUs: middle(({ cpuUs }) => cpuUs),
    rssMb: rssBytes / 1e6,
  }
}
