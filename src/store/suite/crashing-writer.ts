import { openStore } from '../open.ts'
import { aBook, book, schema } from './cast.ts'
import { quiet, raw } from './subject.ts'

// A program of its own: writes books without end into the database that it is given, and prints the id of each once it was
// acknowledged. It ends by being killed.

const store = await openStore(process.argv[2] ?? '', { log: quiet })
await store.transact(async (tx) => {
  for (const text of schema[store.dialect]) await tx.run(raw(text), {})
})

for (let lane = 0; lane < 16; lane += 1) void write(lane, 0)

async function write(lane: number, n: number): Promise<void> {
  const id = `b${lane}-${n}`
  await store.transact((tx) => tx.insert(book, [aBook(id, { title: 'x'.repeat(500) + id })]))
  process.stdout.write(`${id}\n`)
  await write(lane, n + 1)
}
