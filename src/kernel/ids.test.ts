import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromString, fromUUIDBytes, getSuffix, toUUIDBytes } from 'typeid-js'
import { newId, newSid, parseWireId, wireId } from './ids.ts'

test('makes ids that only grow, also when the wall clock goes back', (t) => {
  // Not later than need be, as the ids of all tests in this process come after these.
  const now = Date.now()
  t.mock.timers.enable({ apis: ['Date'], now: now + 100 })
  const ids = [newId(), newId()]
  t.mock.timers.setTime(now - 86_400_000)
  ids.push(newId(), newId())
  t.mock.timers.setTime(now + 200)
  ids.push(newId())
  assert.deepEqual(ids, [...ids].sort())
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-7][0-9a-hjkmnp-tv-z]{25}$/)
})

test('spells ids as TypeIDs are spelled', () => {
  for (let round = 0; round < 1_000; round += 1) {
    const id = newId()
    assert.equal(getSuffix(fromUUIDBytes('id', toUUIDBytes(fromString(`id_${id}`)))), id)
  }
})

test('reads an id back from the wire only with its own prefix and shape', () => {
  const id = newId()
  const wire = wireId('conversation', id)
  assert.equal(wire, `conv_conversation_${id}`)
  assert.equal(parseWireId('conversation', wire), id)
  for (const text of [
    '',
    id,
    wireId('profile', id),
    `${wire}0`,
    wire.slice(0, -1),
    wire.toUpperCase(),
    `${wire.slice(0, -1)}u`,
  ]) {
    assert.equal(parseWireId('conversation', text), undefined, text)
  }
})

test('makes SIDs of two letters and 32 hexadecimal digits', () => {
  assert.match(newSid('RQ'), /^RQ[0-9a-f]{32}$/)
  assert.notEqual(newSid('RQ'), newSid('RQ'))
})
