import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clientDifferences } from './client-view.ts'
import { Description } from './description.ts'
import {
  always,
  alwaysNull,
  alwaysOrNull,
  beyondClient,
  date,
  expectedSightings,
  flag,
  idOf,
  inspect,
  listOf,
  mapOf,
  newInspection,
  numberBetween,
  objectOf,
  oneOf,
  sometimes,
  type Table,
  text,
  url,
  wholeNumber,
} from './fields.ts'

// The suite is only worth what its checks can find, so each is shown something wrong.

const inner: Table = { name: 'Inner', fields: { word: always(oneOf('A', 'B')) } }
const table: Table = {
  name: 'Thing',
  fields: {
    id: always(idOf('thing')),
    at: alwaysOrNull(date),
    count: always(wholeNumber(1, 3)),
    share: always(numberBetween(0, 1)),
    open: always(flag),
    where: always(url),
    parts: always(listOf(objectOf(inner))),
    notes: always(mapOf(text)),
    nothing: always(text),
    never: alwaysNull(),
    more: sometimes(text),
    ours: beyondClient(always(text)),
  },
}
const good = {
  id: 'thing_01h455vb4pex5vsknk084sn02q',
  at: '2026-01-02T03:04:05.678Z',
  count: 2,
  share: 0.5,
  open: false,
  where: 'http://127.0.0.1/',
  parts: [{ word: 'A' }],
  notes: { a: 'b' },
  nothing: '',
  never: null,
  ours: 'x',
}

describe('A table of fields', () => {
  const problemsOf = (value: unknown) => {
    const inspection = newInspection()
    inspect(table, value, 'thing', inspection)
    return inspection.problems
  }

  test('takes what is right', () => assert.deepEqual(problemsOf(good), []))

  for (const [name, fields, where] of [
    ['an id of another kind', { id: 'other_01h455vb4pex5vsknk084sn02q' }, 'thing.id'],
    ['an id with letters that the alphabet lacks', { id: 'thing_01h455vb4pex5vsknk084sn02u' }, 'thing.id'],
    ['a date without milliseconds', { at: '2026-01-02T03:04:05Z' }, 'thing.at'],
    ['a date in another zone', { at: '2026-01-02T03:04:05.678+01:00' }, 'thing.at'],
    ['a number as text', { count: '2' }, 'thing.count'],
    ['a number beyond the most', { count: 4 }, 'thing.count'],
    ['a fraction of a whole number', { count: 1.5 }, 'thing.count'],
    ['a share above one', { share: 1.1 }, 'thing.share'],
    ['a truth as text', { open: 'false' }, 'thing.open'],
    ['half a URL', { where: '/v2' }, 'thing.where'],
    ['an object for a list', { parts: {} }, 'thing.parts'],
    ['a wrong word in a list', { parts: [{ word: 'A' }, { word: 'C' }] }, 'thing.parts[1].word'],
    ['a missing key in a list', { parts: [{}] }, 'thing.parts[0].word'],
    ['an unknown key in a list', { parts: [{ word: 'A', extra: 1 }] }, 'thing.parts[0].extra'],
    ['a list for an object', { notes: [] }, 'thing.notes'],
    ['a number in a map of texts', { notes: { a: 1 } }, 'thing.notes.a'],
    ['null where a value has to be', { nothing: null }, 'thing.nothing'],
    ['null for a field that may only be left out', { more: null }, 'thing.more'],
    ['a value where null has to be', { never: 'x' }, 'thing.never'],
    ['an unknown key', { extra: undefined }, 'thing.extra'],
  ] as const) {
    test(`finds ${name}`, () => {
      const problems = problemsOf({ ...good, ...fields })
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.equal(problems[0]?.split(' ')[0], where)
    })
  }

  test('finds every missing key', () => {
    for (const key of Object.keys(good)) {
      const { [key as keyof typeof good]: _, ...rest } = good
      assert.deepEqual(problemsOf(rest), [`thing.${key} is missing`])
    }
  })

  test('finds what is no object', () => {
    for (const value of [null, [], 'x', undefined]) assert.equal(problemsOf(value).length, 1)
  })

  test('tells which forms of its fields were never met', () => {
    const inspection = newInspection()
    inspect(table, good, 'thing', inspection)
    const missed = expectedSightings(table).filter((sighting) => !inspection.seen.has(sighting))
    assert.deepEqual(missed, ['Thing.at null', 'Thing.more value'])
  })
})

describe('The client’s view', () => {
  const shown = { ...good, at: new Date(good.at), ours: undefined }

  test('is the answer when every field is there as it came', () =>
    assert.deepEqual(clientDifferences(shown, good, table), []))

  for (const [name, view] of [
    ['lost a field', { ...shown, count: undefined }],
    ['changed a value', { ...shown, count: 3 }],
    ['shows another date', { ...shown, at: new Date(0) }],
    ['lost a field deep inside', { ...shown, parts: [{}] }],
    ['lost an item of a list', { ...shown, parts: [] }],
    ['shows a field that was not sent', { ...shown, more: 'x' }],
    ['shows a field that is in no table', { ...shown, surplus: 'x' }],
    ['keeps a field that it is said to drop', { ...shown, ours: 'x' }],
  ] as const) {
    test(`differs when it ${name}`, () => assert.equal(clientDifferences(view, good, table).length, 1))
  }
})

describe('The description', () => {
  const Thing = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }
  const answers = (schema: object) => ({ responses: { 200: { content: { 'application/json': { schema } } } } })
  const description = new Description({
    openapi: '3.1.0',
    components: { schemas: { Thing } },
    paths: {
      '/things/{id}': { get: answers({ $ref: '#/components/schemas/Thing' }) },
      '/things/new': { get: answers({ type: 'array', items: Thing }) },
      '/things': { delete: { responses: { 204: {} } } },
    },
  })
  const exchange = {
    sender: 'suite' as const,
    method: 'GET',
    path: '/things/1',
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { id: 'a' } as unknown,
  }
  const problems = (fields: Partial<typeof exchange>) => description.problemsOf({ ...exchange, ...fields })

  test('takes an answer that it describes, by the path that says most', () => {
    assert.deepEqual(problems({}), [])
    assert.deepEqual(problems({ path: '/things/new', body: [{ id: 'a' }] }), [])
    assert.deepEqual(problems({ path: '/things', method: 'DELETE', status: 204, body: '' }), [])
  })

  for (const [name, fields] of [
    ['a key that it does not name', { body: { id: 'a', extra: 1 } }],
    ['a missing key', { body: {} }],
    ['a value of another type', { body: { id: 1 } }],
    ['a key too many in a list', { path: '/things/new', body: [{ id: 'a', extra: 1 }] }],
    ['a status that it does not name', { status: 201 }],
    ['a path that it does not name', { path: '/other' }],
    ['an answer that is not JSON', { headers: { 'content-type': 'text/plain' } }],
    ['a body where there is none', { path: '/things', method: 'DELETE', status: 204, body: 'x' }],
  ] as const) {
    test(`finds ${name}`, () => assert.equal(problems(fields as Partial<typeof exchange>).length, 1))
  }
})
