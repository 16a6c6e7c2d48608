import type { HttpClient } from './http-client.ts'
import type { Aftermath } from './kill-checks.ts'
import type { Scene } from './kill-load.ts'
import { phone } from './setting-up.ts'

const minuteMs = 60_000
const inactiveMs = 15 * minuteMs
const closedMs = 60 * minuteMs

/** Conversations in which nobody writes again: their timers alone move them on, each at an instant that is known. */
export class QuietConversations {
  /** Wire id to when the one message came. */
  readonly #since = new Map<string, number>()
  #next = 0

  /** Begins some while nothing else moves time. */
  async begin(client: HttpClient, { business }: Scene, count: number): Promise<void> {
    const now = await timeAt(client)
    const items = Array.from({ length: count }, () => {
      this.#next += 1
      const content = { type: 'TEXT', text: `quiet ${this.#next}` }
      return { channel: 'SMS', from: phone(4_000_000 + this.#next), to: business, content }
    })
    const { body } = await client.post('/skein/v1/Traffic', items)
    for (const { conversationId } of body.results) this.#since.set(conversationId, now)
  }

  /** Every timer that is due has fired, once and stamped with its own time; none has fired early. */
  async check({ client, inspection, verdict, when }: Aftermath): Promise<void> {
    const now = await timeAt(client)
    const wrong: unknown[] = []
    const rows = await inspection.rows(
      `select conversation_id, at from event where type = 'CONVERSATION_UPDATED' order by conversation_id, n`,
    )
    const fired = Map.groupBy(rows, (row) => String(row.conversation_id))
    for (const [id, since] of this.#since) {
      const expected = [since + inactiveMs, since + closedMs].filter((at) => at <= now)
      const actual = (fired.get(id.slice(-26)) ?? []).map(({ at }) => Number(at))
      if (actual.join() !== expected.join()) wrong.push({ id, since, now, expected, actual })
    }
    verdict.none(wrong, `${when}: every timer has fired at its own time, once`)
    const overdue = await inspection.rows('select id, wake_at from conversation where wake_at <= ?', now)
    verdict.none(overdue, `${when}: no conversation is overdue`)
  }
}

/** Waits until nothing that is due is left to do. */
export async function settle(client: HttpClient): Promise<void> {
  await advance(client, { advanceSeconds: 0 })
}

/** Moves business time on far enough that every conversation of the load has ended. */
export async function outlive(client: HttpClient): Promise<void> {
  await advance(client, { advanceMinutes: 121 })
}

async function advance(client: HttpClient, by: object): Promise<void> {
  const { status, text } = await client.post('/skein/v1/Clock', by)
  if (status !== 200) throw new Error(`POST /skein/v1/Clock: ${status} ${text}`)
}

async function timeAt(client: HttpClient): Promise<number> {
  return Date.parse((await client.get('/skein/v1/Clock')).body.now)
}
