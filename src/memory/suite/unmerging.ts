import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { LostRace, type Store } from '../../store/store.ts'
import { deleteProfile } from '../commands/delete-profile.ts'
import { MergeRefused, type ProfileWrite, writeProfile } from '../profile-writing.ts'
import { requireStore } from '../stores.ts'
import { checkConsistent, profileIds, stateOf } from '../testing/graph.ts'
import { Remembering } from '../testing/memories.ts'
import { World } from '../testing/world.ts'

const phones = ['+13125550141', '+13125550142', '+13125550143'] as const

const steps = {
  create: fc.record({
    do: fc.constant('create' as const),
    phone: fc.option(fc.constantFrom(...phones)),
    chat: fc.constantFrom('a', 'b', 'c', 'd'),
  }),
  add: fc.record({ do: fc.constant('add' as const), on: fc.nat(), chat: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  household: fc.record({
    do: fc.constant('share' as const),
    on: fc.nat(),
    idType: fc.constantFrom('household', 'device'),
    value: fc.constantFrom('h1', 'h2'),
  }),
  patch: fc.record({
    do: fc.constant('patch' as const),
    on: fc.nat(),
    city: fc.option(fc.constantFrom('Graz', 'Linz')),
  }),
  remove: fc.record({
    do: fc.constant('remove' as const),
    on: fc.nat(),
    idType: fc.constantFrom('phone', 'chat'),
    all: fc.boolean(),
  }),
  observe: fc.record({ do: fc.constant('observe' as const), on: fc.nat() }),
  merge: fc.record({ do: fc.constant('merge' as const), on: fc.nat(), with: fc.nat() }),
  undo: fc.record({ do: fc.constant('undo' as const), which: fc.nat(), keepApart: fc.boolean() }),
}
const step = fc.oneof(...Object.values(steps))
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Merges told, undone, and as if they had never been. */
export function unmergingSuite(open: () => Promise<Store>, runs: number): void {
  const world = async () => World.open(await open())

  test('an undone merge gives both profiles back with all that was theirs', async () => {
    const w = await world()
    const s = await w.activeStore()
    const memories = new Remembering(w, s)
    const ines = await w.create(s, { phone: phones[0], firstName: 'Ines', city: 'Graz' })
    w.now += 1
    const other = await w.create(s, { email: 'ines@example.com', firstName: 'Inés' })
    await memories.observe(ines, 'likes tea')
    await memories.observe(other, 'likes coffee')
    await memories.summarise(other, 'asked for coffee')
    const before = await stateOf(w, s)
    assert.equal(await w.add(s, other, 'phone', phones[0]), ines)
    assert.deepEqual((await w.profile(s, other)).contact, {
      phone: phones[0],
      firstName: 'Inés',
      city: 'Graz',
      email: 'ines@example.com',
    })
    const [merge] = await w.merges(s)
    assert.ok(merge)
    assert.deepEqual(
      [merge.left_id, merge.right_id, merge.surviving_id, merge.retired_id, merge.cause, merge.request_id],
      [other, ines, ines, other, 'IDENTIFIER', 'RQ2'],
    )
    assert.deepEqual(JSON.parse(merge.evidence), [{ idType: 'phone', value: phones[0] }])
    assert.deepEqual(JSON.parse(merge.moved), { identifiers: 1, hidden: 0, traits: 2, observations: 1, summaries: 1 })
    const undone = await w.undo(s, merge.id)
    assert.deepEqual(await w.merges(s), [undone.merge])
    assert.deepEqual(undone, {
      merge: { ...merge, undone_at: w.now, undone_by: 'RQ4', apart: 1 },
      profileId: ines,
      restoredId: other,
      memories: { observations: 1, summaries: 1 },
      conversations: { rekeyed: [], closed: [] },
      notRestored: [],
    })
    assert.deepEqual(await stateOf(w, s), before)
    assert.deepEqual(await memories.of(other), ['likes coffee', 'asked for coffee'])
    await assert.rejects(w.undo(s, merge.id), (error) => error instanceof Failure && error.kind === 'conflict')
    await assert.rejects(w.undo(s, ines), (error) => error instanceof Failure && error.kind === 'not_found')
  })

  test('what was written since belongs to the id that the request named, else to the one its identifier was given to', async () => {
    const w = await world()
    const s = await w.activeStore()
    const ines = await w.create(s, { phone: phones[0] })
    const other = await w.create(s, { email: 'ines@example.com' })
    const merge = await w.merge(s, ines, other)
    await w.patch(s, other, { city: 'Graz' })
    await w.add(s, ines, 'chat', 'ines')
    assert.equal(await w.create(s, { email: 'ines@example.com', lastName: 'Maier', whatsapp: phones[1] }), ines)
    await w.undo(s, merge)
    assert.deepEqual(await w.profile(s, ines), {
      id: ines,
      contact: { phone: phones[0] },
      identifiers: [`phone ${phones[0]}`, 'chat ines'],
    })
    assert.deepEqual((await w.profile(s, other)).contact, {
      email: 'ines@example.com',
      city: 'Graz',
      lastName: 'Maier',
      whatsapp: phones[1],
    })
  })

  test('a merge in the middle of a chain is undone, and who came by the other one stays with it', async () => {
    const w = await world()
    const s = await w.activeStore()
    const [a, b, c] = await three(w, s)
    await w.add(s, a, 'chat', 'b')
    await w.add(s, c, 'chat', 'b')
    const [first, second] = await w.merges(s)
    assert.deepEqual(await profileIds(w, s), [a])
    await w.undo(s, first?.id as string)
    assert.deepEqual(await profileIds(w, s), [a, b].sort())
    assert.equal((await w.profile(s, c)).id, b)
    assert.deepEqual((await w.profile(s, b)).identifiers.sort(), ['chat b', 'chat c'])
    await checkConsistent(w, s)
    await w.undo(s, second?.id as string)
    assert.deepEqual(await profileIds(w, s), [a, b, c].sort())
    await checkConsistent(w, s)
  })

  test('one write that shows several to be one is as many merges, each of which can be undone', async () => {
    const w = await world()
    const s = await w.activeStore()
    const [a, b, c] = [
      await w.create(s, { chat: 'a' }),
      await w.create(s, { email: 'b@example.com' }),
      await w.create(s, { phone: phones[0] }),
    ]
    const before = await stateOf(w, s)
    assert.equal(await w.create(s, { chat: 'a', email: 'b@example.com', phone: phones[0] }), a)
    const merges = await w.merges(s)
    assert.deepEqual(
      merges.map((row) => row.left_id === b),
      [true, true],
      'the first rule is that of the e-mail address',
    )
    for (const { id } of merges) await w.undo(s, id, false)
    assert.deepEqual((await profileIds(w, s)).sort(), [a, b, c].sort())
    const { identifiers } = (await stateOf(w, s)) as { identifiers: object[] }
    assert.deepEqual(identifiers, (before as { identifiers: object[] }).identifiers)
  })

  test('two whose merge was undone are made one again only on request', async () => {
    const w = await world()
    const s = await w.activeStore()
    const [a, b] = [await w.create(s, { chat: 'a' }), await w.create(s, { chat: 'b' })]
    await w.undo(s, await w.merge(s, b, a))
    const before = await stateOf(w, s)
    const refused = (error: unknown) =>
      error instanceof MergeRefused && error.profileIds.toSorted().join() === [a, b].join()
    await assert.rejects(w.add(s, a, 'chat', 'b'), refused)
    await assert.rejects(
      w.create(s, { chat: 'a', email: 'x@example.com' }).then(() => w.add(s, b, 'email', 'x@example.com')),
      refused,
    )
    assert.notDeepEqual(await stateOf(w, s), before)
    await w.merge(s, a, b)
    assert.equal((await w.profile(s, b)).id, a)
    await assert.rejects(w.merge(s, a, b), (error) => error instanceof Failure && error.kind === 'conflict')
  })

  test('one that may be made one again by the next write is, where the operator says so', async () => {
    const w = await world()
    const s = await w.activeStore()
    const [a, b] = [await w.create(s, { chat: 'a' }), await w.create(s, { chat: 'b' })]
    await w.undo(s, await w.merge(s, b, a), false)
    assert.equal(await w.add(s, b, 'chat', 'a'), a)
  })

  test('a value that both had, and one that a limit hid, are with both again', async () => {
    const w = await world()
    const s = await w.activeStore([
      { idType: 'household', enforceUnique: false },
      { idType: 'phone', limit: 1 },
    ])
    const [a, b] = [await w.create(s, { phone: phones[0] }), await w.create(s, { phone: phones[1] })]
    for (const id of [a, b]) await w.add(s, id, 'household', 'h1')
    const before = await stateOf(w, s)
    const merge = await w.merge(s, a, b)
    assert.deepEqual((await w.profile(s, a)).identifiers.sort(), ['household h1', `phone ${phones[1]}`])
    await w.undo(s, merge)
    assert.deepEqual(await stateOf(w, s), before)
  })

  test('a value that a limit hid and somebody else has been given since stays with them', async () => {
    const w = await world()
    const s = await w.activeStore([{ idType: 'phone', limit: 1 }])
    const [a, b] = [await w.create(s, { phone: phones[0] }), await w.create(s, { phone: phones[1] })]
    const merge = await w.merge(s, a, b)
    const c = await w.create(s, { phone: phones[0] })
    assert.notEqual(c, a)
    const { notRestored } = await w.undo(s, merge)
    assert.deepEqual(notRestored, [{ idType: 'phone', value: phones[0] }])
    assert.deepEqual((await w.profile(s, c)).identifiers, [`phone ${phones[0]}`])
    await checkConsistent(w, s)
  })

  test('any writes, merges and unmerges leave a graph that agrees with itself, and an unmerge at once leaves no trace', async () => {
    const w = await world()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (story) => {
        const s = await w.activeStore([
          { idType: 'phone', limit: 1 },
          { idType: 'chat', limit: 2, limitPolicy: 'lifo' },
          { idType: 'household', enforceUnique: false },
          { idType: 'device', enforceUnique: false },
        ])
        for (const one of story) {
          await take(w, s, one)
          await checkConsistent(w, s)
        }
        for (const { id, undone_at } of (await w.merges(s)).toReversed()) {
          if (undone_at === null) await w.undo(s, id)
        }
        await checkConsistent(w, s)
      }),
      { numRuns: runs },
    )
  })

  for (const { what, identifiers } of [
    { what: 'with a value of theirs', identifiers: [{ idType: 'chat', value: 'b' }] },
    { what: 'with a new value', identifiers: [{ idType: 'chat', value: 'd' }] },
    { what: 'without any', identifiers: [] },
  ]) {
    test(`a write ${what} starts over when the id that it names has become somebody else's`, async () => {
      const w = await world()
      const s = await w.activeStore()
      const [a, b, c] = await three(w, s)
      const merge = await w.merge(s, a, b)
      await w.merge(s, b, c)
      await w.undo(s, merge, false)
      const before = await stateOf(w, s)
      const store = await requireStore(w.store.read, w.account, s)
      // What it had read before the unmerge: then `c` stood for `a`.
      const write: ProfileWrite = {
        ...{ store, target: a, targetNamed: c, newProfileId: newId(), changeId: newId() },
        ...{ identifiers, traits: { Contact: { city: 'Graz' } }, source: 'api', requestId: 'RQ1', now: w.now },
      }
      await w.store.transact((tx) => assert.rejects(writeProfile(tx, w.account, write), LostRace))
      assert.deepEqual(await stateOf(w, s), before)
      await checkConsistent(w, s)
    })
  }

  test('a deletion by a retired id beside an unmerge takes whom the id stands for and nobody else', async () => {
    const w = await world()
    const s = await w.activeStore()
    for (let round = 0; round < 10; round += 1) {
      const { ids, merge } = await threeAsOne(w, s, round)
      const [a, , c] = ids
      const { account, now } = w
      const deletion = { account, storeId: s, profileId: c, requestId: 'RQ5', now }
      const undone = w.undo(s, merge, false).then(() => true, refusedOnly)
      const deleted = deleteProfile(w.store, deletion)
      const isUndone = (await undone) ?? false
      await deleted
      const live = await profileIds(w, s)
      assert.deepEqual(
        ids.filter((id) => live.includes(id)),
        isUndone ? [a] : [],
      )
    }
  })

  test('what is remembered by a retired id beside an unmerge is of whom the id stands for', async () => {
    const w = await world()
    const s = await w.activeStore()
    const remembering = new Remembering(w, s)
    for (let round = 0; round < 10; round += 1) {
      const { ids, merge } = await threeAsOne(w, s, round)
      const [a, b, c] = ids
      await Promise.all([
        w.undo(s, merge, false),
        remembering.observe(c, 'likes tea'),
        remembering.observe(a, 'is tall'),
      ])
      assert.deepEqual([await remembering.of(a), await remembering.of(b)], [['is tall'], ['likes tea']])
    }
  })

  test('simultaneous merges, unmerges and writes leave a graph that agrees with itself', async () => {
    const w = await world()
    const s = await w.activeStore()
    const ids: string[] = []
    for (const chat of ['a', 'b', 'c', 'd', 'e', 'f']) ids.push(await w.create(s, { chat }))
    for (let round = 0; round < 3; round += 1) {
      const inForce = (await w.merges(s)).filter((row) => row.undone_at === null)
      await Promise.all([
        ...ids.map((id, at) => w.merge(s, id, ids[(at + 1 + round) % ids.length] as string).catch(refusedOnly)),
        ...inForce.map(({ id }) => w.undo(s, id, false).catch(refusedOnly)),
        ...ids.map((id) => w.add(s, id, 'email', `${round}@example.com`).catch(refusedOnly)),
        ...ids.map((id) => w.patch(s, id, { city: `${round}` }).catch(refusedOnly)),
      ])
      await checkConsistent(w, s)
    }
  })
}

