import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOn } from './progress.ts'

test('tells in plain lines how far each hour has come, and the end', () => {
  const lines: string[] = []
  const progress = linesOn((line) => lines.push(line), 9)
  for (const [done, time] of ['09:10', '09:50', '10:05', '12:30', '12:40'].entries()) {
    progress.moved({ at: Date.parse(`2026-01-05T${time}:00.000Z`), done: done + 1 })
  }
  progress.stop()
  assert.deepEqual(lines, ['09:50  2 of 9 events', '10:05  3 of 9 events', '12:40  5 of 9 events'])
})

test('tells nothing of a day on which nothing happened', () => {
  const lines: string[] = []
  linesOn((line) => lines.push(line), 0).stop()
  assert.deepEqual(lines, [])
})
