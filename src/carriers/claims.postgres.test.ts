import { after, describe } from 'node:test'
import { createDatabase } from '../../test/postgres.ts'
import { claimsSuite } from './suite/claims.ts'

const database = await createDatabase({ fast: true, schema: true })
after(() => database.drop())

describe('claims that ran out on PostgreSQL', () => claimsSuite(async () => ({ SKEIN_DATABASE: database.url })))
