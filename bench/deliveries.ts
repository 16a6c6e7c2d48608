import { setTimeout } from 'node:timers/promises'
import type { TrafficItem } from '../src/conversations/domain/traffic.ts'
import { send } from './load.ts'
import { median } from './median.ts'
import type { Options } from './options.ts'
import { usageOf } from './process.ts'
import { type Arrivals, type Lag, type Receiver, startReceiver } from './receiver-process.ts'
import { ask, type Business, newAuthToken, type Skein } from './skein.ts'
import { business, type TrafficSource } from './traffic.ts'

export interface DeliveryBench {
  /** A server on an empty database. */
  startSkein(businesses: readonly Business[], authToken: string): Promise<Skein>
  newSource(): TrafficSource
  options: Options
  say(text: string): void
}

/** One backlog, carried to its last delivery. */
export interface Drained {
  deliveries: number
  /** From the moment that the targets are enabled until the last arrival. */
  perSecond: number
  /** Processor time of the server per delivery, in microseconds. */
  cpuUs: number
  rssMb: number
}

/** Messages taken in while their events are delivered, and the same without anybody to deliver to. */
export interface Beside {
  offeredPerSecond: number
  withCallback: { perSecond: number; p50Ms: number; p99Ms: number }
  without: { perSecond: number; p50Ms: number; p99Ms: number }
  lag: Lag
  /** From the last message until the last arrival. */
  drainMs: number
}

export const cases = ['one target', 'ten targets', 'one of ten refuses', 'one of ten is silent'] as const
export type Case = (typeof cases)[number]

export interface Deliveries {
  rounds: Record<Case, Drained>[]
  beside: Beside[]
}

/** More rounds say little more, and each carries several backlogs. */
const maxRounds = 3
const targets = 10
const perRequest = 500
const pollMs = 20
/** Without any arrival for so long something is stuck; a lane that failed once waits for five seconds. */
const stuckMs = 20_000
/** Which part of what can be delivered is offered while messages are taken in and generated on the same processors. */
const offeredShare = 0.25

/** Carries backlogs to receivers of which all or all but one answer, and takes in messages meanwhile; rounds are interleaved. */
export async function measureDeliveries(bench: DeliveryBench): Promise<Deliveries> {
  const { options, say } = bench
  const result: Deliveries = { rounds: [], beside: [] }
  for (let round = 1; round <= Math.min(options.rounds, maxRounds); round += 1) {
    const drained: Partial<Record<Case, Drained>> = {}
    for (const name of cases) {
      const one = await measureCase(bench, name)
      drained[name] = one
      say(`round ${round}, ${name}: ${Math.round(one.perSecond)} deliveries/s, ${one.cpuUs.toFixed(0)} µs`)
    }
    result.rounds.push(drained as Record<Case, Drained>)
    const perSecond = median(result.rounds.map((each) => each['one target'].perSecond))
    const beside = await measureBeside(bench, perSecond)
    result.beside.push(beside)
    say(`round ${round}, ${Math.round(beside.offeredPerSecond)} messages/s offered: drained in ${beside.drainMs} ms`)
  }
  return result
}

/** The backlog is made while the targets are disabled, so that nothing but delivering is measured. */
async function measureCase(bench: DeliveryBench, name: Case): Promise<Drained> {
  const authToken = newAuthToken()
  const receiver = await startReceiver(authToken)
  const dying = await startReceiver(authToken)
  const count = name === 'one target' ? 1 : targets
  const businesses = Array.from({ length: count }, (_, at) => ({
    number: numberOf(at),
    callback: `${receiver.url}/hook/${at}`,
  }))
  const [ill] = businesses
  if (ill && name === 'one of ten refuses') ill.callback = `${dying.url}/hook/0`
  if (ill && name === 'one of ten is silent') ill.callback = `${receiver.url}/silent`
  const isWhole = count === 1 || name === 'ten targets'
  const skein = await bench.startSkein(businesses, authToken)
  try {
    await switchTargets(skein, 'Disable')
    const events = await load(skein, bench.newSource(), businesses, bench.options.events)
    const expected = isWhole ? sum(events) : sum(events.slice(1))
    const before = await usageOf(skein)
    await dying.stop()
    const begun = Date.now()
    await switchTargets(skein, 'Enable')
    const arrivals = await arrivalsOf(receiver, expected)
    const { cpuSeconds, rssBytes } = await usageOf(skein)
    return {
      deliveries: expected,
      perSecond: (expected * 1000) / (lastOf(arrivals) - begun),
      cpuUs: ((cpuSeconds - before.cpuSeconds) * 1e6) / expected,
      rssMb: rssBytes / 1e6,
    }
  } finally {
    await skein.stop()
    await receiver.stop()
    await dying.stop()
  }
}

