import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { numberedPosition, pageMeta, pageOf, pageRequest } from './pagination.ts'

const maximum = 100

/** A list of the numbers from 0, read as rooms read their rows: one more than asked for, in the direction of travel. */
function readPage(length: number, query: { pageSize?: number; pageToken?: string }) {
  const request = pageRequest(query, 'numbers', maximum)
  const at = Number(request.from?.at[0])
  const all = Array.from({ length }, (_, number) => number)
  const rows =
    request.from === undefined
      ? all
      : request.from.direction === 'next'
        ? all.filter((number) => number > at)
        : all.filter((number) => number < at).reverse()
  const page = pageOf(request, rows.slice(0, request.size + 1), (number) => [number])
  return { items: page.items, meta: pageMeta('numbers', 'numbers', page) }
}

test('walks forwards over everything once and backwards over the same pages', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (length, pageSize) => {
      const pages: number[][] = []
      let page = readPage(length, { pageSize })
      assert.equal(page.meta.previousToken, null)
      for (;;) {
        pages.push(page.items)
        assert.equal(page.meta.pageSize, page.items.length)
        if (page.meta.nextToken === null) break
        page = readPage(length, { pageSize, pageToken: page.meta.nextToken })
      }
      assert.deepEqual(
        pages.flat(),
        Array.from({ length }, (_, number) => number),
      )
      const back: number[][] = [page.items]
      while (page.meta.previousToken !== null) {
        page = readPage(length, { pageSize, pageToken: page.meta.previousToken })
        back.unshift(page.items)
      }
      assert.deepEqual(back, pages)
    }),
  )
})

test('clamps a size above the maximum and has one of its own', () => {
  assert.equal(pageRequest({ pageSize: 5000 }, 'numbers', maximum).size, maximum)
  assert.equal(pageRequest({}, 'numbers', maximum).size, 50)
})

test('refuses tokens that the list did not give out', () => {
  const given = readPage(10, { pageSize: 2 }).meta.nextToken ?? ''
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong = [
    'x',
    'bnVsbA',
    made({ 0: 'numbers' }),
    made(['numbers', 1]),
    made(['numbers', 2, 1]),
    made(['numbers', 1, null]),
    made(['numbers', 1, "' or 1=1"]),
    made(['numbers', 1, 1.5]),
  ]
  for (const pageToken of wrong) {
    assert.throws(() => pageRequest({ pageToken }, 'numbers', maximum), /pageToken/, pageToken)
  }
  assert.throws(() => pageRequest({ pageToken: given }, 'letters', maximum), /pageToken/)
})

test('a list that is ordered by numbers goes on only where a number says', () => {
  const positionIn = (...at: unknown[]) => {
    const pageToken = Buffer.from(JSON.stringify(['numbers', 1, ...at])).toString('base64url')
    return numberedPosition(pageRequest({ pageToken }, 'numbers', maximum), 0)
  }
  assert.equal(numberedPosition(pageRequest({}, 'numbers', maximum), 7), 7)
  assert.equal(positionIn(3), 3)
  for (const at of [['abc'], ['3'], [3, 4]]) assert.throws(() => positionIn(...at), /pageToken/, String(at))
})
