import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Utterance } from '../domain/transcript.ts'
import { summaryOf } from './summary.ts'

const customer = (text: string): Utterance => ({ id: null, side: 'CUSTOMER', text })
const business = (text: string): Utterance => ({ id: null, side: 'BUSINESS', text })

test('a summary begins with what the customer came for and keeps the order in which things were said', () => {
  const summary = summaryOf([
    business('Good morning.'),
    customer('My parcel with the blue lamp has not arrived.'),
    business('The parcel left our warehouse on Monday.'),
    customer('Will the parcel with the lamp come tomorrow?'),
    business('Yes, the lamp arrives tomorrow before noon.'),
  ])
  assert.match(summary, /^The customer said: “My parcel with the blue lamp has not arrived.”/)
  assert.ok(summary.indexOf('warehouse') < summary.indexOf('before noon'))
})

test('a summary has five sentences at most', () => {
  const turns = Array.from({ length: 40 }, (_, at) =>
    customer(`The order number ${at} of the garden chairs is late again.`),
  )
  assert.equal(summaryOf(turns).match(/said:/g)?.length, 5)
})

test('where only little words were said they are the summary', () => {
  assert.equal(summaryOf([customer('Hi.')]), 'The customer said: “Hi.”')
})

test('speakers who are not known are somebody', () => {
  assert.match(summaryOf([{ id: null, side: 'UNKNOWN', text: 'The door of the garage is open.' }]), /^Somebody said/)
})

test('nothing said is an empty summary', () => assert.equal(summaryOf([]), ''))