async function switchTargets(skein: Skein, verb: 'Enable' | 'Disable'): Promise<void> {
  const { targets: all } = await ask(skein, 'GET', '/skein/v1/Targets')
  await Promise.all((all as { id: string }[]).map(({ id }) => ask(skein, 'POST', `/skein/v1/Targets/${id}/${verb}`)))
}

/** At a rate that deliveries keep up with: what taking messages in loses by it, and how far behind the deliveries are. */
async function measureBeside(bench: DeliveryBench, deliveriesPerSecond: number): Promise<Beside> {
  const { seconds, connections } = bench.options
  const authToken = newAuthToken()
  const receiver = await startReceiver(authToken)
  const withCallback = await bench.startSkein([{ number: business, callback: `${receiver.url}/hook/0` }], authToken)
  const without = await bench.startSkein([{ number: business }], authToken)
  try {
    const sources = { with: bench.newSource(), without: bench.newSource() }
    const events = sum(await load(withCallback, sources.with, [{ number: business }], perRequest))
    await load(without, sources.without, [{ number: business }], perRequest)
    await arrivalsOf(receiver, events)
    await receiver.forget()
    const offeredPerSecond = (deliveriesPerSecond * offeredShare * perRequest) / events
    const offer = ({ url, headers }: Skein, source: TrafficSource) => {
      const next = () => ({ path: '/skein/v1/Traffic', body: JSON.stringify(source.next()) })
      return send({ url, headers, next, seconds, connections, offeredPerSecond: Math.round(offeredPerSecond) })
    }
    const { requests: _, ...bare } = await offer(without, sources.without)
    const customers = sources.with.customers
    const { requests, ...measured } = await offer(withCallback, sources.with)
    const ended = Date.now()
    // A request that was under way at the end may have been taken in without having been counted.
    const expected = eventsOf(requests, sources.with.customers - customers) - connections * eventsOf(1, 1)
    const arrivals = await arrivalsOf(receiver, expected)
    const drainMs = Math.max(0, lastOf(arrivals) - ended)
    return { offeredPerSecond, withCallback: measured, without: bare, lag: await receiver.lag(), drainMs }
  } finally {
    await withCallback.stop()
    await without.stop()
    await receiver.stop()
  }
}

/** Takes in messages, spread over the businesses, until so many events have happened; answers how many of each business. */
async function load(
  skein: Skein,
  source: TrafficSource,
  businesses: readonly Business[],
  events: number,
): Promise<number[]> {
  const counts = businesses.map(() => 0)
  while (sum(counts) < events) {
    const items = source.take(perRequest)
    const places = items.map((item) => Number(customerOf(item).slice(-3)) % businesses.length)
    const { results } = await ask(
      skein,
      'POST',
      '/skein/v1/Traffic',
      items.map((item, at) => addressedTo(item, businesses[places[at] as number] as Business)),
    )
    for (const [at, { created }] of (results as { created: boolean }[]).entries()) {
      const place = places[at] as number
      counts[place] = (counts[place] ?? 0) + eventsOf(1, created ? 1 : 0)
    }
  }
  return counts
}

/** A new conversation tells of itself and of its two participants, beside its first message. */
function eventsOf(messages: number, conversations: number): number {
  return messages + conversations * 3
}

/** Waits until so many have come. Throws when nothing comes any more, or when a signature does not hold. */
async function arrivalsOf(receiver: Receiver, expected: number): Promise<Arrivals> {
  let known = 0
  let changedAt = Date.now()
  for (;;) {
    const arrivals = await receiver.arrivals()
    const count = sum(Object.values(arrivals.paths).map((path) => path.count))
    if (arrivals.wronglySigned > 0)
      throw new Error(`${arrivals.wronglySigned} of ${arrivals.checked} were wrongly signed.`)
    if (count >= expected) return arrivals
    if (count > known) [known, changedAt] = [count, Date.now()]
    if (Date.now() - changedAt > stuckMs) throw new Error(`${expected} deliveries were expected, ${count} came.`)
    await setTimeout(pollMs)
  }
}

function lastOf({ paths }: Arrivals): number {
  return Math.max(...Object.values(paths).map(({ lastAt }) => lastAt))
}

function numberOf(at: number): string {
  return `+1555000${2_000 + at}`
}

function customerOf({ from, to }: TrafficItem): string {
  return String(from === business ? to : from)
}

function addressedTo(item: TrafficItem, { number }: Business): TrafficItem {
  return item.from === business ? { ...item, from: number } : { ...item, to: number }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
