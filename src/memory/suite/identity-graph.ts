import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { checkConsistent, profileIds } from '../testing/graph.ts'
import { World } from '../testing/world.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const contact = fc
  .tuple(
    fc.option(fc.constantFrom(...names)),
    fc.option(fc.constantFrom(...names)),
    fc.option(fc.constantFrom(...names)),
  )
  .filter((three) => three.some((one) => one !== null))
  .map(([chat, email, whatsapp]) => ({
    ...(chat ? { chat } : {}),
    ...(email ? { email: `${email}@example.com` } : {}),
    ...(whatsapp ? { whatsapp } : {}),
  }))

/** Identity under random and under simultaneous writes. */
export function identityGraphSuite(open: () => Promise<Store>, runs: number): void {
  const world = async () => World.open(await open())

  test('after any writes every identifier has one profile, and profiles are merged exactly when identifiers connect them', async () => {
    const w = await world()
    await fc.assert(
      fc.asyncProperty(fc.array(contact, { minLength: 1, maxLength: 12 }), async (contacts) => {
        const s = await w.activeStore()
        const expected = new Components()
        for (const one of contacts) {
          const id = newId()
          const answer = await w.create(s, one, id)
          assert.equal(
            answer,
            expected.add(
              id,
              Object.entries(one).map(([type, value]) => `${type} ${value}`),
            ),
          )
        }
        await checkConsistent(w, s)
        assert.deepEqual(await profileIds(w, s), expected.earliest())
      }),
      { numRuns: runs },
    )
  })

  test('simultaneous first contacts by one identifier make one profile', async () => {
    const w = await world()
    const s = await w.activeStore()
    const ids = await Promise.all(Array.from({ length: 20 }, () => w.create(s, { phone: '+13125550142' })))
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual(await profileIds(w, s), [ids[0]])
  })

  test('simultaneous writes that connect everybody leave one profile, the earliest', async () => {
    const w = await world()
    const s = await w.activeStore()
    const ids: string[] = []
    for (const name of names) ids.push(await w.create(s, { chat: name }))
    await Promise.all(
      names.flatMap((name, at) => [
        w.create(s, { chat: name, email: 'all@example.com' }),
        w.add(s, ids[at] as string, 'whatsapp', 'everybody'),
      ]),
    )
    assert.deepEqual(await profileIds(w, s), [ids[0]])
    for (const id of ids) assert.equal((await w.profile(s, id)).id, ids[0])
    await checkConsistent(w, s)
  })
}

/** Which profiles one expects: sets of identifiers that writes have connected, each with its earliest id. */
class Components {
  #sets: { id: string; identifiers: Set<string> }[] = []

  /** Answers the id that a write with these identifiers leads to. */
  add(newProfileId: string, identifiers: string[]): string {
    const touched = this.#sets.filter((set) => identifiers.some((identifier) => set.identifiers.has(identifier)))
    const id = touched.map((set) => set.id).sort()[0] ?? newProfileId
    const all = new Set([...identifiers, ...touched.flatMap((set) => [...set.identifiers])])
    this.#sets = [...this.#sets.filter((set) => !touched.includes(set)), { id, identifiers: all }]
    return id
  }

  earliest(): string[] {
    return this.#sets.map((set) => set.id).sort()
  }
}
