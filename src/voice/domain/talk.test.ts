import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginSaying, cutTalk, type Talk } from './talk.ts'

test('words take their time, one after the other at one handset, and at once at two', () => {
  let talk: Talk = []
  talk = beginSaying(talk, 'CA1', 'Hello there', 0, 10)
  talk = beginSaying(talk, 'CA2', 'Hi', 50, 10)
  talk = beginSaying(talk, 'CA1', 'Kiran here', 60, 10)
  assert.deepEqual(
    talk.map(({ by, startsAt, endsAt }) => [by, startsAt, endsAt]),
    [
      ['CA2', 50, 70],
      ['CA1', 0, 110],
      ['CA1', 110, 210],
    ],
  )
})

test('of what is cut off the whole words that were spoken are kept', () => {
  const talk = beginSaying(beginSaying([], 'CA1', 'Hello there', 0, 10), 'CA1', 'Kiran', 0, 10)
  assert.deepEqual(cutTalk(talk, 80), [{ by: 'CA1', text: 'Hello', startsAt: 0, endsAt: 80 }])
})
