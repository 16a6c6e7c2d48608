/**
 * How far a live stream has been read. Where several transactions write at once, ids are made before the commit and may
 * overtake each other; so the stream goes by the transaction first, and only up to where all have ended. `tx` is 0 where
 * one writes after the other.
 */
export interface FeedPosition {
  tx: number
  /** Without prefix. */
  id: string
}

/** The position as the `id` of a streamed event, and so as `Last-Event-ID`. */
export function wirePosition({ tx, id }: FeedPosition): string {
  return `${tx}-${id}`
}

/** Undefined when the text is no position. */
export function parsePosition(text: string): FeedPosition | undefined {
  const [, tx, id] = /^(\d{1,15})-([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(text) ?? []
  return tx === undefined || id === undefined ? undefined : { tx: Number(tx), id }
}

/** Which of two comes first. */
export function comparePositions(a: FeedPosition, b: FeedPosition): number {
  return a.tx - b.tx || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1)
}