/** Three profiles, known by the chat names a, b and c with the suffix. */
async function three(w: World, s: string, suffix: string | number = '') {
  return [
    await w.create(s, { chat: `a${suffix}` }),
    await w.create(s, { chat: `b${suffix}` }),
    await w.create(s, { chat: `c${suffix}` }),
  ] as const
}

/** Three profiles that two merges made one; the first of those, which divides the first profile from the others. */
async function threeAsOne(w: World, s: string, round: number) {
  const [a, b, c] = await three(w, s, round)
  const merge = await w.merge(s, a, b)
  await w.merge(s, b, c)
  return { ids: [a, b, c] as const, merge }
}

async function take(w: World, s: string, one: Step): Promise<void> {
  const ids = await profileIds(w, s)
  const pick = (n: number) => ids[n % Math.max(ids.length, 1)]
  if (one.do === 'create') {
    await w.create(s, { chat: one.chat, ...(one.phone ? { phone: one.phone } : {}) }).catch(refusedOnly)
    return
  }
  if (one.do === 'undo') {
    const merges = (await w.merges(s)).filter((row) => row.undone_at === null)
    const merge = merges[one.which % Math.max(merges.length, 1)]
    if (merge) await w.undo(s, merge.id, one.keepApart)
    return
  }
  const id = pick(one.on)
  if (id === undefined) return
  if (one.do === 'merge') {
    const other = pick(one.with)
    if (other === undefined || other === id) return
    const before = await stateOf(w, s)
    await w.undo(s, await w.merge(s, id, other), false)
    assert.deepEqual(await stateOf(w, s), before, 'an unmerge after a merge is the identity')
    await w.merge(s, id, other)
  } else if (one.do === 'add') await w.add(s, id, 'chat', one.chat).catch(refusedOnly)
  else if (one.do === 'share') await w.add(s, id, one.idType, one.value).catch(refusedOnly)
  else if (one.do === 'patch') await w.patch(s, id, { city: one.city }).catch(refusedOnly)
  else if (one.do === 'remove') await w.remove(s, id, one.idType, one.all).catch(refusedOnly)
  else await new Remembering(w, s).observe(id, 'something')
}

/** A refusal is an answer like any other; anything else is a fault. */
function refusedOnly(error: unknown): void {
  if (!(error instanceof Failure) || error.kind === 'unavailable') throw error
}
