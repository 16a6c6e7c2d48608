import { trafficCosts } from '../src/testing/traffic-costs.ts'
import { row } from './table.ts'

/** Statements and commits of some batches: figures that no machine and no neighbour changes. */
export async function countStatements(): Promise<string> {
  const costs = await trafficCosts()
  return [
    row(['', 'reads', 'writes', 'rows', 'commits']),
    ...costs.map(({ what, reads, writes, rows, commits }) =>
      row([what, ...[reads, writes, rows, commits].map(String)]),
    ),
  ].join('\n')
}
