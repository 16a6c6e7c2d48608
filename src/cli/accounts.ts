import { Command } from 'commander'
import { listAccounts } from '../accounts/commands/accounts.ts'
import {
  createSecondaryToken,
  deleteSecondaryToken,
  newAuthToken,
  promoteSecondaryToken,
} from '../accounts/commands/auth-tokens.ts'
import { createAccount, newAccount } from '../accounts/commands/create-account.ts'
import { printCredentials } from './credentials.ts'
import { chooseAccount, type Flags, type Installation, onInstallation, withInstallation } from './installation.ts'
import { printTable } from './table.ts'

export function accountsCommand(): Command {
  return new Command('accounts')
    .description('Create and list accounts. Each sees nothing of the others.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(createTokenCommand())
    .addCommand(promoteTokenCommand())
    .addCommand(deleteTokenCommand())
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

function createTokenCommand(): Command {
  const command = new Command('create-token').description(
    'Create a secondary auth token, accepted beside the primary one, and print it once.',
  )
  return onAccount(command).action(async (flags: Flags) => {
    const authToken = newAuthToken()
    await onChosen(flags, ({ store, vault }, account) => createSecondaryToken(store, vault, account, authToken))
    printCredentials({ authToken })
  })
}

function promoteTokenCommand(): Command {
  const command = new Command('promote-token').description(
    'Let the secondary auth token sign webhooks; the one before stays accepted.',
  )
  return onAccount(command).action(async (flags: Flags) => {
    await onChosen(flags, ({ store }, account) => promoteSecondaryToken(store, account))
    console.log('Promoted. The token before is accepted until "skein accounts delete-token".')
  })
}

function deleteTokenCommand(): Command {
  const command = new Command('delete-token').description('Accept the secondary auth token no longer.')
  return onAccount(command).action(async (flags: Flags) => {
    await onChosen(flags, ({ store }, account) => deleteSecondaryToken(store, account))
    console.log('Deleted the secondary auth token.')
  })
}

function onAccount(command: Command): Command {
  return onInstallation(command).option('--account <sid>', 'whose token, when there are several accounts')
}

function onChosen(flags: Flags, work: (installation: Installation, account: number) => Promise<void>): Promise<void> {
  return withInstallation(flags, async (installation) =>
    work(installation, await chooseAccount(installation, flags.account as string | undefined)),
  )
}
