import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FreshPage, pagesById, withFresh } from '../web/src/views/conversations/fresh-pages.ts'

describe('a list of which some pages were fetched again', () => {
  const row = (id: string, status = 'ACTIVE') => ({ id, status })
  const pages = [
    [row('9'), row('8'), row('7')],
    [row('6'), row('5'), row('4')],
    [row('3'), row('2')],
  ]
  const page = (rows: ReturnType<typeof row>[], isLast = false): FreshPage<ReturnType<typeof row>> => ({ rows, isLast })
  const cases: [what: string, fresh: [number, FreshPage<ReturnType<typeof row>>][], ids: string][] = [
    ['is what it was where nothing was', [], '98765432'],
    ['begins with what is new, and loses nothing', [[0, page([row('b'), row('a'), row('9')])]], 'ba98765432'],
    ['has nothing twice when a page reaches further', [[1, page([row('5'), row('4'), row('3')])]], '9875432'],
    ['leaves out what is gone in the midst', [[1, page([row('6'), row('4'), row('3')])]], '9876432'],
    ['ends where the last page does', [[2, page([row('3')], true)]], '9876543'],
    ['may have become empty', [[0, page([], true)]], '65432'],
  ]
  for (const [what, fresh, ids] of cases)
    it(what, () => {
      const rows = withFresh(pages, new Map(fresh))
      assert.equal(rows.map(({ id }) => id).join(''), ids)
    })

  it('shows rows as they are now', () => {
    const [, , , changed] = withFresh(pages, new Map([[1, page([row('6', 'CLOSED'), row('5'), row('4')])]]))
    assert.deepEqual(changed, row('6', 'CLOSED'))
  })

  it('knows in which page each was found', () => {
    assert.deepEqual([...pagesById(pages).values()], [0, 0, 0, 1, 1, 1, 2, 2])
  })
})
