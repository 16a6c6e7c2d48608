import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admitsVersion, etagOf } from './etag.ts'

const tag = etagOf('mem_store_1', 3)

test('a tag is a quoted text that differs by id and by version', () => {
  assert.match(tag, /^"[A-Za-z0-9_-]+"$/)
  assert.notEqual(tag, etagOf('mem_store_1', 4))
  assert.notEqual(tag, etagOf('mem_store_2', 3))
})

const headers: { header: string; admits: boolean }[] = [
  { header: tag, admits: true },
  { header: tag.slice(1, -1), admits: true },
  { header: `W/${tag}`, admits: true },
  { header: `"other", ${tag}`, admits: true },
  { header: '*', admits: true },
  { header: etagOf('mem_store_1', 2), admits: false },
  { header: '', admits: false },
]
for (const { header, admits } of headers) {
  test(`If-Match ${header.slice(0, 20)} ${admits ? 'admits' : 'does not admit'} the present version`, () => {
    assert.equal(admitsVersion(header, 'mem_store_1', 3), admits)
  })
}
