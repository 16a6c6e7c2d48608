import { after, describe } from 'node:test'
import { createDatabase } from '../../test/postgres.ts'
import { openLog } from '../kernel/log.ts'
import { openStore } from '../store/open.ts'
import { dataMappingsSuite } from './suite/data-mappings.ts'
import { embeddingSuite } from './suite/embedding.ts'
import { identityGraphSuite } from './suite/identity-graph.ts'
import { importsSuite } from './suite/imports.ts'
import { memoriesSuite } from './suite/memories.ts'
import { profileBatchSuite } from './suite/profile-batch.ts'
import { profilesSuite } from './suite/profiles.ts'
import { stepsSuite } from './suite/steps.ts'
import { storesSuite } from './suite/stores.ts'
import { traitGroupsSuite } from './suite/trait-groups.ts'
import { unmergingSuite } from './suite/unmerging.ts'

const database = await createDatabase({ fast: true, schema: true })
const store = await openStore(database.url, { log: openLog('silent', false) })
const open = async () => store
after(async () => {
  await store.close()
  await database.drop()
})

// First, as every embedder takes all memories that any account has.
describe('embedding on PostgreSQL', () => embeddingSuite(open))
describe('memory stores on PostgreSQL', () => storesSuite(open))
describe('profiles on PostgreSQL', () => profilesSuite(open))
describe('memories on PostgreSQL', () => memoriesSuite(open))
describe('trait groups on PostgreSQL', () => traitGroupsSuite(open))
describe('data mappings on PostgreSQL', () => dataMappingsSuite(open))
describe('many profiles on PostgreSQL', () => profileBatchSuite(open))
describe('imports on PostgreSQL', () => importsSuite(open))
describe('steps on PostgreSQL', () => stepsSuite(open))
describe('the identity graph on PostgreSQL', () => identityGraphSuite(open, 25))
describe('unmerging on PostgreSQL', () => unmergingSuite(open, 8))
