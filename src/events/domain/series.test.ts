import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { beginningOf, type OpenConversations, seriesOf, sumOf, type Tally } from './series.ts'

const now = Date.parse('2026-01-05T09:30:30Z')
const minuteMs = 60_000
const open = (active: number): OpenConversations => ({ active, inactive: 0, byChannel: {} })
const tally = (minutesAgo: number, communications: number, seen: OpenConversations | null = null): Tally => ({
  at: Date.parse('2026-01-05T09:30:00Z') - minutesAgo * minuteMs,
  counts: sumOf([{ communications }]),
  open: seen,
})

describe('a series', () => {
  for (const [period, steps, begins] of [
    ['HOUR', 60, '2026-01-05T08:31:00.000Z'],
    ['DAY', 96, '2026-01-04T09:45:00.000Z'],
    ['MONTH', 120, '2025-12-06T12:00:00.000Z'],
  ] as const) {
    it(`of a ${period} has ${steps} steps, the last of which goes on`, () => {
      assert.equal(new Date(beginningOf(period, now)).toISOString(), begins)
      assert.equal(seriesOf([], { period, now, before: null }).length, steps)
    })
  }

  it('sums what was counted in a step, in whatever order it is told', () => {
    const series = seriesOf([tally(0, 2), tally(10, 3), tally(5, 4)], { period: 'DAY', now, before: null })
    assert.deepEqual(
      series.slice(-2).map(({ counts }) => counts.communications),
      [7, 2],
    )
  })

  it('carries on what was open from the last look, and from before the series', () => {
    const series = seriesOf([tally(2, 0, open(3)), tally(1, 1)], { period: 'HOUR', now, before: open(1) })
    assert.deepEqual(
      series.slice(-4).map((step) => step.open?.active),
      [1, 3, 3, 3],
    )
    assert.equal(seriesOf([], { period: 'HOUR', now, before: null })[0]?.open, null)
  })
})
