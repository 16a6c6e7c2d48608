import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes `vocabulary/thesaurus.txt` of a WordNet 3.1 database: `node tools/make-thesaurus.ts FOLDER`, where FOLDER holds its
 * `index.*` and `data.*` files. One line a word: the word, then others that can say the same. Only single words that
 * WordNet met in running text count, with their four most frequent meanings, what they are derived from or lead to, and of
 * adjectives those that are near in meaning.
 */
const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Name the folder that holds the files of WordNet.')
const meanings = 4
const parts = ['noun', 'verb', 'adj', 'adv']

interface Synset {
  words: string[]
  pointers: Pointer[]
}

/** To a word of another synset; `from` and `to` count from 1, and 0 is all of its words. */
interface Pointer {
  key: string
  from: number
  to: number
}
const partOf: Record<string, string> = { n: 'noun', v: 'verb', a: 'adj', s: 'adj', r: 'adv' }
const followed = new Set(['&', '+'])

const synsets = new Map<string, Synset>()
for (const part of parts) for (const line of linesOf('data', part)) readSynset(part, line)
const senses = parts.flatMap((part) => linesOf('index', part).flatMap((line) => readWord(part, line)))
const common = new Set(senses.map(({ word }) => word))

const thesaurus = new Map<string, Set<string>>()
for (const { word, keys } of senses) {
  const others = thesaurus.get(word) ?? new Set<string>()
  for (const other of keys.flatMap((key) => wordsNear(word, key))) {
    if (other !== word && common.has(other)) others.add(other)
  }
  if (others.size > 0) thesaurus.set(word, others)
}
const text = [...thesaurus].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, others]) => [word, ...others].join(' '))
writeFileSync(join(import.meta.dirname, '../vocabulary/thesaurus.txt'), `${text.join('\n')}\n`)
console.log(`${text.length} words`)

function wordsNear(word: string, key: string): string[] {
  const { words = [], pointers = [] } = synsets.get(key) ?? {}
  const place = words.indexOf(word) + 1
  const reached = pointers.filter(({ from }) => from === 0 || from === place)
  const led = reached.flatMap(({ key: other, to }) => {
    const all = synsets.get(other)?.words ?? []
    return to === 0 ? all : all.slice(to - 1, to)
  })
  return [...words, ...led]
}

function linesOf(kind: string, part: string): string[] {
  // The files begin with their licence, indented.
  return readFileSync(join(folder as string, `${kind}.${part}`), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '))
}

/** `offset file type count (word id)… count (symbol offset part ends)… | gloss`; the first count is hexadecimal. */
function readSynset(part: string, line: string): void {
  const fields = (line.split(' | ')[0] ?? '').split(' ')
  const count = Number.parseInt(fields[3] ?? '0', 16)
  const words = Array.from({ length: count }, (_, n) => (fields[4 + 2 * n] ?? '').toLowerCase().replace(/\(.*\)$/, ''))
  const rest = fields.slice(5 + 2 * count)
  const pointers: Pointer[] = []
  for (let at = 0; at < 4 * Number(fields[4 + 2 * count]); at += 4) {
    const [symbol = '', offset, letter = '', ends = '0000'] = rest.slice(at, at + 4)
    if (!followed.has(symbol)) continue
    const [from, to] = [ends.slice(0, 2), ends.slice(2)].map((digits) => Number.parseInt(digits, 16)) as [
      number,
      number,
    ]
    pointers.push({ key: `${partOf[letter]} ${offset}`, from, to })
  }
  synsets.set(`${part} ${fields[0]}`, { words, pointers })
}

/** `word part senses pointers symbol… senses tagged offset…`; tagged: the senses that running text was found to have. */
function readWord(part: string, line: string): { word: string; keys: string[] }[] {
  const fields = line.trim().split(' ')
  const [word = '', , count = '0'] = fields
  const offsets = fields.slice(-Number(count))
  const tagged = Number(fields.at(-Number(count) - 1))
  if (!/^[a-z]{3,}$/.test(word) || tagged === 0) return []
  return [{ word, keys: offsets.slice(0, meanings).map((offset) => `${part} ${offset}`) }]
}
