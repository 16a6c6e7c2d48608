import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mediaAt } from './media.ts'

test('tells the type of an attachment by the ending of its path', () => {
  for (const [url, contentType] of [
    ['https://a.example.com/cup.JPG?size=1', 'image/jpeg'],
    ['https://a.example.com/card.vcf#x', 'text/vcard'],
    ['https://a.example.com/cup', null],
    ['https://a.example.com/cup.constructor', null],
    ['nowhere', null],
  ] as const) {
    assert.deepEqual(mediaAt(url), { url, contentType })
  }
})
