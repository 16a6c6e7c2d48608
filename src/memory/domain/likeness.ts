import type { IdentifierConfig } from './identity-settings.ts'

/** Whether values of this type are compared by likeness. Telephone numbers and e-mail addresses never are: one wrong sign is another person. */
export function comparesByLikeness({ matchingAlgo, normalization }: IdentifierConfig): boolean {
  return matchingAlgo === 'fuzzy' && normalization !== 'phone' && normalization !== 'email'
}

/** Whether two values are alike by at least so many percent: the share of characters that need no change. */
export function isLike(a: string, b: string, percent: number): boolean {
  const [left, right] = [[...a], [...b]]
  const longest = Math.max(left.length, right.length)
  return longest - editDistance(left, right) >= (longest * percent) / 100
}

/** The lengths that a value can have which is alike by at least so many percent. */
export function likelyLengths(value: string, percent: number): { shortest: number; longest: number } {
  const length = [...value].length
  return { shortest: Math.ceil((length * percent) / 100), longest: Math.floor((length * 100) / percent) }
}

/** Characters to insert, remove or exchange to make one of the other. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [at, letter] of a.entries()) {
    const next = [at + 1]
    for (const [to, other] of b.entries()) {
      const exchanged = (row[to] ?? 0) + Number(letter !== other)
      next.push(Math.min(exchanged, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
