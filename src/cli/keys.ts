import { Command } from 'commander'
import { ConfigError, readConfig } from '../config.ts'
import { DatabaseInUse } from '../store/sqlite-lock.ts'
import { printCredentials } from './credentials.ts'
import { chooseAccount, type Flags, onInstallation, withInstallation } from './installation.ts'
import { type KeyRing, servedKeys, storedKeys } from './key-ring.ts'
import { printTable } from './table.ts'

const credentialsHint =
  'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, or --user and --password'

export function keysCommand(): Command {
  return new Command('keys')
    .description('Create, list and revoke API keys.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
}

function createCommand(): Command {
  const command = new Command('create')
    .description('Create an API key and print its secret once.')
    .option('--name <name>', 'what it is for', 'key')
  return onAccount(command).action(async (flags: Flags & { name: string }) => {
    const { sid, secret } = await withKeys(flags, (keys) => keys.create(flags.name))
    printCredentials({ keySid: sid, keySecret: secret })
  })
}

function listCommand(): Command {
  const command = new Command('list').description('List the API keys in force.')
  return onAccount(command).action(async (flags: Flags) => {
    const keys = await withKeys(flags, (ring) => ring.list())
    printTable(
      ['SID', 'NAME', 'CREATED'],
      keys.map(({ sid, name, createdAt }) => [sid, name, new Date(createdAt).toISOString()]),
    )
  })
}

function revokeCommand(): Command {
  const command = new Command('revoke').description('Revoke an API key at once.').argument('<sid>')
  return onAccount(command).action(async (sid: string, flags: Flags) => {
    await withKeys(flags, (keys) => keys.revoke(sid))
    console.log(`Revoked ${sid}.`)
  })
}

function onAccount(command: Command): Command {
  return onInstallation(command)
    .option('--account <sid>', 'whose keys, when there are several accounts')
    .option('--url <url>', `work through the running server at this address, with ${credentialsHint}`)
    .option('--user <sid>', 'account SID or API key SID, for --url')
    .option('--password <secret>', 'auth token or API key secret, for --url')
}

async function withKeys<T>(flags: Flags, work: (keys: KeyRing) => Promise<T>): Promise<T> {
  if (flags.url !== undefined) return work(servedKeys(serverOf(flags)))
  const { limits } = readConfig(process.env)
  try {
    return await withInstallation(flags, async (installation) => {
      const account = await chooseAccount(installation, flags.account as string | undefined)
      return work(storedKeys(installation, account, limits.apiKeys))
    })
  } catch (error) {
    if (!(error instanceof DatabaseInUse)) throw error
    throw new Error(`${error.message} Add --url with the running server's address to work through it.`, {
      cause: error,
    })
  }
}

function serverOf(flags: Flags): { url: string; user: string; password: string } {
  const url = String(flags.url)
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new ConfigError('--url must be an http or https URL.')
  if (flags.account !== undefined)
    throw new ConfigError('--account does not go with --url: the credentials say whose keys.')
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_KEY, TWILIO_API_SECRET } = process.env
  for (const [user, password] of [
    [flags.user, flags.password],
    [TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN],
    [TWILIO_API_KEY, TWILIO_API_SECRET],
  ]) {
    if (user && password) return { url, user: String(user), password: String(password) }
  }
  throw new ConfigError(`--url needs credentials: ${credentialsHint}.`)
}
