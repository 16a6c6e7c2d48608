import { Argument, Command, Option } from 'commander'
import { type PostgresServer, startPostgres } from '../test/postgres.ts'
import { proveConsole } from '../test/prove/console.ts'
import { proveDeliveries } from '../test/prove/deliveries.ts'
import { proveFuzz } from '../test/prove/fuzz.ts'
import { proveIdentity } from '../test/prove/identity.ts'
import { proveImports } from '../test/prove/imports.ts'
import type { DatabaseKind } from '../test/prove/installation.ts'
import { proveIntelligence } from '../test/prove/intelligence.ts'
import { proveKills } from '../test/prove/kills.ts'
import { proveOutages } from '../test/prove/outages.ts'
import { proveRaces } from '../test/prove/races.ts'
import { Random } from '../test/prove/random.ts'
import { Verdict } from '../test/prove/verdict.ts'
import { proveVoice } from '../test/prove/voice.ts'

/** The long proofs at full size, against real servers. Ends with a count and, when anything failed, a code other than 0. */

const proofs = [
  'races',
  'kills',
  'outages',
  'fuzz',
  'deliveries',
  'identity',
  'imports',
  'intelligence',
  'voice',
  'console',
] as const
/** What they prove looks at no database. */
const onOneDatabase: readonly (typeof proofs)[number][] = ['voice', 'console']
/** A file does not go away and come back. */
const onPostgresOnly: readonly (typeof proofs)[number][] = ['outages']
const databases = ['sqlite', 'postgres'] as const

interface Options {
  seed: number
  database?: DatabaseKind
  pairs: number
  messages: number
  overlapping: number
  rounds: number
  kills: number
  outages: number
  requests: number
  perRoute: number
  events: number
  rows: number
  documents: number
  conversations: number
}

const program = new Command('prove')
  .description('Runs the long proofs at full size, all of them unless some are named.')
  .addArgument(new Argument('[proofs...]').choices(proofs))
  .option('--seed <number>', 'repeats what an earlier run did', Number, Date.now() % 1_000_000)
  .addOption(new Option('--database <kind>', 'only on this one').choices(databases))
  .option('--pairs <number>', 'races: pairs of addresses', Number, 100)
  .option('--messages <number>', 'races: first messages of each pair at the same time', Number, 50)
  .option('--overlapping <number>', 'races: requests with overlapping keys', Number, 10_000)
  .option(
    '--rounds <number>',
    'races: of creations, equal messages, rules and merges each; identity: small worlds',
    Number,
    50,
  )
  .option('--kills <number>', 'kills: on each database', Number, 30)
  .option('--outages <number>', 'outages: of the database', Number, 30)
  .option('--requests <number>', 'fuzz: hostile requests on each database', Number, 100_000)
  .option('--per-route <number>', 'fuzz: hostile requests to each route, at least', Number, 500)
  .option('--events <number>', 'deliveries: events carried on each database', Number, 50_000)
  .option('--rows <number>', 'imports: rows of the file', Number, 100_000)
  .option('--documents <number>', 'voice: hostile documents, and as many messages', Number, 100_000)
  .option('--conversations <number>', 'console: conversations in the list', Number, 100_000)
  .showHelpAfterError()
  .parse()
const options = program.opts<Options>()
const wanted = program.args.length === 0 ? proofs : proofs.filter((name) => program.args.includes(name))

const verdict = new Verdict((line) => console.log(line))
console.log(`seed ${options.seed}`)
const postgres = await ownPostgres()
try {
  for (const proof of wanted) {
    for (const database of databases) {
      if (options.database !== undefined && options.database !== database) continue
      if (onOneDatabase.includes(proof) && database === 'postgres') continue
      if (onPostgresOnly.includes(proof) && database === 'sqlite') continue
      const started = performance.now()
      const before = { passed: verdict.passed, failed: verdict.failures.length }
      console.log(`▶ ${proof} on ${database}`)
      await prove(proof, database)
      const seconds = Math.round((performance.now() - started) / 1000)
      const failed = verdict.failures.length - before.failed
      console.log(
        `${failed > 0 ? '✖' : '✔'} ${proof} on ${database}: ${verdict.passed - before.passed} checks held, ${failed} did not (${seconds} s)\n`,
      )
    }
  }
} finally {
  await postgres?.stop()
}
console.log(`${verdict.passed} passed, ${verdict.failures.length} failed`)
process.exit(verdict.failures.length > 0 ? 1 : 0)

function prove(proof: (typeof proofs)[number], database: DatabaseKind): Promise<void> {
  const {
    seed,
    pairs,
    messages,
    overlapping,
    rounds,
    kills,
    outages,
    requests,
    perRoute,
    events,
    rows,
    documents,
    conversations,
  } = options
  const common = { database, verdict, fast: false }
  switch (proof) {
    case 'races':
      return proveRaces({
        ...common,
        random: new Random(seed),
        sizes: { pairs, messages, overlapping, rounds, merges: rounds },
      })
    case 'kills':
      return proveKills({ ...common, kills, random: new Random(seed) })
    case 'outages':
      return proveOutages({ verdict, fast: false, outages, random: new Random(seed) })
    case 'fuzz':
      return proveFuzz({ ...common, requests, perRoute, seed })
    case 'identity':
      return proveIdentity({ ...common, rounds, random: new Random(seed) })
    case 'imports':
      return proveImports({ ...common, rows, kills: Math.min(kills, 10), random: new Random(seed) })
    case 'deliveries':
      return proveDeliveries({ ...common, events, kills: Math.min(kills, 10), random: new Random(seed) })
    case 'intelligence':
      return proveIntelligence({
        ...common,
        conversations: 20,
        messages: 8,
        kills: Math.min(kills, 10),
        random: new Random(seed),
      })
    case 'voice':
      return proveVoice({ verdict, random: new Random(seed), rounds: documents })
    case 'console':
      return proveConsole({ verdict, conversations })
  }
}

/** A PostgreSQL that waits for the disk, unless one is given by `SKEIN_TEST_POSTGRES`. */
async function ownPostgres(): Promise<PostgresServer | undefined> {
  const isNeeded = wanted.some((proof) => !onOneDatabase.includes(proof))
  if (!isNeeded || options.database === 'sqlite' || process.env.SKEIN_TEST_POSTGRES) return undefined
  const server = await startPostgres()
  process.env.SKEIN_TEST_POSTGRES = server.url
  return server
}
