import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomFor } from './room.ts'

const cases = [
  { what: 'an addition that fits takes nobody away', present: 490, added: 10, policy: 'evict', room: 0 },
  { what: 'what is too many takes the place of as many', present: 495, added: 10, policy: 'evict', room: 5 },
  { what: 'a full profile gives one for one', present: 500, added: 3, policy: 'evict', room: 3 },
  {
    what: 'a profile that a merge overfilled gives no more than that',
    present: 900,
    added: 3,
    policy: 'evict',
    room: 3,
  },
  { what: 'an empty profile has nothing to give', present: 0, added: 501, policy: 'evict', room: 0 },
  { what: 'strictly, an addition that fits is taken', present: 499, added: 1, policy: 'refuse', room: 0 },
  { what: 'strictly, one too many refuses all of it', present: 499, added: 2, policy: 'refuse', room: 'refused' },
] as const

for (const { what, present, added, policy, room } of cases) {
  test(what, () => assert.equal(roomFor({ present, added, maximum: 500, policy }), room))
}
