import { send } from './load.ts'
import type { Options } from './options.ts'
import { ask, type Skein } from './skein.ts'
import type { TrafficSource } from './traffic.ts'

export interface Latency {
  what: string
  perSecond: number
  p50Ms: number
  p99Ms: number
}

const perRequest = 1_000
const loaders = 4
const readers = 8

/** Fetches and lists, with as many conversations as the options say. */
export async function measureLists(
  skein: Skein,
  source: TrafficSource,
  { conversations, seconds }: Options,
): Promise<Latency[]> {
  const loaded = await load(skein, source, conversations)
  const questions: Record<string, string[]> = {
    'fetch a conversation': loaded.map(({ id }) => `/v2/Conversations/${id}`),
    'list by status': ['ACTIVE', 'INACTIVE,CLOSED'].map((status) => `/v2/Conversations?status=${status}`),
    'list by channelId': loaded.map(({ channelId }) => `/v2/Conversations?channelId=${channelId}&status=ACTIVE`),
    'list communications': loaded.map(({ id }) => `/v2/Conversations/${id}/Communications`),
  }
  const results: Latency[] = []
  for (const [what, paths] of Object.entries(questions)) {
    let at = 0
    const next = () => ({ path: paths[at++ % paths.length] as string })
    const { url, headers } = skein
    const { perSecond, p50Ms, p99Ms } = await send({ url, headers, next, seconds, connections: readers })
    results.push({ what, perSecond, p50Ms, p99Ms })
  }
  return results
}

interface Loaded {
  id: string
  channelId: string
}

/** Begins conversations until there are so many; answers a thousand of them, spread over all. */
async function load(skein: Skein, source: TrafficSource, conversations: number): Promise<Loaded[]> {
  const all: Loaded[] = []
  const work = async () => {
    while (source.customers < conversations) {
      const count = Math.min(perRequest, conversations - source.customers)
      const items = Array.from({ length: count }, () => source.first())
      const { results } = await ask(skein, 'POST', '/skein/v1/Traffic', items)
      for (const [at, item] of items.entries()) {
        all.push({ id: results[at].conversationId, channelId: item.channelId as string })
      }
    }
  }
  await Promise.all(Array.from({ length: loaders }, work))
  if (all.length === 0) throw new Error('There were enough conversations before lists were measured.')
  const step = Math.max(1, Math.floor(all.length / 1_000))
  return all.filter((_, at) => at % step === 0)
}
