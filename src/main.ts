import { Command, CommanderError } from 'commander'
import { accountsCommand } from './cli/accounts.ts'
import { copyCommand } from './cli/copy.ts'
import { demoCommand } from './cli/demo.ts'
import { keysCommand } from './cli/keys.ts'
import { migrateCommand } from './cli/migrate.ts'
import { serveCommand } from './cli/serve.ts'
import { webhooksCommand } from './cli/webhooks.ts'
import { ConfigError } from './config.ts'
import { version } from './kernel/version.ts'

const usageExitCode = 2

const program = new Command('skein')
  .description('The open conversation orchestrator: winds messages and calls into conversations.')
  .version(version)
  .addCommand(serveCommand())
  .addCommand(keysCommand())
  .addCommand(accountsCommand())
  .addCommand(migrateCommand())
  .addCommand(copyCommand())
  .addCommand(demoCommand())
  .addCommand(webhooksCommand())

throwRatherThanExit(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeAfter(error)
}

/** Commander prints its own messages; everything else is one line, with where it came from only when that was asked for. */
function exitCodeAfter(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode
  console.error(`skein: ${error instanceof Error ? error.message : String(error)}`)
  if (['debug', 'trace'].includes(process.env.SKEIN_LOG ?? '')) console.error(error)
  return error instanceof ConfigError ? usageExitCode : 1
}

function throwRatherThanExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwRatherThanExit(child)
}
