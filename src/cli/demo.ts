import { Command, InvalidArgumentError } from 'commander'
import type { Stage } from '../demo/demo.ts'
import { showProgress } from '../demo/progress.ts'

interface Flags {
  dialogues?: string
  customers?: number
  dialogs?: number
  seed: number
  json?: string
}

/** Either way the day takes well under half a minute. */
const defaultDialogues = { ofFile: 1500, ofCast: 500 }

/** The report alone goes to standard output, so that it can be kept. */
const terminal: Stage = {
  print: (text) => process.stdout.write(text),
  complain: (line) => process.stderr.write(`${line}\n`),
  progress: (total) => showProgress(process.stderr, total),
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Play a day of dialogues on a throw-away server with a virtual clock, and tell what became of it.')
    .option('--dialogues <file>', 'dialogues to play, one JSON object a line; without it a small cast of its own')
    .option('--customers <n>', 'how many customers there are (default: a third as many as dialogues)', from1To(100_000))
    .option(
      '--dialogs <n>',
      `play so many dialogues at most (default: ${defaultDialogues.ofFile} of a file, ${defaultDialogues.ofCast} of its own)`,
      from1To(100_000),
    )
    .option('--seed <n>', 'the same seed plays the same day', wholeNumber(0, 4_294_967_295), 1)
    .option('--json <file>', 'write the summary and the conversation that is drawn as JSON, too')
    .addHelpText(
      'after',
      '\nA line of the file: {"id": "…", "topic": "…", "turns": [{"speaker": "customer" or "agent", "text": "…"}, …]}\n' +
        'Exit code: 0; 1 when a line was malformed (it is reported and skipped) or the demo failed; 2 for a wrong option.\n',
    )
    .action(async ({ dialogues, customers, dialogs, seed, json }: Flags) => {
      const maxDialogues = dialogs ?? (dialogues === undefined ? defaultDialogues.ofCast : defaultDialogues.ofFile)
      // Loaded here and not above, as it brings the whole server.
      const { runDemo } = await import('../demo/demo.ts')
      process.exitCode = await runDemo(
        { dialoguesFile: dialogues, customers, maxDialogues, seed, jsonFile: json },
        terminal,
      )
    })
}

function from1To(most: number) {
  return wholeNumber(1, most)
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
