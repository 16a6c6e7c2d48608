import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Moment, Work } from '../kernel/work.ts'
import { advance } from './advance.ts'
import type { VirtualClock } from './virtual-clock.ts'

function clockAt(start: number): VirtualClock {
  let now = start
  const moveTo = async (instant: number) => {
    now = Math.max(now, instant)
    return now
  }
  return { mode: 'virtual', now: async () => now, moveTo } as unknown as VirtualClock
}

/** Is due at these instants, and notes at which it ran. */
function timers(dues: number[], ran: number[]): Work {
  return {
    name: 'timers',
    async tick(now) {
      const [first] = dues
      if (first === undefined || first > now) return 0
      ran.push(now)
      dues.shift()
      return 1
    },
    nextDueAt: async () => dues[0] ?? null,
  }
}

describe('advancing virtual time', () => {
  it('stops at every instant at which something is due', async () => {
    const ran: number[] = []
    const answer = await advance(clockAt(100), [timers([90, 110, 110, 150, 300], ran)], 200)
    assert.deepEqual(ran, [100, 110, 110, 150])
    assert.deepEqual(answer, { now: 200, ran: { timers: 4 } })
  })

  it('waits for what is under way', async () => {
    let looks = 0
    const busy: Work = { name: 'busy', tick: async () => 0, nextDueAt: async () => (++looks < 4 ? 100 : null) }
    await advance(clockAt(100), [busy], 100)
    assert.equal(looks, 4)
  })

  it('ends although requests go on bringing more, once all is done that was there before', async () => {
    const waiting = ['0']
    const arriving: Work = {
      name: 'arriving',
      followsRequests: true,
      async tick() {
        waiting.shift()
        waiting.push('zzz')
        return 1
      },
      nextDueAt: async (asOf?: Moment) => (waiting.some((id) => asOf === undefined || id < asOf.id) ? 100 : null),
    }
    const answer = await advance(clockAt(100), [arriving], 160)
    assert.equal(answer.now, 160)
    assert.ok(waiting.length > 0)
  })

  it('waits for what its own work brought about at an instant', async () => {
    const waiting: string[] = []
    const bringing: Work = {
      ...timers([150], []),
      async tick(now) {
        if (now < 150 || waiting.length > 0) return 0
        waiting.push('0')
        return 1
      },
      nextDueAt: async () => (waiting.length === 0 ? 150 : null),
    }
    const seen: number[] = []
    const following: Work = {
      name: 'following',
      followsRequests: true,
      async tick(now) {
        if (waiting[0] !== '0') return 0
        waiting[0] = 'done'
        seen.push(now)
        return 1
      },
      nextDueAt: async () => (waiting[0] === '0' ? 150 : null),
    }
    await advance(clockAt(100), [bringing, following], 200)
    assert.deepEqual(seen, [150])
  })

  it('waits for what an end in the background brought about, although a look had begun before it', async () => {
    const waiting: string[] = []
    let ended: string | undefined
    let looks = 0
    const background: Work = {
      name: 'background',
      followsRequests: true,
      tick: async () => 0,
      // It ends while this is being asked, so that neither it nor what it brought about is seen to be due.
      async nextDueAt(asOf?: Moment) {
        if (++looks === 1) {
          ended = '0'
          waiting.push(asOf?.id ?? '')
        }
        return null
      },
      takeEnded(id) {
        const cause = ended
        ended = undefined
        return cause !== undefined && cause < id
      },
    }
    const following: Work = {
      name: 'following',
      followsRequests: true,
      tick: async () => waiting.splice(0).length,
      nextDueAt: async () => null,
    }
    const { ran } = await advance(clockAt(100), [following, background], 100)
    assert.equal(ran.following, 1)
  })
})
