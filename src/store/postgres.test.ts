import { after } from 'node:test'
import { createDatabase, execute } from '../../test/postgres.ts'
import { openStore } from './open.ts'
import { testBulk } from './suite/bulk.ts'
import { testConstraints } from './suite/constraints.ts'
import { testStatements } from './suite/statements.ts'
import { quiet, type Subject } from './suite/subject.ts'
import { testTransactions } from './suite/transactions.ts'

const database = await createDatabase({ fast: true })
after(() => database.drop())

const subject: Subject = {
  name: 'PostgreSQL',
  async open() {
    await execute(database.url, 'drop schema public cascade; create schema public')
    return openStore(database.url, { log: quiet })
  },
}

testTransactions(subject)
testStatements(subject)
testBulk(subject)
testConstraints(subject)
