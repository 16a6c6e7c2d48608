import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openStore } from './open.ts'
import { testBulk } from './suite/bulk.ts'
import { testConstraints } from './suite/constraints.ts'
import { temporaryFolder } from './suite/folder.ts'
import { testStalls } from './suite/stalls.ts'
import { testStatements } from './suite/statements.ts'
import { quiet, type Subject } from './suite/subject.ts'
import { testTransactions } from './suite/transactions.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-store-'))
after(() => rmSync(folder, { recursive: true }))
// A copy of it comes with the schema, which takes longer to make than most tests do.
const empty = join(folder, 'skein.db')
await (await openStore(`sqlite:${empty}`, { log: quiet })).close()

const subject: Subject = {
  name: 'SQLite in a file',
  open(t) {
    const path = join(temporaryFolder(t), 'skein.db')
    copyFileSync(empty, path)
    return openStore(`sqlite:${path}`, { log: quiet })
  },
}

testTransactions(subject)
testStatements(subject)
testBulk(subject)
testConstraints(subject)
testStalls(subject)
