import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layoutOf, traitsOfRow, valueOfCell } from './import-layout.ts'
import type { DataType, TraitGroup } from './trait-groups.ts'

const loyalty: TraitGroup = {
  displayName: 'Loyalty',
  traits: {
    tier: { dataType: 'STRING', validationRule: { ruleType: 'STRING', pattern: '^(silver|gold)$' } },
    card: { dataType: 'NUMBER', idTypePromotion: 'card' },
  },
}
const mapping = (columnName: string, traitName: string) => ({ columnName, traitGroup: 'Loyalty', traitName })
const mappings = [mapping('rank', 'tier'), mapping('no', 'card'), mapping('old', 'gone')]

test('a file is laid out by the names in its first row', () => {
  assert.deepEqual(layoutOf([' no ', 'x', 'rank', 'old'], ';', mappings), {
    delimiter: ';',
    columns: 4,
    places: [2, 0, 3],
  })
  assert.deepEqual(layoutOf(['rank'], ',', [...mappings, mapping('no', 'tier')]), { missing: ['no', 'old'] })
})

const cells: [DataType, string, unknown][] = [
  ['STRING', ' as it is ', ' as it is '],
  ['NUMBER', ' 12.5 ', 12.5],
  ['NUMBER', 'twelve', undefined],
  ['BOOLEAN', 'TRUE', true],
  ['BOOLEAN', '0', false],
  ['BOOLEAN', 'perhaps', undefined],
  ['ARRAY', 'a; b', ['a', 'b']],
  ['ARRAY', '["a",1]', ['a', 1]],
  ['ARRAY', '[broken', undefined],
]
for (const [dataType, cell, value] of cells) {
  test(`reads "${cell}" as ${dataType}`, () => assert.deepEqual(valueOfCell({ dataType }, cell), value))
}

test('cells become traits, empty ones nothing, and what can not be is told', () => {
  const layout = { delimiter: ',', columns: 3, places: [0, 1, 2] }
  assert.deepEqual(traitsOfRow([loyalty], mappings, layout, ['gold', '7', ' ']), {
    traits: { Loyalty: { tier: 'gold', card: 7 } },
    unread: [],
  })
  assert.deepEqual(traitsOfRow([loyalty], mappings, layout, ['tin', 'x', 'y']), {
    traits: {},
    unread: [
      { columnName: 'rank', reason: 'must match ^(silver|gold)$', identifies: false },
      { columnName: 'no', reason: 'must be of the type NUMBER', identifies: true },
      { columnName: 'old', reason: 'there is no trait gone in a group Loyalty', identifies: false },
    ],
  })
  assert.deepEqual(traitsOfRow([], mappings.slice(0, 1), layout, ['gold']).unread.length, 1)
})
