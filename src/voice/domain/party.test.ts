import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partyProblem } from './party.ts'

test('knows who can call and be called', () => {
  for (const address of ['+15551234567', 'client:alice', 'sip:desk@pbx.example', 'sips:desk@pbx.example']) {
    assert.equal(partyProblem(address), undefined, address)
  }
  for (const address of ['', 'alice', '15551234567', 'client:', 'sip:', 'tel:+15551234567']) {
    assert.match(partyProblem(address) ?? '', /must be a number in E.164 form/, address)
  }
  assert.match(partyProblem(`client:${'a'.repeat(250)}`) ?? '', /at most 254/)
})
