import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cast } from './cast.ts'
import { inventCustomers } from './customers.ts'
import { type DayEvent, instantsOf, planDay } from './day.ts'
import type { Dialogue } from './dialogue.ts'
import { randomOf } from './random.ts'

const opensAt = Date.parse('2026-01-05T09:00:00.000Z')

function plan(seed: number, dialogues: number, customers: number): DayEvent[] {
  const random = randomOf(seed)
  return planDay({
    dialogues: Array.from({ length: dialogues }, (_, n) => cast[n % cast.length] as Dialogue),
    customers: inventCustomers(customers, random),
    opensAt,
    random,
  })
}

const anyDay = fc.tuple(fc.nat(4_294_967_295), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }))

describe('the plan of a day', () => {
  it('is the same for the same seed', () => {
    assert.deepEqual(plan(7, 100, 30), plan(7, 100, 30))
  })

  it('is another for another seed', () => {
    const times = (seed: number) => plan(seed, 100, 30).map(({ at }) => at)
    for (const seed of [1, 2, 3, 4_294_967_295]) assert.notDeepEqual(times(seed), times(0))
  })

  it('is in order of time, on whole seconds, from opening time on', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        let last = opensAt
        for (const { at } of plan(...day)) {
          assert.ok(at >= last && at % 1000 === 0)
          last = at
        }
      }),
    )
  })

  it('has every turn of every dialogue once, in its order, but for repetitions', () => {
    fc.assert(
      fc.property(anyDay, ([seed, dialogues, customers]) => {
        const visits = Map.groupBy(plan(seed, dialogues, customers), ({ visit }) => visit)
        assert.equal(visits.size, dialogues)
        for (const [visit, events] of visits) {
          const turns = events.flatMap((event) => (event.kind === 'TURN' && !event.repeated ? [event.turn] : []))
          assert.deepEqual(turns, [...visit.dialogue.turns.keys()])
        }
      }),
    )
  })

  it('begins and ends every call, and repeats no word of it', () => {
    const calls = Map.groupBy(plan(3, 200, 50), ({ visit }) => visit).entries()
    for (const [{ channel }, events] of calls) {
      const kinds = events.map(({ kind }) => kind)
      const isCall = channel === 'VOICE'
      assert.equal(kinds[0] === 'CALL_STARTED', isCall)
      assert.equal(kinds.at(-1) === 'CALL_ENDED', isCall)
      if (isCall) assert.ok(events.every((event) => event.kind !== 'TURN' || !event.repeated))
    }
  })

  it('lets customers come back, on other channels and from their other numbers', () => {
    const visits = [...new Set(plan(1, 200, 60).map(({ visit }) => visit))]
    const byCustomer = [...Map.groupBy(visits, ({ customer }) => customer).values()]
    assert.ok(byCustomer.some((theirs) => new Set(theirs.map(({ channel }) => channel)).size === 3))
    assert.ok(byCustomer.some((theirs) => new Set(theirs.map(({ phone }) => phone)).size === 2))
    for (const { customer, phone } of visits) assert.ok([customer.phone, customer.secondPhone].includes(phone))
  })

  it('falls into instants, in order and without loss', () => {
    const events = plan(5, 200, 60)
    const instants = [...instantsOf(events)]
    assert.deepEqual(
      instants.flatMap((instant) => instant.events),
      events,
    )
    for (const [place, { at, events: theirs }] of instants.entries()) {
      assert.ok(theirs.every((event) => event.at === at))
      assert.ok(place === 0 || at > (instants[place - 1]?.at ?? 0))
    }
    assert.ok(instants.some((instant) => instant.events.length > 1))
  })
})

describe('invented customers', () => {
  it('have numbers of their own', () => {
    const numbers = inventCustomers(500, randomOf(1)).flatMap(({ phone, secondPhone }) => [phone, secondPhone ?? phone])
    const customers = inventCustomers(500, randomOf(1))
    const second = customers.filter(({ secondPhone }) => secondPhone !== undefined).length
    assert.equal(new Set(numbers).size, 500 + second)
    assert.ok(second > 0 && second < 500)
  })
})
