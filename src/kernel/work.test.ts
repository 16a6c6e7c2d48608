import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLog } from './log.ts'
import { Loop, type Work } from './work.ts'

const log = openLog('silent', false)
const day = 86_400_000

/** Work that does one thing a round, as many times as it was given, and says when it looks for more. */
class Errands implements Work {
  readonly name = 'errands'
  left = 0
  done = 0
  failures = 0
  dueAt: number | null = null
  #looked = Promise.withResolvers<void>()

  async tick(): Promise<number> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('the road is closed')
    }
    if (this.left > 0) {
      this.left -= 1
      this.done += 1
      return 1
    }
    const looked = this.#looked
    this.#looked = Promise.withResolvers<void>()
    looked.resolve()
    return 0
  }

  async nextDueAt(): Promise<number | null> {
    return this.dueAt
  }

  /** Resolves when a round has found nothing to do. */
  rested(): Promise<void> {
    return this.#looked.promise
  }
}

function loopOf(work: Work, pollMs = day): Loop {
  return new Loop(work, { log, now: async () => 0, pollMs, realTime: true })
}

test('goes on at once while there is something to do, then rests', async () => {
  const work = new Errands()
  work.left = 5
  const loop = loopOf(work)
  const rested = work.rested()
  loop.start()
  await rested
  assert.equal(work.done, 5)
  await loop.stop()
})

test('looks again at once when poked, though its next look is a day away', async () => {
  const work = new Errands()
  const loop = loopOf(work)
  const first = work.rested()
  loop.start()
  await first
  work.left = 1
  const second = work.rested()
  loop.poke()
  await second
  assert.equal(work.done, 1)
  await loop.stop()
})

test('looks again when something is due, without being poked', async () => {
  const work = new Errands()
  work.dueAt = 1
  const loop = loopOf(work)
  const first = work.rested()
  loop.start()
  await first
  work.left = 1
  await work.rested()
  assert.equal(work.done, 1)
  await loop.stop()
})

test('looks again at each poll, for another node may have left work', async () => {
  const work = new Errands()
  const loop = loopOf(work, 1)
  const first = work.rested()
  loop.start()
  await first
  work.left = 1
  await work.rested()
  assert.equal(work.done, 1)
  await loop.stop()
})

test('survives a round that fails and tries again', async () => {
  const work = new Errands()
  work.failures = 1
  work.left = 1
  const loop = loopOf(work)
  const rested = work.rested()
  loop.start()
  await rested
  assert.equal(work.done, 1)
  await loop.stop()
})

test('stops while it rests, and does no round after', async () => {
  const work = new Errands()
  const loop = loopOf(work)
  const rested = work.rested()
  loop.start()
  await rested
  await loop.stop()
  work.left = 1
  loop.poke()
  assert.equal(work.done, 0)
})
