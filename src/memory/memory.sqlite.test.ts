import { after, describe } from 'node:test'
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

const opened = openStore('sqlite::memory:', { log: openLog('silent', false) })
const open = () => opened
after(async () => (await opened).close())

// First, as every embedder takes all memories that any account has.
describe('embedding on SQLite', () => embeddingSuite(open))
describe('memory stores on SQLite', () => storesSuite(open))
describe('profiles on SQLite', () => profilesSuite(open))
describe('memories on SQLite', () => memoriesSuite(open))
describe('trait groups on SQLite', () => traitGroupsSuite(open))
describe('data mappings on SQLite', () => dataMappingsSuite(open))
describe('many profiles on SQLite', () => profileBatchSuite(open))
describe('imports on SQLite', () => importsSuite(open))
describe('steps on SQLite', () => stepsSuite(open))
describe('the identity graph on SQLite', () => identityGraphSuite(open, 100))
describe('unmerging on SQLite', () => unmergingSuite(open, 40))
