import { after, describe } from 'node:test'
import { createDatabase } from '../../test/postgres.ts'
import { bridgeSuite } from './suite/bridge.ts'

const database = await createDatabase({ fast: true, schema: true })
after(() => database.drop())

describe('a bridged service on PostgreSQL', () => bridgeSuite(async () => ({ SKEIN_DATABASE: database.url })))
