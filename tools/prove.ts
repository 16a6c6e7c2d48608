import { Command, Option } from 'commander'
import type { DatabaseKind } from '../test/prove/installation.ts'
import { proveKills } from '../test/prove/kills.ts'
import { proveRaces } from '../test/prove/races.ts'
import { Random } from '../test/prove/random.ts'
import { Verdict } from '../test/prove/verdict.ts'

interface Options {
  seed: number
  database: DatabaseKind | 'both'
  pairs: number
  kills: number
  messages: number
}

const verdict = new Verdict((line) => console.log(line))
const program = new Command('prove')
  .description('The long proofs, at full size. Without a name all of them.')
  .argument('[proofs...]', 'races')
  .option('--seed <number>', 'repeats an earlier run', Number, Date.now() % 1_000_000)
  .addOption(new Option('--database <kind>').choices(['sqlite', 'postgres', 'both']).default('both'))
  .option('--pairs <number>', 'races: pairs of addresses', Number, 100)
  .option('--messages <number>', 'races: first messages of each pair', Number, 50)
program.option('--kills <number>', 'kills', Number, 30)
await program.parseAsync()
const options = program.opts<Options>()
const databases: DatabaseKind[] = options.database === 'both' ? ['sqlite', 'postgres'] : [options.database]
console.log(`seed ${options.seed}`)
for (const database of databases) {
  await proveKills({ database, kills: options.kills, random: new Random(options.seed), verdict, fast: false })
  if (program.args[0] === 'kills') continue
  await proveRaces({
    database,
    sizes: { pairs: options.pairs, messages: options.messages, overlapping: 6000, rounds: 40, merges: 40 },
    random: new Random(options.seed),
    verdict,
    fast: false,
  })
}
console.log(`${verdict.passed} passed, ${verdict.failures.length} failed`)
process.exit(verdict.failures.length > 0 ? 1 : 0)
