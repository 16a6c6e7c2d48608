import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MessageStatus, messageStatuses } from './message.ts'
import { errorText, nextStep } from './progress.ts'

function course(first: MessageStatus, to: string): string[] {
  const seen: string[] = [first]
  for (let step = nextStep({ status: first, to }); step; step = nextStep({ status: step.status, to })) {
    seen.push(`${step.status}${step.errorCode === null ? '' : ` ${step.errorCode}`} +${step.afterMs}`)
  }
  return seen
}

test('moves a message until it has arrived or failed', () => {
  assert.deepEqual(course('accepted', '+15551234567'), ['accepted', 'queued +0', 'sent +1000', 'delivered +2000'])
  assert.deepEqual(course('scheduled', '+15551234567').slice(0, 2), ['scheduled', 'queued +0'])
  assert.deepEqual(course('queued', '+15005530001'), ['queued', 'failed 30001 +1000'])
  assert.deepEqual(course('queued', '+15005530006'), ['queued', 'sent +1000', 'undelivered 30006 +2000'])
})

test('moves nothing on that is at its end', () => {
  const moving = messageStatuses.filter((status) => nextStep({ status, to: '+15551234567' }))
  assert.deepEqual(moving, ['accepted', 'scheduled', 'queued', 'sent'])
})

test('has words for every error', () => {
  assert.match(errorText(30003), /handset/)
  assert.match(errorText(30099), /30099/)
})
