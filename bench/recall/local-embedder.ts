import { englishThesaurus } from '../../src/memory/english.ts'
import { termsOf } from '../../src/memory/ranking/words.ts'

const dimension = 4096
const synonymWeight = 0.25
const pieceWeight = 0.15
const pieceLength = 4

/**
 * Stands in for a model: places a text by its stems, by words that can say the same and by pieces of words, each at a place
 * that its letters determine. The same text has the same vector on every machine.
 */
export function embedLocally(text: string): number[] {
  const vector = Array.from({ length: dimension }, () => 0)
  const add = (feature: string, weight: number) => {
    const hash = hashOf(feature)
    const at = hash % dimension
    vector[at] = (vector[at] as number) + (hash & 0x80000000 ? -weight : weight)
  }
  // A constant part, so that no text is without a direction.
  add('text', 0.01)
  for (const term of new Set(termsOf(text))) {
    add(`=${term}`, 1)
    for (const synonym of englishThesaurus().get(term) ?? []) add(`=${synonym}`, synonymWeight)
    for (const piece of piecesOf(` ${term} `)) add(`~${piece}`, pieceWeight)
  }
  return vector
}

function piecesOf(word: string): string[] {
  const count = Math.max(0, word.length - pieceLength + 1)
  return Array.from({ length: count }, (_, at) => word.slice(at, at + pieceLength))
}

/** FNV-1a of 32 bits, mixed once more, as its upper bits tell little of short texts. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
