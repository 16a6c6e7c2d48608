import { Command } from 'commander'
import type { NewAccount } from '../accounts/commands/create-account.ts'
import { type Config, isLoopback, limitVariableOf, readConfig, type SettingName, settings } from '../config.ts'
import { defaultLimits, type LimitName } from '../kernel/limits.ts'
import { openLog } from '../kernel/log.ts'
import type { RunningServer } from '../server.ts'
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
  // Loaded here and not above, so that commands that run no server start without it.
  const { startServer } = await import('../server.ts')
  const server = await startServer(config, log)
  const stop = async (signal: string) => {
    // A second signal ends the process as if there were no handler.
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
    log.info({ signal }, 'stopping: no new requests; finishing those in progress')
    if (await server.stop()) return log.info('stopped')
    log.warn(`stopped with work unfinished after ${config.shutdownSeconds} s; callers got no answer`)
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal))
  announce(config, server)
}

/** The address comes last: whoever reads that line has read all. */
function announce(config: Config, { url, firstAccount }: RunningServer): void {
  if (firstAccount) announceAccount(config, firstAccount, url)
  if (config.clock === 'virtual') console.log('Business time is virtual: move it with POST /skein/v1/Clock.')
  if (config.allowPrivateCallbacks && isLoopback(config.host))
    console.log('Callbacks may reach private addresses and plain http, since only this machine can reach Skein.')
  console.log(`Skein listens on ${url}`)
}

/** Secrets that the operator has set are no news, and need not be in a log. */
function announceAccount(
  { account: given }: Config,
  { sid, authToken, keySid, keySecret }: NewAccount,
  url: string,
): void {
  console.log('This is the first start. The first account:\n')
  printCredentials({
    sid,
    keySid,
    ...(given.authToken === undefined ? { authToken } : {}),
    ...(given.keySecret === undefined ? { keySecret } : {}),
  })
  console.log(`export SKEIN_URL=${url}\n`)
}

function limitLines(): string {
  const names = Object.keys(defaultLimits) as LimitName[]
  return names.map((name) => `  ${limitVariableOf(name)} (default: ${defaultLimits[name]})`).join('\n')
}
