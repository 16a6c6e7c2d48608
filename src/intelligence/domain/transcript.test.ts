import assert from 'node:assert/strict'
import { test } from 'node:test'
import { businessTexts, customerTexts, type Utterance } from './transcript.ts'

const said = (side: Utterance['side'], text: string): Utterance => ({ id: null, side, text })

test('customers are those who are known to be some, or else whoever is not known', () => {
  const unknown = [said('UNKNOWN', 'a'), said('BUSINESS', 'b')]
  assert.deepEqual(customerTexts(unknown), ['a'])
  assert.deepEqual(customerTexts([...unknown, said('CUSTOMER', 'c')]), ['c'])
  assert.deepEqual(businessTexts(unknown), ['b'])
})
