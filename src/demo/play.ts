import type { Api } from './api.ts'
import { listConversations, type Status } from './conversation-list.ts'
import { type DayEvent, instantsOf } from './day.ts'
import type { OpenDesk } from './shop.ts'
import { count, emptyTally, type Tally, type TrafficResult } from './tally.ts'
import { trafficOf } from './traffic.ts'

export type StatusCounts = Record<Status, number>

/** How many conversations each desk had, by status, at one instant. */
export interface Sample {
  at: number
  /** In the order of the desks. */
  desks: StatusCounts[]
}

export interface PlayedDay {
  tally: Tally
  /** One for each full hour, until everything is closed. */
  samples: Sample[]
}

export interface DayToPlay {
  api: Api
  desks: readonly OpenDesk[]
  events: readonly DayEvent[]
  opensAt: number
  /** Called after each instant with the time it is, and how many events have happened. */
  onMoved: (moved: { at: number; done: number }) => void
}

const hourMs = 3_600_000
/** Everything is closed long before, unless timers have stopped. */
const longestEveningHours = 24
/** The server takes 1,000 items at once, and 16 MiB. */
const maxItems = 999
const maxBatchLength = 4_000_000

/** Plays the events at all desks, moving the server's clock from instant to instant and counting states at full hours. */
export async function playDay({ api, desks, events, opensAt, onMoved }: DayToPlay): Promise<PlayedDay> {
  const tally = emptyTally()
  const samples: Sample[] = []
  let done = 0
  let hour = opensAt

  const sampleHour = async () => {
    await moveTo(api, hour)
    samples.push({ at: hour, desks: await countStates(api, desks, tally) })
    hour += hourMs
  }
  for (const instant of instantsOf(events)) {
    while (hour <= instant.at) await sampleHour()
    await moveTo(api, instant.at)
    await hand(api, desks, instant.events, tally)
    done += instant.events.length
    onMoved({ at: instant.at, done })
  }
  const lastEventAt = events.at(-1)?.at ?? opensAt
  do await sampleHour()
  while (anyOpen(samples.at(-1)) && hour <= lastEventAt + longestEveningHours * hourMs)
  return { tally, samples }
}

/** Splits what is to be sent into batches that the server takes, in order. A long item gets a batch of its own. */
export function* batchesOf<T extends { json: string }>(
  items: Iterable<T>,
  limits: { items: number; length: number },
): Generator<T[]> {
  let batch: T[] = []
  let length = 0
  for (const item of items) {
    if (batch.length > 0 && (batch.length === limits.items || length + item.json.length > limits.length)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(item)
    length += item.json.length
  }
  if (batch.length > 0) yield batch
}

async function moveTo(api: Api, at: number): Promise<void> {
  await api.post('/skein/v1/Clock', { to: new Date(at).toISOString() })
}

async function hand(api: Api, desks: readonly OpenDesk[], events: readonly DayEvent[], tally: Tally): Promise<void> {
  const items = events.flatMap((event) =>
    desks.map((desk) => ({ event, desk, json: JSON.stringify(trafficOf(event, desk)) })),
  )
  for (const batch of batchesOf(items, { items: maxItems, length: maxBatchLength })) {
    const json = `[${batch.map((item) => item.json).join(',')}]`
    const { results } = await api.postJson<{ results: TrafficResult[] }>('/skein/v1/Traffic', json)
    for (const [place, { event, desk }] of batch.entries()) count(tally, event, desk, results[place] as TrafficResult)
  }
}

/** Open conversations are listed; all others that there have been are closed. */
async function countStates(api: Api, desks: readonly OpenDesk[], tally: Tally): Promise<StatusCounts[]> {
  const counts = desks.map(({ groupingType }) => {
    const created = [...tally.conversations.values()].filter((one) => one.groupingType === groupingType).length
    return { ACTIVE: 0, INACTIVE: 0, CLOSED: created }
  })
  const places = new Map(desks.map(({ configurationId }, place) => [configurationId, place]))
  for await (const { configurationId, status } of listConversations(api, ['ACTIVE', 'INACTIVE'])) {
    const ofDesk = counts[places.get(configurationId) ?? -1]
    if (!ofDesk) continue
    ofDesk[status] += 1
    ofDesk.CLOSED -= 1
  }
  return counts
}

function anyOpen(sample: Sample | undefined): boolean {
  return sample?.desks.some(({ ACTIVE, INACTIVE }) => ACTIVE + INACTIVE > 0) ?? false
}
