import { Command, Option } from 'commander'
import { type Config, limitVariableOf, readConfig, type SettingName, settings, variableOf } from '../config.ts'
import { defaultLimits, type LimitName } from '../kernel/limits.ts'
import { openLog } from '../kernel/log.ts'
import { type RunningServer, startServer } from '../server.ts'

export function serveCommand(): Command {
  const command = new Command('serve').description('Start the server (what npm start runs).')
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting = settings[name]
    const fallback = setting.default === '' ? '' : ` (default: ${setting.default})`
    command.addOption(new Option(`--${setting.flag} <value>`, `${setting.meaning}${fallback} [${variableOf(setting)}]`))
  }
  command.addHelpText('after', `\nLimits, by variable only:\n${limitLines()}\n`)
  return command.action(async (flags: Record<string, string>) => serve(readConfig(process.env, byName(flags))))
}

/** The server's whole life as a process: start, say where, and on SIGINT or SIGTERM finish what it began. */
export async function serve(config: Config): Promise<void> {
  const log = openLog(config.log, process.stdout.isTTY)
  const server = await startServer(config, log)
  announce(config, server)
  const stop = async (signal: string) => {
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
    log.info({ signal }, 'stopping: no new requests; finishing those in progress')
    await server.stop()
    log.info('stopped')
  }
  process.once('SIGINT', (signal) => void stop(signal))
  process.once('SIGTERM', (signal) => void stop(signal))
}

function announce(config: Config, { url, firstAccount }: RunningServer): void {
  console.log(`Skein listens on ${url}`)
  if (config.clock === 'virtual') console.log('Business time is virtual: move it with POST /skein/v1/Clock.')
  if (config.allowPrivateCallbacks)
    console.log('Callbacks may reach private addresses and plain http, since only this machine can reach Skein.')
  if (!firstAccount) return
  console.log(`
This is the first start. These are the account's credentials; they are not shown again:

export TWILIO_ACCOUNT_SID=${firstAccount.sid}
export TWILIO_AUTH_TOKEN=${firstAccount.authToken}
export TWILIO_API_KEY=${firstAccount.keySid}
export TWILIO_API_SECRET=${firstAccount.keySecret}
export SKEIN_URL=${url}
`)
}

/** Commander names options in camel case after their flags; settings have names of their own. */
function byName(flags: Record<string, string>): Partial<Record<SettingName, string>> {
  const names = (Object.keys(settings) as SettingName[]).map((name) => [camel(settings[name].flag), name] as const)
  return Object.fromEntries(names.flatMap(([flag, name]) => (flags[flag] === undefined ? [] : [[name, flags[flag]]])))
}

function camel(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function limitLines(): string {
  const names = Object.keys(defaultLimits) as LimitName[]
  return names.map((name) => `  ${limitVariableOf(name)} (default: ${defaultLimits[name]})`).join('\n')
}
