import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryFailure, purchaseRefusal, recipientRefusal, senderRefusal, willingSender } from './magic-numbers.ts'

test('refuses the published numbers with their published codes', () => {
  const codes = (refusal: (number: string) => { code: number } | undefined) =>
    Array.from({ length: 10 }, (_, n) => refusal(`+1500555000${n}`)?.code)
  const none = undefined
  assert.deepEqual(codes(senderRefusal), [none, 21212, none, none, none, none, none, 21606, 21611, none])
  assert.deepEqual(codes(recipientRefusal), [none, 21211, 21612, 21408, 21610, none, none, none, none, 21614])
  assert.deepEqual(codes(purchaseRefusal), [21422, 21421, none, none, none, none, none, none, none, none])
  assert.equal(senderRefusal(willingSender), undefined)
})

test('reads the code of a failed delivery from the number', () => {
  assert.equal(deliveryFailure('+15005530003'), 30003)
  assert.equal(deliveryFailure('+15005530007'), 30007)
  assert.equal(deliveryFailure('+15005550003'), undefined)
  assert.equal(deliveryFailure('+150055300031'), undefined)
})
