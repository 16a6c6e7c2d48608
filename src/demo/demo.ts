import { writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { openLog } from '../kernel/log.ts'
import { startServer } from '../server.ts'
import { type Api, apiOf } from './api.ts'
import { cast } from './cast.ts'
import { inventCustomers } from './customers.ts'
import { planDay } from './day.ts'
import { desks } from './desks.ts'
import type { Dialogue } from './dialogue.ts'
import { type Reading, readDialogues } from './dialogue-file.ts'
import { drawReport } from './drawing/report.ts'
import { type Findings, fetchFindings } from './findings.ts'
import { playDay } from './play.ts'
import type { Progress } from './progress.ts'
import { randomOf } from './random.ts'
import { introduce, openShop } from './shop.ts'
import { fetchStory, type Story } from './story.ts'
import { type Summary, summarise } from './summary.ts'
import { mostTelling } from './tally.ts'

export interface DemoOptions {
  /** A file of dialogues; without one the demo has a small cast of its own. */
  dialoguesFile: string | undefined
  /** Undefined: as many as make some of them come back. */
  customers: number | undefined
  maxDialogues: number
  seed: number
  jsonFile: string | undefined
}

/** Where the demo shows itself. */
export interface Stage {
  print(text: string): void
  /** One line of trouble with the file. */
  complain(line: string): void
  progress(total: number): Progress
}

export interface Result {
  summary: Summary
  findings: Findings
  /** Of the conversation that has most to tell. */
  story: Story | undefined
}

/** Visits of a customer, on average, unless the number of customers is given. */
const visitsEach = 3

/** Plays and prints the demo. Answers the exit code: 1 when lines of the file were malformed. */
export async function runDemo(options: DemoOptions, stage: Stage): Promise<number> {
  const { dialoguesFile, maxDialogues, jsonFile } = options
  const reading = await readCast(dialoguesFile, maxDialogues, stage.complain)
  if (reading.dialogues.length === 0) throw new Error(`There is no dialogue in ${dialoguesFile}.`)
  const result = await withServer((api) => play(api, reading, options, stage))
  stage.print(`${drawReport(result)}`)
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(result, null, 2)}\n`)
  return reading.malformedLines > 0 ? 1 : 0
}

async function readCast(path: string | undefined, max: number, report: (complaint: string) => void): Promise<Reading> {
  if (path !== undefined) return readDialogues(path, { max, report })
  const dialogues = Array.from({ length: max }, (_, n) => cast[n % cast.length] as Dialogue)
  return { dialogues, found: max, malformedLines: 0 }
}

/** Boots a server of its own, whatever the environment says, and throws it away afterwards with all that it knows. */
async function withServer<T>(use: (api: Api) => Promise<T>): Promise<T> {
  const config = readConfig({}, { port: '0', database: 'sqlite::memory:', clock: 'virtual', log: 'error' })
  const server = await startServer(config, openLog(config.log, false))
  try {
    if (!server.firstAccount) throw new Error('The server has no credentials to hand over.')
    return await use(apiOf(server.url, server.firstAccount))
  } finally {
    await server.stop()
  }
}

async function play(api: Api, reading: Reading, options: DemoOptions, stage: Stage): Promise<Result> {
  const { dialogues, found, malformedLines } = reading
  const { seed, customers = Math.ceil(dialogues.length / visitsEach) } = options
  const opensAt = Date.parse((await api.get<{ now: string }>('/skein/v1/Clock')).now)
  const random = randomOf(seed)
  const events = planDay({ dialogues, customers: inventCustomers(customers, random), opensAt, random })
  const shop = await openShop(api, desks)
  await introduce(api, shop.memoryStoreId, [...new Set(events.map(({ visit }) => visit.customer))])
  const progress = stage.progress(events.length)
  try {
    const day = { api, desks: shop.desks, events, opensAt, onMoved: progress.moved }
    const played = await playDay(day)
    const facts = { ...day, seed, dialogues: { played: dialogues.length, found, malformedLines } }
    const summary = await summarise(api, facts, played)
    const telling = mostTelling(played.tally)
    const findings = await fetchFindings(api, shop.memoryStoreId)
    return { summary, findings, story: telling === undefined ? undefined : await fetchStory(api, telling) }
  } finally {
    progress.stop()
  }
}
