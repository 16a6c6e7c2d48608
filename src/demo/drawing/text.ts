const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Text of strangers as it may stand on one line of a terminal: without characters that control it or turn its direction,
 * without line breaks, and cut to so many characters.
 */
export function shownText(text: string, most: number): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const shown: string[] = []
  for (const { segment } of graphemes.segment(plain)) {
    if (shown.length === most) return `${shown.slice(0, -1).join('').trimEnd()}…`
    shown.push(segment)
  }
  return shown.join('')
}

/** Ids cut to their ends, which is what tells them apart. */
export function shortenIds(text: string): string {
  return text.replaceAll(/(?:[a-z]+_)*[0-7][0-9a-z]{19}([0-9a-z]{6})(?![0-9a-z])/g, '…$1')
}

export function timeOf(iso: string): string {
  return iso.slice(11, 19)
}
