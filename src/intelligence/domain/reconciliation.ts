/** An observation with the stems of its telling words. */
export interface Statement {
  content: string
  stems: readonly string[]
}

export interface StoredStatement extends Statement {
  id: string
}

export type Reconciled =
  | { action: 'add'; content: string }
  | { action: 'replace'; id: string; content: string }
  | { action: 'discard' }

/** What is true of one thing at a time: a later statement of the same form contradicts an earlier one. */
const singular: readonly RegExp[] = [
  /^the customer's name is (.+)$/i,
  /^the customer (?:lives in|moved to|is based in) (.+)$/i,
  /^the customer works (?:at|for) (.+)$/i,
  /^the customer's budget is (.+)$/i,
  /^the customer's (?:favou?rite (?:[\w-]+ )+)is (.+)$/i,
]
const negation = /\b(not|no|never|no longer|any ?more)\b/i
/** Stems that a statement and the one that denies it may differ in: of the negation, and of whom both are about. */
const idle = new Set(['not', 'no', 'never', 'longer', 'more', 'anymor', 'custom'])

/**
 * What becomes of something newly found beside what is known already: a repetition, or one that says less, is discarded; one
 * that adds detail, or contradicts with a fact of its own, takes the place of the old; a mere denial is discarded.
 */
export function reconcile(candidate: Statement, stored: readonly StoredStatement[]): Reconciled {
  const said = new Set(candidate.stems)
  for (const known of stored) {
    const before = new Set(known.stems)
    const denies = negation.test(candidate.content) !== negation.test(known.content)
    if (denies) {
      if (isAbout(said, before))
        return negation.test(candidate.content) ? { action: 'discard' } : replaced(known, candidate)
    } else if (sameWords(candidate.content, known.content) || isWithin(said, before)) return { action: 'discard' }
    else if (before.size > 0 && isWithin(before, said)) return replaced(known, candidate)
    else if (contradicts(candidate.content, known.content)) return replaced(known, candidate)
  }
  return { action: 'add', content: candidate.content }
}

function replaced({ id }: StoredStatement, { content }: Statement): Reconciled {
  return { action: 'replace', id, content }
}

/** Whether two statements of which one has a negation speak of the same. */
function isAbout(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const left = withoutIdle(a)
  const right = withoutIdle(b)
  return left.size > 0 && right.size > 0 && (isWithin(left, right) || isWithin(right, left))
}

function withoutIdle(stems: ReadonlySet<string>): Set<string> {
  return new Set([...stems].filter((stem) => !idle.has(stem)))
}

function contradicts(candidate: string, known: string): boolean {
  return singular.some(
    (form) => form.test(plain(candidate)) && form.test(plain(known)) && sameForm(form, candidate, known),
  )
}

/** Of a favourite the thing that is one must be the same: food is no colour. */
function sameForm(form: RegExp, candidate: string, known: string): boolean {
  const headOf = (text: string) => {
    const value = form.exec(plain(text))?.[1] ?? ''
    return plain(text).slice(0, -value.length).toLowerCase()
  }
  const heads = [headOf(candidate), headOf(known)]
  return heads[0] === heads[1] || heads.every((head) => /lives in|moved to|based in|works/.test(head))
}

function sameWords(a: string, b: string): boolean {
  return plain(a).toLowerCase() === plain(b).toLowerCase()
}

function plain(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '')
}

function isWithin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size > 0 && [...a].every((stem) => b.has(stem))
}
