import fc from 'fast-check'

/** Of UTF-16, which are no characters. */
const surrogates = { first: 0xd800, count: 0x800 }

const codePoint: fc.Arbitrary<string> = fc
  .nat({ max: 0x10ffff - surrogates.count })
  .map((n) => String.fromCodePoint(n < surrogates.first ? n : n + surrogates.count), numberOf)

/**
 * Text of any characters that there are, as `fc.string({ unit: 'binary' })` makes it, which first spends two seconds on a table
 * of all of them.
 */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: codePoint })

/** The way back, by which the texts that are known to make trouble are found to be such text too. */
function numberOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined
  if (code === undefined || text !== String.fromCodePoint(code)) throw new Error('This is no single character.')
  if (code >= surrogates.first && code < surrogates.first + surrogates.count) throw new Error('This is half of one.')
  return code < surrogates.first ? code : code - surrogates.count
}
