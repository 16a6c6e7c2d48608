import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './ids.ts'
import { idOfSid, sidOf } from './sids.ts'

test('spells an id as a SID, and back', () => {
  for (let n = 0; n < 100; n += 1) {
    const id = newId()
    const sid = sidOf('SM', id)
    assert.match(sid, /^SM[0-9a-f]{32}$/)
    assert.equal(idOfSid(['SM', 'MM'], sid), id)
  }
})

test('SIDs sort as their ids do', () => {
  const ids = Array.from({ length: 50 }, () => newId())
  assert.deepEqual(
    ids.map((id) => sidOf('PN', id)).toSorted(),
    ids.map((id) => sidOf('PN', id)),
  )
})

test('knows what is no SID of the kind', () => {
  const sid = sidOf('SM', newId())
  for (const text of ['', 'SM', sid.slice(1), `${sid}0`, sid.toUpperCase(), sid.replace('SM', 'CA'), `${sid} `]) {
    assert.equal(idOfSid(['SM', 'MM'], text), undefined, text)
  }
})
