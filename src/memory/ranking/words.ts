import { stemmer } from 'stemmer'

/** Words that tell nothing about what a text is about. */
const stopWords = new Set(
  (
    'a an and any are as at be been but by can could did do does for from had has have he her hers him his how i if in into is ' +
    'it its me my no not of on or our she should so some such that the their them then there these they this those to us ' +
    'was we were what when where which who whom whose why will with would you your'
  ).split(' '),
)
/** Scripts that put no spaces between words. */
const unspaced = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
const wordPattern = /[\p{L}\p{N}]+/gu

/** The stem of each word that has been met; more than this are not kept. */
const maxStems = 50_000
const stems = new Map<string, string>()

/** What a text is compared by: the stem of every word that tells something, in order, in lower case and without accents. */
export function termsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const terms: string[] = []
  for (const word of wordsOf(plain)) {
    const term = termOf(word)
    if (term !== '') terms.push(term)
  }
  return terms
}

function wordsOf(text: string): string[] {
  if (!unspaced.test(text)) return text.match(wordPattern) ?? []
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment)
}

/** Empty for a word that tells nothing. */
function termOf(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const term = stopWords.has(word) ? '' : stemmer(word)
  if (stems.size >= maxStems) stems.clear()
  stems.set(word, term)
  return term
}
