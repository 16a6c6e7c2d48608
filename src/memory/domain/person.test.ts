import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Link } from './identity-graph.ts'
import { completeIdentitySettings } from './identity-settings.ts'
import type { ProfileState } from './merging.ts'
import {
  changedLinks,
  dividePerson,
  makePerson,
  mergePersons,
  type Person,
  type PersonWrite,
  personOf,
  writeToPerson,
} from './person.ts'
import type { TraitsInput } from './traits.ts'

const settings = completeIdentitySettings({
  identifierConfigs: [
    { idType: 'email' },
    { idType: 'whatsapp' },
    { idType: 'phone', limit: 2, limitPolicy: 'fifo' },
    { idType: 'chat', limit: 2, limitPolicy: 'lifo' },
  ],
  matchingRules: ['phone'],
})

function layer(
  id: string,
  traits: ProfileState['traits'] = {},
  ...identifiers: [string, string, number][]
): ProfileState {
  return {
    id,
    createdAt: Number(id.slice(1)),
    traits,
    identifiers: identifiers.map(([idType, value, addedAt]) => ({
      idType,
      value,
      addedAt,
      id: `${id}-${idType}-${value}`,
      originId: id,
      source: 'test',
      detail: null,
      requestId: 'RQ1',
    })),
  }
}

function write(given: Partial<PersonWrite>): PersonWrite {
  return {
    attributedTo: 'p1',
    traits: {},
    identifiers: [],
    removed: [],
    removedTypes: [],
    changeId: 'change',
    source: 'test',
    requestId: 'RQ2',
    now: 100,
    ...given,
  }
}

const given = (idType: string, value: string) => ({ idType, value, detail: null })
const values = ({ view }: Person) => view.identifiers.map(({ idType, value }) => `${idType} ${value}`)

test('somebody new is as if written to a person who has nothing', () => {
  const nobody = personOf(settings, [{ ...layer('p1'), createdAt: 100 }])
  const idTypes = fc.constantFrom('email', 'phone', 'chat', 'unknown')
  const traits = { Contact: { city: 'Linz', state: null }, Empty: { none: null } }
  fc.assert(
    fc.property(fc.array(fc.tuple(idTypes, fc.constantFrom('a', 'b', 'c')), { maxLength: 6 }), (pairs) => {
      const distinct = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()]
      const one = write({ traits, identifiers: distinct.map(([idType, value]) => given(idType, value)) })
      assert.deepEqual(makePerson(settings, 'p1', one), writeToPerson(settings, nobody, one))
    }),
  )
})

test('what a write gave and took is told by what was shown before it', () => {
  const one = personOf(settings, [layer('p1', {}, ['phone', '+1', 1], ['email', 'a', 1])])
  const other = personOf(settings, [layer('p2', {}, ['phone', '+2', 2])])
  const after = personOf(settings, [layer('p1', {}, ['phone', '+2', 2], ['phone', '+3', 3], ['email', 'a', 1])])
  const linked = (before: Person[], known: Person | undefined) => {
    const changed = changedLinks(before, known, after)
    return [changed.linked.map(({ value }) => value), changed.unlinked]
  }
  assert.deepEqual(linked([one], one), [['+2', '+3'], ['phone']])
  assert.deepEqual(linked([one, other], one), [['+3'], ['phone']])
  assert.deepEqual(linked([], undefined), [['+2', '+3', 'a'], []])
})

test('a person needs a layer', () => {
  assert.throws(() => personOf(settings, []), /at least one layer/)
})

test('what a merge pushes over a limit is out of sight, and back when the merge is undone', () => {
  const one = personOf(settings, [layer('p1', {}, ['phone', '+1', 1], ['phone', '+2', 2])])
  const other = personOf(settings, [layer('p2', {}, ['phone', '+3', 3])])
  const merged = mergePersons(settings, one, other, 'm1')
  assert.deepEqual(values(merged), ['phone +2', 'phone +3'])
  const link = { id: 'm1', leftId: 'p1', rightId: 'p2' }
  assert.deepEqual(dividePerson(settings, merged, [link], link), [one, other])
})

