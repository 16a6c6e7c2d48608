import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callStatuses } from './call-status.ts'
import { durationOf, handsetOf, isOver } from './leg.ts'

const [customer, business] = ['+15551234567', '+15550001111']

for (const [direction, handset] of [
  ['inbound', customer],
  ['outbound-api', business],
  ['outbound-dial', business],
] as const) {
  test(`the handset of a leg that is ${direction} is ${handset === customer ? 'who calls' : 'who is called'}`, () => {
    assert.equal(handsetOf({ direction, from: customer, to: business }), handset)
  })
}

test('a call is over in whatever status it can not leave', () => {
  const going = callStatuses.filter((status) => !isOver({ status }))
  assert.deepEqual(going, ['queued', 'ringing', 'in-progress'])
})

for (const [what, answeredAt, endedAt, seconds] of [
  ['that was never answered', null, 9_000, 0],
  ['that goes on', 1_000, null, 0],
  ['of two seconds and less than half', 1_000, 3_499, 2],
  ['of two seconds and a half', 1_000, 3_500, 3],
] as const) {
  test(`a call ${what} lasted ${seconds} seconds`, () => assert.equal(durationOf({ answeredAt, endedAt }), seconds))
}
