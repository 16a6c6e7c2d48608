import { Command } from 'commander'
import { type Config, limitVariableOf, readConfig, type SettingName, settings } from '../config.ts'
import { defaultLimits, type LimitName } from '../kernel/limits.ts'
import { openLog } from '../kernel/log.ts'
import { type RunningServer, startServer } from '../server.ts'
import { printCredentials } from './credentials.ts'
import { settingOption, settingsByName } from './settings.ts'

export function serveCommand(): Command {
  const command = new Command('serve').description('Start the server (what npm start runs).')
  for (const name of Object.keys(settings) as SettingName[]) command.addOption(settingOption(name))
  command.addHelpText('after', `\nLimits, by variable only:\n${limitLines()}\n`)
  return command.action(async (flags: Record<string, string>) => serve(readConfig(process.env, settingsByName(flags))))
}

/** The server's whole life as a process: start, say where, and on SIGINT or SIGTERM finish what it began. */
async function serve(config: Config): Promise<void> {
  const log = openLog(config.log, process.stdout.isTTY)
  const server = await startServer(config, log)
  announce(config, server)
  const stop = async (signal: string) => {
    // A second signal ends the process as if there were no handler.
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
    log.info({ signal }, 'stopping: no new requests; finishing those in progress')
    if (await server.stop()) return log.info('stopped')
    log.warn(`stopped with work unfinished after ${config.shutdownSeconds} s; callers got no answer`)
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal))
}

function announce(config: Config, { url, firstAccount }: RunningServer): void {
  console.log(`Skein listens on ${url}`)
  if (config.clock === 'virtual') console.log('Business time is virtual: move it with POST /skein/v1/Clock.')
  if (config.allowPrivateCallbacks)
    console.log('Callbacks may reach private addresses and plain http, since only this machine can reach Skein.')
  if (!firstAccount) return
  console.log('\nThis is the first start. The first account:\n')
  printCredentials(firstAccount)
  console.log(`export SKEIN_URL=${url}\n`)
}

function limitLines(): string {
  const names = Object.keys(defaultLimits) as LimitName[]
  return names.map((name) => `  ${limitVariableOf(name)} (default: ${defaultLimits[name]})`).join('\n')
}
