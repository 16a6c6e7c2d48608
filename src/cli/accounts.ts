import { Command } from 'commander'
import { listAccounts } from '../accounts/commands/accounts.ts'
import { createAccount, newAccount } from '../accounts/commands/create-account.ts'
import { printCredentials } from './credentials.ts'
import { type Flags, onInstallation, withInstallation } from './installation.ts'
import { printTable } from './table.ts'

export function accountsCommand(): Command {
  return new Command('accounts')
    .description('Create and list accounts. Each sees nothing of the others.')
    .addCommand(createCommand())
    .addCommand(listCommand())
}

function createCommand(): Command {
  const command = new Command('create')
    .description('Create an account with its first API key, and print their secrets once.')
    .option('--name <name>', 'what it is for', 'account')
  return onInstallation(command).action(async (flags: Flags & { name: string }) => {
    const account = newAccount({ name: flags.name })
    await withInstallation(flags, ({ store, vault }) => createAccount(store, vault, account, Date.now()))
    printCredentials(account)
  })
}

function listCommand(): Command {
  return onInstallation(new Command('list').description('List all accounts.')).action(async (flags: Flags) => {
    const accounts = await withInstallation(flags, ({ store }) => listAccounts(store.read))
    printTable(
      ['SID', 'NAME', 'CREATED'],
      accounts.map(({ sid, name, createdAt }) => [sid, name, new Date(createdAt).toISOString()]),
    )
  })
}
