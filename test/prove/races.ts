import { Installation } from './installation.ts'
import { checkInvariants } from './invariants.ts'
import type { Race, RaceOptions } from './race.ts'
import { raceConfigurations } from './race-configurations.ts'
import { raceCreations } from './race-creations.ts'
import { raceCrossedKeys } from './race-crossed-keys.ts'
import { raceFirstMessages } from './race-first-messages.ts'
import { raceMerges } from './race-merges.ts'
import { raceOverlappingKeys } from './race-overlapping-keys.ts'
import { raceResources } from './race-resources.ts'
import { raceUnmerges } from './race-unmerges.ts'

/** Races requests against each other, on PostgreSQL through two servers, and looks at what came of it. */
export async function proveRaces({ database, fast, ...options }: RaceOptions): Promise<void> {
  const { verdict } = options
  const installation = await Installation.open({ database, nodes: database === 'sqlite' ? 1 : 2, fast })
  try {
    const race: Race = { ...options, installation }
    await raceFirstMessages(race)
    await raceResources(race)
    await raceCreations(race)
    await raceOverlappingKeys(race)
    await raceCrossedKeys(race)
    await raceConfigurations(race)
    await raceMerges(race)
    await raceUnmerges(race)
    verdict.check(await installation.stop(), `${database}: the servers lived and stopped in order`, () =>
      installation.nodes.flatMap(({ output }) => output).join('\n'),
    )
    const inspection = await installation.inspect()
    try {
      await checkInvariants(inspection, verdict, `${database}, after the races`)
      if (database === 'postgres') {
        const sql = 'select deadlocks from pg_stat_database where datname = current_database()'
        verdict.equal(await inspection.rows(sql), [{ deadlocks: 0 }], 'postgres: there was no deadlock')
      }
    } finally {
      await inspection.close()
    }
  } finally {
    await installation.close()
  }
}
