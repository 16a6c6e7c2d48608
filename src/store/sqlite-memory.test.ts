import { openStore } from './open.ts'
import { testBulk } from './suite/bulk.ts'
import { testConstraints } from './suite/constraints.ts'
import { testStalls } from './suite/stalls.ts'
import { testStatements } from './suite/statements.ts'
import { quiet, type Subject } from './suite/subject.ts'
import { testTransactions } from './suite/transactions.ts'

const subject: Subject = {
  name: 'SQLite in memory',
  open: () => openStore('sqlite::memory:', { log: quiet }),
}

testTransactions(subject)
testStatements(subject)
testBulk(subject)
testConstraints(subject)
testStalls(subject)
