import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { type TrafficCost, trafficCosts } from '../testing/traffic-costs.ts'

/** More than these, and the hot path has become slower on every machine, whatever a clock says on one. */
const bounds: Omit<TrafficCost, 'rows'>[] = [
  { what: 'one message, joining a conversation', reads: 5, writes: 3, commits: 1 },
  { what: 'one message, beginning a conversation', reads: 5, writes: 6, commits: 1 },
  { what: '64 requests at the same time, joining', reads: 5, writes: 3, commits: 1 },
  { what: '64 requests at the same time, beginning', reads: 5, writes: 6, commits: 1 },
  { what: 'one request of 1,000, one in five beginning', reads: 7, writes: 7, commits: 1 },
]

describe('taking in traffic', () => {
  let costs: TrafficCost[]
  before(async () => {
    costs = await trafficCosts()
  })

  for (const { what, ...bound } of bounds) {
    it(`costs ${what}: at most ${bound.reads} reads, ${bound.writes} writes and ${bound.commits} commit`, () => {
      const cost = costs.find((one) => one.what === what)
      assert.ok(cost)
      for (const kind of ['reads', 'writes', 'commits'] as const) {
        assert.ok(cost[kind] <= bound[kind], `${cost[kind]} ${kind}`)
      }
    })
  }
})
