import type { Goal } from './goal.ts'
import { send } from './load.ts'
import { median } from './median.ts'
import type { DatabaseName, Options } from './options.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'

/** Requests a second of one connection each round: the same profiles fetched by id, and looked up by their numbers. */
export interface Identity {
  profiles: number
  fetches: number[]
  lookups: number[]
}

const profiles = 10_000
const perRequest = 500
const connections = 8
/** A lookup may take one and a half times as long as a bare fetch. */
const leastShare = 1 / 1.5

/** Finds customers by identifier, in rounds that alternate with fetches, as ratios of neighbours are what counts. */
export async function measureIdentity(skein: Skein, { rounds, seconds }: Options): Promise<Identity> {
  const { stores } = await ask(skein, 'GET', '/v1/ControlPlane/Stores')
  const base = `/v1/Stores/${stores[0]}/Profiles`
  const numbers = Array.from({ length: profiles }, (_, at) => `+1415${String(2_000_000 + at)}`)
  for (let at = 0; at < profiles; at += perRequest) {
    const some = numbers.slice(at, at + perRequest).map((phone) => ({ traits: { Contact: { phone } } }))
    await ask(skein, 'PUT', `${base}/Bulk`, { profiles: some })
  }
  const { profiles: ids }: { profiles: string[] } = await ask(skein, 'GET', `${base}?pageSize=1000`)
  const fetches = ids.map((id) => ({ path: `${base}/${id}` }))
  const lookups = numbers.map((value) => ({ path: `${base}/Lookup`, body: JSON.stringify({ idType: 'phone', value }) }))
  const measured: Identity = { profiles, fetches: [], lookups: [] }
  for (let round = 0; round < rounds; round += 1) {
    measured.fetches.push(await perSecond(skein, fetches, seconds))
    measured.lookups.push(await perSecond(skein, lookups, seconds))
  }
  return measured
}

export function identityGoal(name: DatabaseName, { fetches, lookups }: Identity): Goal {
  const is = median(lookups.map((one, at) => one / (fetches[at] ?? Number.NaN)))
  const what = `${name}, lookup by identifier, share of a bare fetch`
  return { what, atLeast: Number(leastShare.toFixed(2)), is, met: is >= leastShare }
}

export function identityLines(identity: Partial<Record<DatabaseName, Identity>>): string[] {
  const entries = Object.entries(identity)
  const [first] = entries
  if (first === undefined) return []
  return [
    '',
    `Customers by id and by identifier, at ${first[1].profiles} profiles (${connections} connections)`,
    row(['', 'fetches/s', 'lookups/s']),
    ...entries.map(([name, one]) => row([name, median(one.fetches).toFixed(0), median(one.lookups).toFixed(0)])),
  ]
}

async function perSecond(skein: Skein, requests: readonly { path: string; body?: string }[], seconds: number) {
  const { url } = skein
  // The sender writes the length of a body into them.
  const headers = { ...skein.headers }
  let at = 0
  const next = () => requests[at++ % requests.length] as { path: string; body?: string }
  return (await send({ url, headers, next, seconds, connections })).perSecond
}
