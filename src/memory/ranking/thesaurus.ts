import { termsOf } from './words.ts'

/** Terms that can say the same as a term. */
export type Thesaurus = ReadonlyMap<string, readonly string[]>

/** Reads lines of words, of which the others can say the same as the first. */
export function readThesaurus(text: string): Thesaurus {
  const collected = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const [term, ...others] = termsOf(line)
    if (term === undefined) continue
    const known = collected.get(term) ?? new Set<string>()
    for (const other of others) if (other !== term) known.add(other)
    collected.set(term, known)
  }
  return new Map([...collected].map(([term, others]) => [term, [...others]]))
}
