/** Stops loudly when what must be true is not: a bug in Skein, never the caller's mistake. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`Broken assumption: ${sentence}`)
}
