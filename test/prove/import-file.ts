import type { Random } from './random.ts'
import { phone } from './setting-up.ts'

/** A file to import, with all that has to come of it. */
export interface ImportFile {
  bytes: Buffer
  rows: number
  /** Of each row that is refused, its number. */
  refused: number[]
  /** Of each row that loses a value, its number. */
  warned: number[]
  /** By number of the customer: what their last row says, and how many rows they have. */
  customers: Map<string, { name: string; rows: number }>
}

/** The columns of the file, and where they go. */
export const columnMappings = [
  { columnName: 'phone', traitGroup: 'Contact', traitName: 'phone' },
  { columnName: 'name', traitGroup: 'Contact', traitName: 'firstName' },
  { columnName: 'points', traitGroup: 'Loyalty', traitName: 'points' },
]

/** Rows of new customers, rows of those who were there before, and every kind of row that is refused. */
export function importFile(random: Random, rows: number): ImportFile {
  const file: ImportFile = { bytes: Buffer.alloc(0), rows, refused: [], warned: [], customers: new Map() }
  const numbers: string[] = []
  const lines = Array.from({ length: rows }, (_, at) => {
    const row = at + 1
    const isKnown = numbers.length > 0 && random.chance(0.2)
    const number = isKnown ? random.pick(numbers) : phone(at)
    const name = `${random.pick(names)} ${row}`
    if (random.chance(0.03)) {
      file.refused.push(row)
      return random.pick(refusedLines)(number, name)
    }
    if (!isKnown) numbers.push(number)
    file.customers.set(number, { name, rows: (file.customers.get(number)?.rows ?? 0) + 1 })
    const isOdd = random.chance(0.02)
    if (isOdd) file.warned.push(row)
    return `${number},"${name}",${isOdd ? 'many' : row}`
  })
  return { ...file, bytes: Buffer.from(['phone,name,points', ...lines, ''].join('\n')) }
}

const names = ['Ines', 'Ümit', 'a, b', 'two\nlines', '李雷']
const refusedLines: readonly ((number: string, name: string) => string)[] = [
  () => ',"nobody",1',
  (number) => `${number},too few`,
  (_, name) => `not a number,"${name}",1`,
  (number) => `${number},O"Neill,1`,
  (number, name) => `${number},"${name}",1,2,3`,
]
