import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { comparePositions, type FeedPosition, parsePosition, wirePosition } from './feed-position.ts'

const at = (tx: number, digit: string): FeedPosition => ({ tx, id: digit.repeat(26) })

describe('a position in the live stream', () => {
  it('is read as it was written', () => {
    for (const position of [at(0, '0'), at(123_456_789_012, '7')]) {
      assert.deepEqual(parsePosition(wirePosition(position)), position)
    }
  })

  for (const text of ['', '5', '5-x', `-1-${'0'.repeat(26)}`, `5-${'8'.repeat(26)}`, `x-${'0'.repeat(26)}`]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parsePosition(text), undefined))
  }

  it('goes by the transaction first, then by the id', () => {
    assert.ok(comparePositions(at(1, '7'), at(2, '0')) < 0)
    assert.ok(comparePositions(at(1, '7'), at(1, '0')) > 0)
    assert.ok(comparePositions(at(1, '0'), at(1, '7')) < 0)
    assert.equal(comparePositions(at(1, '7'), at(1, '7')), 0)
  })
})
