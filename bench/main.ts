import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase, type Database } from '../test/postgres.ts'
import { bulkGoals, measureBulk } from './bulk.ts'
import { carrierGoals, measureCarriers } from './carriers.ts'
import { measureDeliveries } from './deliveries.ts'
import { deliveryGoals } from './deliveries-report.ts'
import { identityGoal, measureIdentity } from './identity.ts'
import { importGoals, measureImports } from './imports.ts'
import { measureBatches, measureIngest, type Target } from './ingest.ts'
import { intelligenceGoals, measureIntelligence, readBusiness } from './intelligence.ts'
import { measureLists } from './lists.ts'
import { type DatabaseName, type Options, readOptions } from './options.ts'
import { killAll, startServer } from './process.ts'
import { measureRecall, recallEnvironment, recallGoals } from './recall.ts'
import { goalsOf, machine, printed, type Report } from './report.ts'
import { type Business, type Skein, startSkein } from './skein.ts'
import { countStatements } from './statements.ts'
import { business, readDialogues, TrafficSource } from './traffic.ts'
import { measureVoice, voiceEnvironment } from './voice.ts'
import { voiceGoals } from './voice-report.ts'

const root = join(import.meta.dirname, '..')
/** The same messages in every run. */
const seed = 1
const turnsOfCalls = 20

const options = readOptions(process.argv.slice(2))
// In the repository rather than among temporary files, which some systems keep in memory.
mkdirSync(join(root, 'data'), { recursive: true })
const folder = mkdtempSync(join(root, 'data', 'bench-'))
const databases: Database[] = []

