/** Failures without a success between them before a target is trusted less. */
const patience = 8
/** What a working target may have however many there are. */
const fairShare = 16
/** One that only fails is still tried by so many conversations at a time. */
const least = 8

/** How many deliveries may be in flight: to one target, and to all targets together unless that would be too few for each. */
export interface WindowLimits {
  perTarget: number
  inAll: number
}

/** What one target may have while it answers and so many have work: more in flight than are worked on only take up memory. */
export function fullWindow({ perTarget, inAll }: WindowLimits, targets: number): number {
  return Math.min(perTarget, Math.max(fairShare, Math.floor(inAll / Math.max(1, targets))))
}

/**
 * How many deliveries to one target may be in flight: `full` while it answers, and half of that again for every few failures in
 * a row. So a dead target costs the others nothing, and the first success gives it all its room back.
 */
export function windowOf(full: number, failuresInARow: number): number {
  const halvings = Math.min(30, Math.floor(failuresInARow / patience))
  return Math.max(Math.min(least, full), full >> halvings)
}
