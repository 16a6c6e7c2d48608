import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusals } from './network-refusals.ts'

test('each refusal has a code of its own', () => {
  const codes = Object.values(refusals).map(({ code }) => code)
  assert.deepEqual([...new Set(codes)], codes)
})
