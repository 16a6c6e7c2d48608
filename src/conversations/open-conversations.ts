import type { OpenConversations } from '../events/domain/series.ts'
import type { Reader } from '../store/store.ts'
import { channelsOf } from './domain/channel-bits.ts'
import { statusNumber } from './rows.ts'
import { openByChannels, stuckCount } from './search-rows.ts'

/** Conversations of one state that are counted at most. */
export const mostCounted = 100_000

/** How many conversations are open, by state and channel; of more than can be counted quickly, as many as can. */
export async function readOpen(read: Reader, account: number): Promise<OpenConversations> {
  const count = (status: 'ACTIVE' | 'INACTIVE') =>
    read.all(openByChannels, { account, status: statusNumber(status), limit: mostCounted })
  const [active, inactive] = await Promise.all([count('ACTIVE'), count('INACTIVE')])
  const open: OpenConversations = { active: 0, inactive: 0, byChannel: {} }
  for (const [state, rows] of [
    ['active', active],
    ['inactive', inactive],
  ] as const) {
    for (const { channels, n } of rows) {
      open[state] += Number(n)
      for (const channel of channelsOf(channels)) {
        const here = open.byChannel[channel] ?? { active: 0, inactive: 0 }
        here[state] += Number(n)
        open.byChannel[channel] = here
      }
    }
  }
  return open
}

/** Open conversations in which no clock runs. */
export async function countStuck(read: Reader, account: number): Promise<number> {
  return Number((await read.get(stuckCount, { account, limit: mostCounted }))?.n ?? 0)
}
