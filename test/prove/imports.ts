import { request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { HttpClient, Json } from './http-client.ts'
import { columnMappings, type ImportFile, importFile } from './import-file.ts'
import type { Inspection } from './inspection.ts'
import { type DatabaseKind, Installation } from './installation.ts'
import type { Random } from './random.ts'
import { completed, makeMemoryStore } from './setting-up.ts'
import type { Verdict } from './verdict.ts'

export interface ImportOptions {
  database: DatabaseKind
  rows: number
  kills: number
  random: Random
  verdict: Verdict
  fast: boolean
}

const waitMs = 600_000

/**
 * Kills servers during an upload and again and again during the import, on PostgreSQL one of two or both, and starts them again. In the end every good row was
 * written exactly once and every bad one told once: time stands still, so a trait tells how often it was written.
 */
export async function proveImports({ database, rows, kills, random, verdict, fast }: ImportOptions): Promise<void> {
  const installation = await Installation.open({ database, nodes: database === 'sqlite' ? 1 : 2, fast })
  try {
    const storeId = await prepare(installation.client())
    const file = importFile(random, rows)
    const { importId, path } = await create(installation.client(), storeId, file)
    const progressPath = `/skein/v1/MemoryStores/${storeId}/Imports/${importId}`
    const progress = async (): Promise<Json> => (await installation.client().get(progressPath)).body
    await breakUpload(installation, path, file)
    verdict.equal((await progress()).status, 'PENDING', `${database}: a file that came in half is waited for`)
    verdict.equal(await upload(installation, path, file.bytes), 200, `${database}: it can be sent again`)
    for (let kill = 1; kill <= kills; kill += 1) {
      const passed = Math.floor((rows * kill) / (kills + 2))
      await until(async () => (await progress()).rows.read >= passed)
      await setTimeout(random.integer(0, 20))
      const { status, rows: so } = await progress()
      const victims = random.chance(0.5)
        ? [...installation.nodes.keys()]
        : [random.integer(0, installation.nodes.length - 1)]
      await killAndRestart(installation, victims)
      verdict.equal(status, 'PROCESSING', `${database}, kill ${kill}: it was at work, at row ${so.read} of ${rows}`)
    }
    await until(async () => ['COMPLETED', 'FAILED'].includes((await progress()).status))
    checkProgress(await progress(), file, `${database}: after ${kills} kills`, verdict)
    await checkReport(installation.client(), progressPath, file, `${database}: after ${kills} kills`, verdict)
    const inspection = await installation.inspect()
    await checkProfiles(inspection, file, `${database}: after ${kills} kills`, verdict).finally(inspection.close)
    verdict.check(await installation.stop(), `${database}: the servers stop in order`)
  } finally {
    await installation.close()
  }
}

async function prepare(client: HttpClient): Promise<string> {
  const storeId = await makeMemoryStore(client, 'imports')
  const group = { displayName: 'Loyalty', traits: { points: { dataType: 'NUMBER' } } }
  await completed(client, await client.post(`/v1/ControlPlane/Stores/${storeId}/TraitGroups`, group))
  return storeId
}

async function create(client: HttpClient, storeId: string, file: ImportFile) {
  const body = { filename: 'customers.csv', fileSize: file.bytes.length, columnMappings }
  const { status, text, body: made } = await client.post(`/v1/Stores/${storeId}/Profiles/Imports`, body)
  if (status !== 201) throw new Error(`Creating the import: ${status} ${text}`)
  const { pathname, search } = new URL(made.url)
  return { importId: made.importId as string, path: pathname + search }
}

/** Kills the server when it has half of the file. */
async function breakUpload(installation: Installation, path: string, { bytes }: ImportFile): Promise<void> {
  const outgoing = request(urlAt(installation, path), { method: 'PUT', headers: { 'content-length': bytes.length } })
  outgoing.on('error', () => {})
  await new Promise<void>((resolve) => outgoing.write(bytes.subarray(0, bytes.length / 2), () => resolve()))
  await killAndRestart(installation, [0])
  outgoing.destroy()
}

async function upload(installation: Installation, path: string, bytes: Buffer): Promise<number> {
  const body = new Uint8Array(bytes)
  const answer = await fetch(urlAt(installation, path), { method: 'PUT', body })
  await answer.text()
  return answer.status
}

function urlAt(installation: Installation, path: string): string {
  return `${installation.nodes[0]?.url}${path}`
}

async function killAndRestart(installation: Installation, victims: readonly number[]): Promise<void> {
  for (const at of victims) installation.nodes[at]?.kill()
  for (const at of victims) {
    await installation.nodes[at]?.ended()
    await installation.start(at)
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + waitMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('The import does not get on.')
    await setTimeout(10)
  }
}

function checkProgress({ status, rows, bytes }: Json, file: ImportFile, when: string, verdict: Verdict): void {
  verdict.equal(status, 'COMPLETED', `${when} the import is completed`)
  verdict.equal(
    rows,
    {
      read: file.rows,
      written: file.rows - file.refused.length,
      refused: file.refused.length,
      profilesMade: file.customers.size,
      warnings: file.warned.length,
    },
    `${when} each row is counted once`,
  )
  verdict.equal(bytes, { total: file.bytes.length, done: file.bytes.length }, `${when} all bytes are done`)
}

async function checkReport(
  client: HttpClient,
  progressPath: string,
  file: ImportFile,
  when: string,
  verdict: Verdict,
): Promise<void> {
  const problems = await client.list(`${progressPath}/Problems`, 'problems')
  const rowsOf = (kind: string) => problems.filter(({ severity }) => severity === kind).map(({ row }) => row)
  verdict.equal(rowsOf('ERROR'), file.refused, `${when} each bad row is told once`)
  verdict.equal(rowsOf('WARNING'), file.warned, `${when} each value that was left out is told once`)
}

async function checkProfiles(inspection: Inspection, file: ImportFile, when: string, verdict: Verdict): Promise<void> {
  const holders = await inspection.rows(`select value, profile_id from identifier where id_type = 'phone'`)
  const traits = new Map((await inspection.rows('select id, traits from profile')).map((row) => [row.id, row.traits]))
  verdict.equal(traits.size, file.customers.size, `${when} there is one profile for each customer`)
  verdict.equal(holders.length, file.customers.size, `${when} each has its number`)
  const wrong = holders.filter(({ value, profile_id: id }) => {
    const { firstName } = JSON.parse(String(traits.get(id))).Contact
    const customer = file.customers.get(String(value))
    return !customer || firstName.value !== customer.name || (firstName.n ?? 0) !== customer.rows - 1
  })
  verdict.none(wrong, `${when} each customer has what their last row says, and each of their rows was written once`)
  verdict.none(await inspection.rows('select 1 as one from import_text limit 1'), `${when} nothing of the file is left`)
}
