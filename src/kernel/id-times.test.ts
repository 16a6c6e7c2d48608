import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { firstIdAt, newId, parseAnyId, timeOfId, wireId } from './ids.ts'

describe('an id', () => {
  it('tells when it was made', () => {
    const before = Date.now()
    const ms = timeOfId(newId())
    assert.ok(ms >= before && ms <= Date.now(), String(ms))
  })

  for (const ms of [0, 1, 31, 32, 1_767_603_600_000, 2 ** 48 - 1]) {
    it(`of the instant ${ms} begins where the instant does`, () => {
      const id = firstIdAt(ms)
      assert.equal(id.length, 26)
      assert.equal(timeOfId(id), ms)
    })
  }

  it('lies after the beginning of its own instant and before the next', () => {
    const id = newId()
    assert.ok(firstIdAt(timeOfId(id)) <= id)
    assert.ok(id < firstIdAt(timeOfId(id) + 1))
  })

  it('is found in any wire id and in nothing else', () => {
    const id = newId()
    assert.equal(parseAnyId(wireId('participant', id)), id)
    for (const text of [id, '', 'conv_x', `x_${id}0`]) assert.equal(parseAnyId(text), undefined)
  })
})
