import assert from 'node:assert/strict'
import { it } from 'node:test'
import { proveDeliveries } from './prove/deliveries.ts'
import { Random } from './prove/random.ts'
import { Verdict } from './prove/verdict.ts'

for (const database of ['sqlite', 'postgres'] as const) {
  it(`every event reaches an unruly receiver once by token and in order, though servers are killed, on ${database}`, async () => {
    const said: string[] = []
    const verdict = new Verdict((line) => said.push(line))
    await proveDeliveries({ database, events: 300, kills: 1, random: new Random(7), verdict, fast: true })
    assert.deepEqual(verdict.failures, [], said.join('\n'))
    assert.ok(verdict.passed > 0)
  })
}
