import { cpus, totalmem } from 'node:os'
import { type Bulk, bulkLines } from './bulk.ts'
import { type CarrierIntake, carrierLines } from './carriers.ts'
import type { Deliveries } from './deliveries.ts'
import { deliveryLines } from './deliveries-report.ts'
import type { Goal } from './goal.ts'
import { type Identity, identityLines } from './identity.ts'
import { type Imports, importLines } from './imports.ts'
import type { Batch, Ingest } from './ingest.ts'
import { type Intelligence, intelligenceLines } from './intelligence.ts'
import type { Latency } from './lists.ts'
import { median } from './median.ts'
import type { DatabaseName, Options } from './options.ts'
import { type Recall, recallLines } from './recall.ts'
import { row } from './table.ts'
import type { Voice } from './voice.ts'
import { voiceLines } from './voice-report.ts'

export interface Report {
  machine: { node: string; platform: string; processor: string; cores: number; memoryGb: number }
  options: Options
  /** By target; `baseline` is the empty route. */
  ingest: Record<string, Ingest>
  batches: Partial<Record<DatabaseName, Batch[]>>
  lists: Partial<Record<DatabaseName, Latency[]>>
  deliveries: Partial<Record<DatabaseName, Deliveries>>
  identity: Partial<Record<DatabaseName, Identity>>
  voice: Partial<Record<DatabaseName, Voice>>
  recalls: Partial<Record<DatabaseName, Recall>>
  imports: Partial<Record<DatabaseName, Imports>>
  carriers: Partial<Record<DatabaseName, CarrierIntake>>
  bulk: Partial<Record<DatabaseName, Bulk>>
  intelligence: Partial<Record<DatabaseName, Intelligence>>
  targets: Goal[]
}

export function machine(): Report['machine'] {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  }
}

/** Ratios of the same round only: what slowed one down most likely slowed its neighbour too. */
export function goalsOf(ingest: Record<string, Ingest>): Goal[] {
  return [
    goal('SQLite, share of the empty route', ingest.sqlite, ingest.baseline, 0.35),
    goal('PostgreSQL, share of SQLite', ingest.postgres, ingest.sqlite, 0.5),
  ].flatMap((one) => one ?? [])
}

function goal(what: string, one: Ingest | undefined, other: Ingest | undefined, atLeast: number): Goal | undefined {
  if (!one || !other) return undefined
  const is = median(one.rounds.map(({ perSecond }, at) => perSecond / (other.rounds[at]?.perSecond ?? Number.NaN)))
  return { what, atLeast, is, met: is >= atLeast }
}

/** The report for people. */
export function printed(report: Report): string {
  const { node, platform, processor, cores, memoryGb } = report.machine
  return [
    `Node ${node} on ${platform}, ${cores} × ${processor}, ${memoryGb} GB`,
    ...ingestLines(report),
    ...batchLines(report.batches),
    ...listLines(report),
    ...deliveryLines(report.deliveries),
    ...identityLines(report.identity),
    ...voiceLines(report.voice),
    ...recallLines(report.recalls, report.options.profiles),
    ...importLines(report.imports),
    ...carrierLines(report.carriers),
    ...bulkLines(report.bulk),
    ...intelligenceLines(report.intelligence),
    ...goalLines(report.targets),
  ].join('\n')
}

function ingestLines({ ingest, options }: Report): string[] {
  const entries = Object.entries(ingest)
  if (entries.length === 0) return []
  return [
    '',
    `Single messages over HTTP, durable when answered (${options.connections} connections, median of ${options.rounds} rounds of ${options.seconds} s)`,
    row(['', 'messages/s', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MB']),
    ...entries.map(([name, one]) =>
      row([name, whole(one.perSecond), fine(one.p50Ms), fine(one.p99Ms), whole(one.cpuUs), whole(one.rssMb)]),
    ),
    '',
    row(['round', ...entries.map(([name]) => name)]),
    ...Array.from({ length: options.rounds }, (_, at) =>
      row([String(at + 1), ...entries.map(([, one]) => whole(one.rounds[at]?.perSecond ?? Number.NaN))]),
    ),
  ]
}

function batchLines(batches: Report['batches']): string[] {
  const entries = Object.entries(batches).flatMap(([name, all]) => all.map((one) => [name, one] as const))
  if (entries.length === 0) return []
  return [
    '',
    'Batches',
    row(['', 'messages/s', 'p50 ms', 'p99 ms']),
    ...entries.map(([name, one]) =>
      row([`${name}, ${one.size} a request`, whole(one.perSecond), fine(one.p50Ms), fine(one.p99Ms)]),
    ),
  ]
}

function listLines({ lists, options }: Report): string[] {
  const entries = Object.entries(lists).flatMap(([name, all]) => all.map((one) => [name, one] as const))
  if (entries.length === 0) return []
  return [
    '',
    `Reads at ${options.conversations} conversations (8 connections)`,
    row(['', 'requests/s', 'p50 ms', 'p99 ms']),
    ...entries.map(([name, one]) =>
      row([`${name}, ${one.what}`, whole(one.perSecond), fine(one.p50Ms), fine(one.p99Ms)]),
    ),
  ]
}

function goalLines(goals: readonly Goal[]): string[] {
  if (goals.length === 0) return []
  return [
    '',
    ...goals.map(
      ({ what, atLeast, is, met }) => `${met ? 'met   ' : 'MISSED'} ${what}: ${is.toFixed(2)} (at least ${atLeast})`,
    ),
  ]
}

function whole(value: number): string {
  return value.toFixed(0)
}

function fine(value: number): string {
  return value.toFixed(1)
}