test('what one merge hid stays hidden while another that is in force still hides it', () => {
  const [a, b, c] = ['p1', 'p2', 'p3'].map((id, at) =>
    personOf(settings, [layer(id, {}, ['phone', `+${id}`, at], ['phone', `+${id}x`, at])]),
  ) as [Person, Person, Person]
  const ab = mergePersons(settings, a, b, 'm1')
  const abc = mergePersons(settings, ab, c, 'm2')
  const [first, second] = [
    { id: 'm1', leftId: 'p1', rightId: 'p2' },
    { id: 'm2', leftId: 'p2', rightId: 'p3' },
  ] as [Link, Link]
  const [alone, rest] = dividePerson(settings, abc, [first, second], first)
  assert.deepEqual(alone, a)
  assert.deepEqual(values(rest), values(mergePersons(settings, b, c, 'm2')))
})

test('a write belongs to the id that it names, and to nobody else when the two part', () => {
  const merged = mergePersons(settings, personOf(settings, [layer('p1')]), personOf(settings, [layer('p2')]), 'm1')
  const traits = { Contact: { city: 'Graz' } }
  const written = writeToPerson(
    settings,
    merged,
    write({ attributedTo: 'p2', traits, identifiers: [given('email', 'e')] }),
  )
  assert.deepEqual(values(written), ['email e'])
  const link = { id: 'm1', leftId: 'p1', rightId: 'p2' }
  const [one, other] = dividePerson(settings, written, [link], link)
  assert.deepEqual(values(one), [])
  assert.deepEqual(values(other), ['email e'])
  assert.equal(other.view.traits.Contact?.city?.value, 'Graz')
})

test('a write that names none of their ids belongs to the one that they have', () => {
  const merged = mergePersons(settings, personOf(settings, [layer('p1')]), personOf(settings, [layer('p2')]), 'm1')
  const written = writeToPerson(settings, merged, write({ attributedTo: 'p9', identifiers: [given('email', 'e')] }))
  assert.deepEqual(
    written.layers.map(({ identifiers }) => identifiers.length),
    [1, 0],
  )
})

test('what is removed is removed everywhere', () => {
  const contact = (city: string, at: number) => ({ Contact: { city: { value: city, at } } })
  const merged = mergePersons(
    settings,
    personOf(settings, [layer('p1', contact('Graz', 1), ['email', 'a', 1], ['phone', '+1', 1], ['phone', '+2', 2])]),
    personOf(settings, [layer('p2', contact('Linz', 2), ['email', 'a', 2], ['email', 'b', 2], ['phone', '+3', 3])]),
    'm1',
  )
  const written = writeToPerson(
    settings,
    merged,
    write({ traits: { Contact: { city: null } }, removed: [given('email', 'a')], removedTypes: ['phone'] }),
  )
  assert.deepEqual(written.view.traits, {})
  assert.deepEqual(values(written), ['email b'])
  const left = written.layers.flatMap(({ identifiers }) => identifiers.map(({ value }) => value))
  assert.deepEqual(left, ['b'], 'the phone that was out of sight is gone too')
})

test('what a later write pushes over a limit is gone, and lifo refuses what is new', () => {
  const one = personOf(settings, [layer('p1', {}, ['phone', '+1', 1], ['phone', '+2', 2], ['chat', 'a', 1])])
  const merged = mergePersons(settings, one, personOf(settings, [layer('p2', {}, ['chat', 'b', 2])]), 'm1')
  const written = writeToPerson(
    settings,
    merged,
    write({ attributedTo: 'p2', identifiers: [given('phone', '+3'), given('chat', 'c')] }),
  )
  assert.deepEqual(values(written).sort(), ['chat a', 'chat b', 'phone +2', 'phone +3'])
  const link = { id: 'm1', leftId: 'p1', rightId: 'p2' }
  const [first] = dividePerson(settings, written, [link], link)
  assert.deepEqual(values(first).sort(), ['chat a', 'phone +2'])
})

