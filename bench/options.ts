import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'

export const databases = ['sqlite', 'postgres'] as const
export type DatabaseName = (typeof databases)[number]
export const parts = [
  'ingest',
  'batch',
  'lists',
  'deliveries',
  'identity',
  'voice',
  'recall',
  'imports',
  'carriers',
  'bulk',
  'intelligence',
] as const
export type Part = (typeof parts)[number]

export interface Options {
  seconds: number
  rounds: number
  connections: number
  conversations: number
  /** Profiles there are when recall is measured. */
  profiles: number
  /** Rows of a file that is imported. */
  rows: number
  /** Webhooks that are delivered in one measurement. */
  events: number
  /** Messages that are sent at once. */
  sends: number
  /** Calls at the same time, of 20 turns each. */
  calls: number
  databases: DatabaseName[]
  parts: Part[]
  dialogues: string
  /** Where to write the report as JSON. */
  json: string | undefined
  /** Only count statements and commits, which takes no time to speak of. */
  statements: boolean
}

/** Reads the command line; ends the process by itself after `--help` and after what it does not understand. */
export function readOptions(args: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description(
      'Measures Skein against an empty Fastify route, both databases in one run. Fails when a target is missed.',
    )
    .option('--seconds <n>', 'length of one measurement', wholeNumber, 5)
    .option('--rounds <n>', 'rounds of single messages, whose median counts', wholeNumber, 5)
    .option('--connections <n>', 'connections that send single messages', wholeNumber, 64)
    .option('--conversations <n>', 'conversations there are when lists are measured', wholeNumber, 100_000)
    .option('--profiles <n>', 'profiles there are when recall is measured', wholeNumber, 10_000)
    .option('--rows <n>', 'rows of the file that is imported', wholeNumber, 100_000)
    .option('--events <n>', 'events to deliver in one measurement, at least', wholeNumber, 20_000)
    .option('--calls <n>', 'relay calls at the same time, of 20 turns each', wholeNumber, 500)
    .option('--sends <n>', 'messages that are sent at once, each to somebody else', wholeNumber, 10_000)
    .addOption(new Option('--only <words>', `of ${[...parts, ...databases].join(', ')}: only these`).argParser(words))
    .option(
      '--dialogues <file>',
      'texts: JSON lines of {"id","topic","turns":[{"speaker","text"}]}',
      join(import.meta.dirname, 'dialogues.jsonl'),
    )
    .option('--json <file>', 'also write the report as JSON')
    .option('--statements', 'only count statements and commits of some batches, on SQLite', false)
    .showHelpAfterError()
    .parse(args, { from: 'user' })
  const { only, json, ...given } = command.opts()
  return { ...given, json, ...narrowed(only ?? []) } as Options
}

function narrowed(only: readonly string[]): Pick<Options, 'databases' | 'parts'> {
  const amongst = <T extends string>(all: readonly T[]) => {
    const named = all.filter((word) => only.includes(word))
    return named.length > 0 ? named : [...all]
  }
  return { databases: amongst(databases), parts: amongst(parts) }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

function words(text: string): string[] {
  const known: readonly string[] = [...parts, ...databases]
  const given = text.split(',').map((word) => word.trim())
  const strange = given.find((word) => !known.includes(word))
  if (strange !== undefined) throw new InvalidArgumentError(`"${strange}" is none of ${known.join(', ')}.`)
  return given
}
