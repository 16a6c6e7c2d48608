import { listKeys } from '../accounts/commands/api-keys.ts'
import { connectionsOf } from '../carriers/connections/rows.ts'
import { serviceCount } from '../classic/service-rows.ts'
import { configurationCount, ownedAddressCount } from '../conversations/configuration-rows.ts'
import { configurationCount as intelligenceConfigurationCount, operatorCount } from '../intelligence/rows.ts'
import type { LimitName } from '../kernel/limits.ts'
import { storeCount } from '../memory/store-rows.ts'
import type { Reader } from '../store/store.ts'

/** How much an account has of what is limited for an account as a whole; all of it small tables. */
export async function usageOf(read: Reader, account: number): Promise<Partial<Record<LimitName, number>>> {
  const counts = {
    configurations: configurationCount,
    memoryStores: storeCount,
    ownedAddresses: ownedAddressCount,
    operators: operatorCount,
    intelligenceConfigurationsPerAccount: intelligenceConfigurationCount,
    classicServices: serviceCount,
  }
  const [counted, keys, connections] = await Promise.all([
    Promise.all(
      Object.entries(counts).map(async ([name, statement]) => [
        name,
        Number((await read.get(statement, { account }))?.n ?? 0),
      ]),
    ),
    listKeys(read, account),
    read.all(connectionsOf, { account }),
  ])
  return { ...Object.fromEntries(counted), apiKeys: keys.length, carrierConnections: connections.length }
}
