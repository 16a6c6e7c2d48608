import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import { withoutPassword } from '../store/url.ts'
import { settingOption, settingsByName } from './settings.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description("Bring a database's schema up to date and stop, as serve does when it starts.")
    .addOption(settingOption('database'))
    .action(async (flags: Record<string, unknown>) => {
      const { database } = readConfig(process.env, settingsByName(flags))
      const store = await openStore(database, { log: openLog('silent', false) })
      await store.close()
      console.log(`The schema of ${withoutPassword(database)} is up to date.`)
    })
}
