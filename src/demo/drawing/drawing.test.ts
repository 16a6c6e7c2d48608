import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawBar, drawSparkline } from './bars.ts'
import { drawTable } from './table.ts'
import { shortenIds, shownText } from './text.ts'

test('draws a table with numbers to the right and no trailing blanks', () => {
  const columns = [{ heading: 'channel' }, { heading: 'n', align: 'right' as const }, { heading: 'note' }]
  assert.deepEqual(
    drawTable(columns, [
      ['SMS', 12345, ''],
      ['Über', 7, 'rare'],
    ]),
    ['channel       n  note', 'SMS      12,345', 'Über          7  rare'],
  )
})

test('draws a sparkline in which the least of something is seen', () => {
  assert.equal(drawSparkline([0, 1, 50, 100]), '·▁▄█')
  assert.equal(drawSparkline([0, 0]), '··')
  assert.equal(drawSparkline([]), '')
})

test('draws a bar of two parts to scale', () => {
  const scale = { most: 10, width: 20 }
  assert.equal(drawBar({ full: 5, shaded: 2 }, scale), `${'█'.repeat(10)}${'░'.repeat(4)}`)
  assert.equal(drawBar({ full: 0.1, shaded: 0 }, scale), '█')
  assert.equal(drawBar({ full: 0, shaded: 0 }, scale), '')
})

for (const [sentence, text, most, shown] of [
  ['short text as it is', 'Hello', 5, 'Hello'],
  ['long text cut', 'Hello there', 6, 'Hello…'],
  ['one line', ' a\n\tb\u2028c ', 9, 'a b c'],
  ['no terminal commands', 'a\u001b[31mb\u0007', 9, 'a [31mb'],
  ['no change of direction', 'a\u202Eb', 9, 'a b'],
  ['joined characters as one', '👍🏽👍🏽👍🏽', 2, '👍🏽…'],
] as const) {
  test(`shows ${sentence}`, () => assert.equal(shownText(text, most), shown))
}

test('shortens ids wherever they stand, and nothing else', () => {
  assert.equal(shortenIds('mem_profile_01m7y3je0kee88ggay39v8wsmj'), '…v8wsmj')
  assert.equal(shortenIds('p|01m7y3je0kee88ggay39v8wsmj'), 'p|…v8wsmj')
  assert.equal(shortenIds('a|tel:+15550000001|tel:+15552000043'), 'a|tel:+15550000001|tel:+15552000043')
})
