import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callParameters } from './call-parameters.ts'

const leg = {
  id: 'x',
  sid: 'CA2',
  parentSid: 'CA1',
  direction: 'outbound-dial' as const,
  status: 'ringing' as const,
  createdAt: 0,
  answeredAt: null,
  endedAt: null,
}

test('tells who calls whom, and the countries of numbers', () => {
  const told = callParameters('AC1', { ...leg, from: '+442071838750', to: 'client:nina' })
  assert.deepEqual([told.CallSid, told.ParentCallSid, told.AccountSid], ['CA2', 'CA1', 'AC1'])
  assert.deepEqual(
    [told.From, told.To, told.CallStatus, told.Direction],
    ['+442071838750', 'client:nina', 'ringing', 'outbound-dial'],
  )
  assert.deepEqual([told.FromCountry, told.CallerCountry, told.CallerCity], ['GB', 'GB', ''])
  assert.equal(told.ToCountry, undefined)
  assert.equal(callParameters('AC1', { ...leg, from: '+9991234567', to: '+15550001111' }).FromCountry, '')
})