test('a layer that a write does not touch stays the same object', () => {
  const merged = mergePersons(settings, personOf(settings, [layer('p1')]), personOf(settings, [layer('p2')]), 'm1')
  const written = writeToPerson(settings, merged, write({ attributedTo: 'p2', traits: { Contact: { city: 'Graz' } } }))
  assert.equal(written.layers[0], merged.layers[0])
  assert.notEqual(written.layers[1], merged.layers[1])
})

const ids = ['p1', 'p2', 'p3', 'p4', 'p5'] as const
const step = fc.oneof(
  fc.record({ do: fc.constant('merge' as const), a: fc.constantFrom(...ids), b: fc.constantFrom(...ids) }),
  fc.record({
    do: fc.constant('write' as const),
    to: fc.constantFrom(...ids),
    idType: fc.constantFrom('phone', 'chat', 'email'),
    value: fc.constantFrom('1', '2', '3', '4'),
    city: fc.option(fc.constantFrom('Graz', 'Linz'), { nil: null }),
    remove: fc.boolean(),
  }),
)

test('undoing any merge, in any order, leaves persons as if it had never been', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.infiniteStream(fc.nat()), (steps, picks) => {
      let persons = ids.map((id, at) => personOf(settings, [layer(id, {}, ['phone', `+${id}`, at], ['chat', id, at])]))
      const links: Link[] = []
      const history: { persons: Person[]; link: Link }[] = []
      for (const [at, one] of steps.entries()) {
        if (one.do === 'merge') {
          const [a, b] = [one.a, one.b].map((id) => persons.find((p) => p.layers.some((l) => l.id === id))) as [
            Person,
            Person,
          ]
          if (a === b) continue
          const link = { id: `m${at}`, leftId: one.a, rightId: one.b }
          history.push({ persons, link })
          persons = [...persons.filter((p) => p !== a && p !== b), mergePersons(settings, a, b, link.id)]
          links.push(link)
          const merged = persons.at(-1) as Person
          assert.deepEqual(personOf(settings, merged.layers), merged, 'the view follows from the layers')
          const [left, right] = dividePerson(settings, merged, linksOf(merged, links), link)
          assert.deepEqual(new Set([left, right]), new Set([a, b]), 'undone at once it was never there')
        } else {
          const person = persons.find((p) => p.layers.some((l) => l.id === one.to)) as Person
          const traits: TraitsInput = { Contact: { city: one.city } }
          const identifier = given(one.idType, one.value)
          const written = writeToPerson(
            settings,
            person,
            write({
              attributedTo: one.to,
              traits,
              now: at,
              changeId: `c${at}`,
              ...(one.remove ? { removed: [identifier] } : { identifiers: [identifier] }),
            }),
          )
          persons = persons.map((p) => (p === person ? written : p))
        }
      }
      while (links.length > 0) {
        const [link] = links.splice(Number(picks.next().value) % links.length, 1) as [Link]
        const person = persons.find((p) => p.layers.some((l) => l.id === link.leftId)) as Person
        const divided = dividePerson(settings, person, linksOf(person, [...links, link]), link)
        persons = [...persons.filter((p) => p !== person), ...divided]
        for (const one of divided) assert.deepEqual(personOf(settings, one.layers), one)
      }
      assert.deepEqual(persons.map(({ id }) => id).sort(), [...ids])
      for (const { layers } of persons) {
        assert.equal(layers.length, 1)
        assert.ok(
          layers[0]?.identifiers.every(({ hiddenBy }) => hiddenBy === undefined),
          'nothing stays hidden',
        )
      }
    }),
    { numRuns: 300 },
  )
})

function linksOf(person: Person, links: readonly Link[]): Link[] {
  const own = new Set(person.layers.map(({ id }) => id))
  return links.filter(({ leftId }) => own.has(leftId))
}
