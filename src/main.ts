import { Command, CommanderError } from 'commander'
import { serveCommand } from './cli/serve.ts'
import { ConfigError } from './config.ts'

const program = new Command('skein')
  .description('The open conversation orchestrator: winds messages and calls into conversations.')
  .showHelpAfterError()
  .addCommand(serveCommand())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    const expected = error instanceof ConfigError
    console.error(expected ? error.message : error)
    process.exitCode = expected ? 2 : 1
  }
}
