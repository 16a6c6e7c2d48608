/** Failures without a success between them before a target is trusted less. */
const patience = 8
/** One that only fails is still tried by so many conversations at a time. */
const least = 8

/**
 * How many deliveries to one target may be in flight: `full` while it answers, and half of that again for every few failures in
 * a row. So a dead target costs the others nothing, and the first success gives it all its room back.
 */
export function windowOf(full: number, failuresInARow: number): number {
  const halvings = Math.min(30, Math.floor(failuresInARow / patience))
  return Math.max(Math.min(least, full), full >> halvings)
}
