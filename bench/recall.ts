import type { Goal } from './goal.ts'
import { type Measured, type Prepared, send } from './load.ts'
import type { Options } from './options.ts'
import { judge, type LabelledProfile, labelledSet, type Quality } from './recall/quality.ts'
import { byHybrid } from './recall/rankings.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'

export interface Recall {
  /** Of recall over the whole API. */
  quality: Quality
  /** Of words and vectors of the local embedder together, in this process. */
  hybrid: Quality
  latencies: Record<Question, Pick<Measured, 'perSecond' | 'p50Ms' | 'p99Ms'>>
}

type Question = 'fetch' | 'recall'

const perProfile = 50
/** Set for the server, so that all of a profile goes in one request. */
const perRequest = perProfile
/** Observations that the server takes in one request. */
export const recallEnvironment = { SKEIN_LIMIT_MEMORIES_PER_REQUEST: String(perRequest) }
const perBulk = 1_000
const loaders = 8
const readers = 8

/** Fetches and recalls with as many profiles as the options say, each with fifty observations. */
export async function measureRecall(skein: Skein, { profiles, seconds }: Options): Promise<Recall> {
  const { stores } = await ask(skein, 'GET', '/v1/ControlPlane/Stores')
  const path = `/v1/Stores/${stores[0]}/Profiles`
  const set = labelledSet()
  const contents = set.flatMap(({ observations }) => Object.values(observations))
  const queries = set.flatMap(({ queries }) => queries.map(({ ask }) => ask))
  const ids = await makeProfiles(skein, path, profiles)
  await inParallel(ids, (id, at) => observe(skein, `${path}/${id}`, contents, at))
  const questions: Record<Question, (n: number) => Prepared> = {
    fetch: (n) => ({ path: `${path}/${ids[n % ids.length]}` }),
    recall: (n) => ({
      path: `${path}/${ids[n % ids.length]}/Recall`,
      body: JSON.stringify({ query: queries[n % queries.length] }),
    }),
  }
  const quality = await measureQuality(skein, path, set)
  const latencies = {} as Recall['latencies']
  for (const [name, question] of Object.entries(questions) as [Question, (n: number) => Prepared][]) {
    // A prime step visits the profiles in no order that any cache could like.
    let n = 0
    const next = () => {
      n += 7_919
      return question(n)
    }
    const { url, headers } = skein
    const { perSecond, p50Ms, p99Ms } = await send({ url, headers, next, seconds, connections: readers })
    latencies[name] = { perSecond, p50Ms, p99Ms }
  }
  return { quality, hybrid: await judge(set, byHybrid), latencies }
}

/** What a recall may take beside a bare fetch, in the same run. */
export function recallGoals(database: string, { latencies, quality, hybrid }: Recall): Goal[] {
  return [
    goal(`${database}, p99 of a fetch as a share of a recall's`, latencies.fetch.p99Ms / latencies.recall.p99Ms, 0.1),
    goal(`${database}, recall@5 of full text`, quality.recallAt5, 0.7),
    goal(`${database}, recall@5 of hybrid ranking beside full text`, hybrid.recallAt5 / quality.recallAt5, 1),
  ]
}

export function recallLines(recalls: Partial<Record<string, Recall>>, profiles: number): string[] {
  const entries = Object.entries(recalls).flatMap(([name, one]) => (one ? [[name, one] as const] : []))
  if (entries.length === 0) return []
  return [
    '',
    `Recall at ${profiles} profiles of ${perProfile} observations (${readers} connections)`,
    row(['', 'requests/s', 'p50 ms', 'p99 ms', '× fetch']),
    ...entries.flatMap(([name, { latencies }]) =>
      Object.entries(latencies).map(([what, { perSecond, p50Ms, p99Ms }]) =>
        row([
          `${name}, ${what}`,
          perSecond.toFixed(0),
          p50Ms.toFixed(1),
          p99Ms.toFixed(1),
          (p99Ms / latencies.fetch.p99Ms).toFixed(2),
        ]),
      ),
    ),
    '',
    row(['Labelled set', 'queries', 'recall@5', 'MRR']),
    ...entries.flatMap(([name, { quality, hybrid }]) => [
      qualityRow(`${name}, full text`, quality),
      qualityRow(`${name}, hybrid`, hybrid),
    ]),
  ]
}

function qualityRow(name: string, { queries, recallAt5, mrr }: Quality): string {
  return row([name, String(queries), recallAt5.toFixed(3), mrr.toFixed(3)])
}

async function measureQuality(skein: Skein, path: string, set: readonly LabelledProfile[]): Promise<Quality> {
  const places = new Map<LabelledProfile, { url: string; names: Map<string, string> }>()
  for (const [at, profile] of set.entries()) {
    const { id } = await ask(skein, 'POST', path, { traits: { Contact: { email: `labelled-${at}@example.com` } } })
    const url = `${path}/${id}`
    const names = new Map(Object.entries(profile.observations).map(([name, content]) => [content, name]))
    const contents = [...names.keys()]
    for (let first = 0; first < contents.length; first += perRequest) {
      const batch = contents.slice(first, first + perRequest)
      const observations = batch.map((content) => ({ content, source: 'bench', occurredAt }))
      await ask(skein, 'POST', `${url}/Observations`, { observations })
    }
    places.set(profile, { url, names })
  }
  return judge(set, async (profile, query) => {
    const { url = '', names } = places.get(profile) ?? {}
    const { observations } = await ask(skein, 'POST', `${url}/Recall`, { query, observationsLimit: perProfile })
    return observations.map(({ content }: { content: string }) => names?.get(content) ?? '')
  })
}

const occurredAt = '2026-01-05T09:00:00Z'

async function makeProfiles(skein: Skein, path: string, count: number): Promise<string[]> {
  for (let first = 0; first < count; first += perBulk) {
    const length = Math.min(perBulk, count - first)
    const profiles = Array.from({ length }, (_, at) => ({ traits: { Contact: { phone: phoneOf(first + at) } } }))
    await ask(skein, 'PUT', `${path}/Bulk`, { profiles })
  }
  const ids: string[] = []
  for (let token = ''; ids.length < count; ) {
    const page = await ask(skein, 'GET', `${path}?pageSize=1000${token === '' ? '' : `&pageToken=${token}`}`)
    ids.push(...page.profiles)
    if (page.meta.nextToken === null) break
    token = page.meta.nextToken
  }
  if (ids.length !== count) throw new Error(`There are ${ids.length} profiles, not ${count}.`)
  return ids
}

/** Each profile has other observations of the labelled set, in another order. */
async function observe(skein: Skein, url: string, contents: readonly string[], at: number): Promise<void> {
  for (let first = 0; first < perProfile; first += perRequest) {
    const observations = Array.from({ length: perRequest }, (_, n) => ({
      content: contents[(at * 7 + (first + n) * 11) % contents.length],
      source: 'bench',
      occurredAt,
    }))
    await ask(skein, 'POST', `${url}/Observations`, { observations })
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T, at: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as T, at)
  }
  await Promise.all(Array.from({ length: loaders }, worker))
}

function phoneOf(n: number): string {
  return `+1555${String(2_000_000 + n)}`
}

function goal(what: string, is: number, atLeast: number): Goal {
  return { what, atLeast, is, met: is >= atLeast }
}
