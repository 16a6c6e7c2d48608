import { RE2JS } from 're2js'

const maxKept = 500
const compiled = new Map<string, RE2JS | undefined>()

/**
 * Whether a text matches somewhere, or undefined when the pattern can not be one. Patterns come from callers and run while
 * others wait, so they are those that can be matched in time linear to the text: RE2's, without look-around and references.
 */
export function matchesPattern(pattern: string, text: string): boolean | undefined {
  return patternOf(pattern)?.matcher(text).find()
}

function patternOf(pattern: string): RE2JS | undefined {
  if (!compiled.has(pattern)) {
    if (compiled.size >= maxKept) compiled.clear()
    compiled.set(pattern, compile(pattern))
  }
  return compiled.get(pattern)
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return undefined
  }
}
