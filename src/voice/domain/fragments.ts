/** What a text-to-speech engine is handed at once; each is one communication. */

const longestFragment = 200
/** The end of a sentence, seen when something follows it, or a line break. */
const sentenceEnd = /[.!?…]+["'”’)\]]*\s+|[。！？]+["'”’」』)\]]*\s*|\n\s*/

/**
 * Cuts streamed text where a sentence ends, else at 200 characters between words. What has no end yet waits in `rest`,
 * unless the turn is over.
 */
export function cutFragments(waiting: string, isOver: boolean): { fragments: string[]; rest: string } {
  const fragments: string[] = []
  let rest = waiting
  for (;;) {
    const at = cutAt(rest)
    if (at === undefined) break
    fragments.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trimStart()
  }
  if (!isOver) return { fragments: fragments.filter(isSpoken), rest }
  return { fragments: [...fragments, rest.trim()].filter(isSpoken), rest: '' }
}

function cutAt(text: string): number | undefined {
  const sentence = sentenceEnd.exec(text)
  if (sentence && sentence.index <= longestFragment) return sentence.index + sentence[0].length
  if (text.length <= longestFragment) return undefined
  const space = text.lastIndexOf(' ', longestFragment)
  if (space > 0) return space
  // Between the two halves of a character there is no place to cut.
  return isHighSurrogate(text.charCodeAt(longestFragment - 1)) ? longestFragment - 1 : longestFragment
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isSpoken(fragment: string): boolean {
  return fragment !== ''
}
