import { setTimeout } from 'node:timers/promises'
import type { Goal } from './goal.ts'
import { type Measured, send } from './load.ts'
import type { DatabaseName, Options } from './options.ts'
import { usageOf } from './process.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'

/** A file that was taken in while profiles were fetched. */
export interface Import {
  rows: number
  /** From the first byte of the file to the end of the import. */
  rowsPerSecond: number
  /** Per second of the server's processor time, without what the fetches took. */
  rowsPerCpuSecond: number
  fetchP99Ms: number
}

export interface Imports {
  /** Of the fetches while nothing else happens. */
  quiet: Pick<Measured, 'p50Ms' | 'p99Ms'>
  /** Of people whom nobody knew. */
  strangers: Import
  /** Of the same people again. */
  again: Import
}

const fetched = 1_000
const connections = 4
const fetchesPerSecond = 200
/** No import takes longer. */
const maxSeconds = 600
const pollMs = 25
const leastRowsPerSecond = 5_000
const columnMappings = [
  { columnName: 'phone', traitGroup: 'Contact', traitName: 'phone' },
  { columnName: 'mail', traitGroup: 'Contact', traitName: 'email' },
  { columnName: 'first', traitGroup: 'Contact', traitName: 'firstName' },
  { columnName: 'last', traitGroup: 'Contact', traitName: 'lastName' },
  { columnName: 'town', traitGroup: 'Contact', traitName: 'city' },
]

/** Imports a file of as many rows as the options say, and once more, while a few hundred profiles a second are fetched. */
export async function measureImports(skein: Skein, { rows, seconds }: Options): Promise<Imports> {
  const { stores } = await ask(skein, 'GET', '/v1/ControlPlane/Stores')
  const storeId: string = stores[0]
  const paths = await profilesToFetch(skein, `/v1/Stores/${storeId}/Profiles`)
  const file = Buffer.from(fileOf(rows))
  let at = 0
  const fetches = (ended?: Promise<unknown>) => {
    const next = () => ({ path: paths[at++ % paths.length] as string })
    const load = { url: skein.url, headers: skein.headers, next, connections, offeredPerSecond: fetchesPerSecond }
    return send(ended ? { ...load, seconds: maxSeconds, ended } : { ...load, seconds })
  }
  await fetches()
  const idle = await usageOf(skein)
  const quiet = await fetches()
  const cpuPerFetch = ((await usageOf(skein)).cpuSeconds - idle.cpuSeconds) / quiet.requests
  const take = async (): Promise<Import> => {
    const before = await usageOf(skein)
    const imported = importFile(skein, storeId, file, rows)
    const [tookSeconds, during] = await Promise.all([imported, fetches(imported)])
    const cpuSeconds = (await usageOf(skein)).cpuSeconds - before.cpuSeconds - during.requests * cpuPerFetch
    return { rows, rowsPerSecond: rows / tookSeconds, rowsPerCpuSecond: rows / cpuSeconds, fetchP99Ms: during.p99Ms }
  }
  const strangers = await take()
  return { quiet, strangers, again: await take() }
}

export function importGoals(database: DatabaseName, { strangers, again }: Imports): Goal[] {
  if (database !== 'sqlite') return []
  return [
    goal(`${database}, rows of an import a second`, strangers.rowsPerSecond),
    goal(`${database}, rows of the same import again a second`, again.rowsPerSecond),
  ]
}

export function importLines(imports: Partial<Record<DatabaseName, Imports>>): string[] {
  const entries = Object.entries(imports)
  const [first] = entries
  if (first === undefined) return []
  return [
    '',
    `Imports of ${first[1].strangers.rows} rows, with ${fetchesPerSecond} fetches a second beside them`,
    row(['', 'rows/s', 'rows/CPU s', 'fetch p99']),
    ...entries.flatMap(([name, { quiet, strangers, again }]) => [
      row([`${name}, nothing`, '', '', quiet.p99Ms.toFixed(1)]),
      importRow(`${name}, people nobody knew`, strangers),
      importRow(`${name}, the same people again`, again),
    ]),
  ]
}

function importRow(name: string, { rowsPerSecond, rowsPerCpuSecond, fetchP99Ms }: Import): string {
  return row([name, rowsPerSecond.toFixed(0), rowsPerCpuSecond.toFixed(0), fetchP99Ms.toFixed(1)])
}

async function profilesToFetch(skein: Skein, collection: string): Promise<string[]> {
  const profiles = Array.from({ length: fetched }, (_, n) => ({ traits: { Contact: { chat: `fetched-${n}` } } }))
  await ask(skein, 'PUT', `${collection}/Bulk`, { profiles })
  const { profiles: ids } = await ask(skein, 'GET', `${collection}?pageSize=${fetched}`)
  return ids.map((id: string) => `${collection}/${id}`)
}

function fileOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    return `+1415${String(2_000_000 + n)},customer-${n}@example.com,Name ${n},"Family, ${n % 977}",Town ${n % 313}`
  })
  return `phone,mail,first,last,town\n${lines.join('\n')}\n`
}

/** How many seconds it took. */
async function importFile(skein: Skein, storeId: string, file: Buffer<ArrayBuffer>, rows: number): Promise<number> {
  const collection = `/v1/Stores/${storeId}/Profiles/Imports`
  const began = performance.now()
  const { importId, url } = await ask(skein, 'POST', collection, {
    filename: 'bench.csv',
    fileSize: file.length,
    columnMappings,
  })
  const upload = await fetch(url, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: file })
  if (!upload.ok) throw new Error(`The upload was answered with ${upload.status}: ${await upload.text()}`)
  for (;;) {
    const progress = await ask(skein, 'GET', `/skein/v1/MemoryStores/${storeId}/Imports/${importId}`)
    if (progress.status === 'COMPLETED' && progress.rows.written === rows) return (performance.now() - began) / 1000
    if (['COMPLETED', 'FAILED'].includes(progress.status)) throw new Error(`Imported: ${JSON.stringify(progress)}`)
    await setTimeout(pollMs)
  }
}

function goal(what: string, is: number): Goal {
  return { what, atLeast: leastRowsPerSecond, is, met: is >= leastRowsPerSecond }
}