process.on('exit', () => {
  killAll()
  rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  if (options.statements) console.log(await countStatements())
  else await measure()
} finally {
  await dropDatabases()
}
// PostgreSQL, started for this run, ends with this process.
process.exit()

async function measure(): Promise<void> {
  const report: Report = {
    machine: machine(),
    options,
    ingest: {},
    batches: {},
    lists: {},
    deliveries: {},
    identity: {},
    voice: {},
    recalls: {},
    imports: {},
    carriers: {},
    bulk: {},
    intelligence: {},
    targets: [],
  }
  if (options.parts.includes('ingest') || options.parts.includes('batch')) await measureWrites(report)
  if (options.parts.includes('lists')) await measureReads(report)
  if (options.parts.includes('deliveries')) await measureCarrying(report)
  if (options.parts.includes('identity')) await measureFinding(report)
  if (options.parts.includes('voice')) await measureCalls(report)
  if (options.parts.includes('recall')) await measureRecalls(report)
  if (options.parts.includes('imports')) await measureFiles(report)
  if (options.parts.includes('carriers')) await measureArrivals(report)
  if (options.parts.includes('bulk')) await measureSends(report)
  if (options.parts.includes('intelligence')) await measureRules(report)
  console.log(printed(report))
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`)
  const missed = report.targets.filter(({ met }) => !met)
  for (const { what, is, atLeast } of missed) console.error(`Missed: ${what} is ${is.toFixed(2)}, below ${atLeast}.`)
  if (missed.length > 0) process.exitCode = 1
}

async function measureWrites(report: Report): Promise<void> {
  const skeins = await startSkeins(options, 'ingest')
  if (options.parts.includes('ingest')) {
    const baseline = await startBaseline()
    const measured = await measureIngest([baseline, ...skeins.values()], options, say)
    report.ingest = Object.fromEntries(measured)
    report.targets.push(...goalsOf(report.ingest))
    await baseline.server.stop()
  }
  if (options.parts.includes('batch')) {
    for (const [name, target] of skeins) {
      say(`batches, ${name}`)
      report.batches[name] = await measureBatches(target, options)
    }
  }
  for (const { server } of skeins.values()) await server.stop()
  await dropDatabases()
}

async function measureReads(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`${options.conversations} conversations, ${name}`)
    const skein = await startSkeinOn(name, 'lists')
    report.lists[name] = await measureLists(skein, sourceOf(options), options)
    await skein.stop()
    await dropDatabases()
  }
}

async function measureFinding(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`lookups, ${name}`)
    const skein = await startSkeinOn(name, 'identity')
    const measured = await measureIdentity(skein, options)
    report.identity[name] = measured
    report.targets.push(identityGoal(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureRecalls(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`${options.profiles} profiles, ${name}`)
    const skein = await startSkeinOn(name, 'recall', undefined, undefined, recallEnvironment)
    const measured = await measureRecall(skein, options)
    report.recalls[name] = measured
    report.targets.push(...recallGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureFiles(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`imports of ${options.rows} rows, ${name}`)
    const skein = await startSkeinOn(name, 'imports')
    const measured = await measureImports(skein, options)
    report.imports[name] = measured
    report.targets.push(...importGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureArrivals(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`messages by carriers, ${name}`)
    const skein = await startSkeinOn(name, 'carriers')
    const measured = await measureCarriers(skein, sourceOf(options), options)
    report.carriers[name] = measured
    report.targets.push(...carrierGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureSends(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`${options.sends} sends, ${name}`)
    const skein = await startSkeinOn(name, 'bulk')
    const measured = await measureBulk(skein, options.sends, options.connections)
    report.bulk[name] = measured
    report.targets.push(...bulkGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureRules(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`rules, ${name}`)
    const skein = await startSkeinOn(name, 'intelligence', [{ number: business }, { number: readBusiness }])
    const sources = {
      without: sourceOf(options),
      withRules: new TrafficSource(readDialogues(options.dialogues), seed + 1),
    }
    const measured = await measureIntelligence(skein, sources, options)
    report.intelligence[name] = measured
    report.targets.push(...intelligenceGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function measureCarrying(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`deliveries, ${name}`)
    let count = 0
    const startSkein = (businesses: readonly Business[], authToken: string) => {
      count += 1
      return startSkeinOn(name, `deliveries-${count}`, businesses, authToken)
    }
    const newSource = () => sourceOf(options)
    const measured = await measureDeliveries({ startSkein, newSource, options, say })
    report.deliveries[name] = measured
    report.targets.push(...deliveryGoals(name, measured))
    await dropDatabases()
  }
}

async function measureCalls(report: Report): Promise<void> {
  for (const name of options.databases) {
    say(`${options.calls} calls, ${name}`)
    const skein = await startSkeinOn(name, 'voice', undefined, undefined, voiceEnvironment)
    const measured = await measureVoice(skein, options.calls, turnsOfCalls)
    report.voice[name] = measured
    report.targets.push(...voiceGoals(name, measured))
    await skein.stop()
    await dropDatabases()
  }
}

async function startSkeins(
  { databases }: Options,
  part: string,
): Promise<Map<DatabaseName, Target & { server: Skein }>> {
  const targets = new Map<DatabaseName, Target & { server: Skein }>()
  for (const name of databases) {
    const server = await startSkeinOn(name, part)
    targets.set(name, { name, server, source: sourceOf(options) })
  }
  return targets
}

async function startSkeinOn(
  name: DatabaseName,
  part: string,
  ...of: [businesses?: readonly Business[], authToken?: string, environment?: Readonly<Record<string, string>>]
): Promise<Skein> {
  if (name === 'sqlite') return startSkein(`sqlite:${join(folder, `${part}.db`)}`, ...of)
  const database = await createDatabase()
  databases.push(database)
  return startSkein(database.url, ...of)
}

async function startBaseline(): Promise<Target> {
  const server = await startServer([join(import.meta.dirname, 'baseline.ts')])
  const headers = { authorization: `Basic ${'0'.repeat(112)}`, 'content-type': 'application/json' }
  return { name: 'baseline', server: { ...server, headers }, source: sourceOf(options) }
}

async function dropDatabases(): Promise<void> {
  for (const database of databases.splice(0)) await database.drop()
}

function sourceOf({ dialogues }: Options): TrafficSource {
  return new TrafficSource(readDialogues(dialogues), seed)
}

function say(text: string): void {
  console.error(text)
}
