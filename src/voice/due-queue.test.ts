import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DueQueue } from './due-queue.ts'

describe('a queue of what is due', () => {
  it('gives what a list would give, whatever is set, set again and called off', () => {
    const change = fc.record({
      item: fc.integer({ min: 0, max: 9 }),
      at: fc.option(fc.integer({ min: 0, max: 50 })),
      taken: fc.option(fc.integer({ min: 0, max: 50 })),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const queue = new DueQueue<number>()
        const list = new Map<number, number>()
        for (const { item, at, taken } of changes) {
          queue.set(item, at)
          if (at === null) list.delete(item)
          else list.set(item, at)
          assert.equal(queue.next(), list.size === 0 ? null : Math.min(...list.values()))
          if (taken === null) continue
          const due = [...list].filter(([, instant]) => instant <= taken)
          const got = queue.take(taken)
          assert.deepEqual([...got].sort(), due.map(([one]) => one).sort())
          assert.deepEqual(
            got.map((one) => list.get(one)),
            due.map(([, instant]) => instant).sort((a, b) => a - b),
          )
          for (const one of got) list.delete(one)
        }
      }),
    )
  })
})
