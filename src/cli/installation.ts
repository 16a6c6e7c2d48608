import type { Command } from 'commander'
import { listAccounts } from '../accounts/commands/accounts.ts'
import type { Vault } from '../accounts/vault.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../kernel/log.ts'
import { openVault } from '../secret-key.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { settingOption, settingsByName } from './settings.ts'

export interface Installation {
  store: Store
  vault: Vault
}

export type Flags = Record<string, unknown>

/** Gives a command the flags that say which installation it works on. */
export function onInstallation(command: Command): Command {
  return command.addOption(settingOption('database')).addOption(settingOption('secretKey'))
}

/** Opens the installation that flags and variables name, works on it, and closes it again. */
export async function withInstallation<T>(flags: Flags, work: (installation: Installation) => Promise<T>): Promise<T> {
  const config = readConfig(process.env, settingsByName(flags))
  const store = await openStore(config.database, { log: openLog('silent', false) })
  try {
    return await work({ store, vault: await openVault(config, store) })
  } finally {
    await store.close()
  }
}

/** The number of the account with that SID; without one, of the only account there is. */
export async function chooseAccount({ store }: Installation, sid: string | undefined): Promise<number> {
  const accounts = await listAccounts(store.read)
  const chosen = accounts.filter((account) => sid === undefined || account.sid === sid)
  const [only] = chosen
  if (only && chosen.length === 1) return only.account
  if (sid !== undefined) throw new Error(`There is no account ${sid}.`)
  if (accounts.length === 0) throw new Error('There is no account yet: make one with "skein accounts create".')
  throw new Error(`Choose an account with --account: ${accounts.map((account) => account.sid).join(', ')}.`)
}
