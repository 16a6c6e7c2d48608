import type { DatabaseKind, Installation } from './installation.ts'
import type { Random } from './random.ts'
import type { Verdict } from './verdict.ts'

export interface RaceSizes {
  /** Pairs of addresses. */
  pairs: number
  /** First messages of each pair, sent at the same time. */
  messages: number
  /** Requests with overlapping keys. */
  overlapping: number
  /** Races between creations, between equal messages, and of changes of configuration. */
  rounds: number
  /** Customers whose two profiles are merged while they write; twice as many whose three are divided. */
  merges: number
}

export interface RaceOptions {
  database: DatabaseKind
  sizes: RaceSizes
  random: Random
  verdict: Verdict
  fast: boolean
}

/** What every race is run with. */
export interface Race extends Omit<RaceOptions, 'database' | 'fast'> {
  installation: Installation
}
