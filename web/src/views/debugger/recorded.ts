/** Digits of the ids, as TypeIDs have them. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz'
const timeDigits = 10

/** When what an id names was recorded: epoch milliseconds by the wall clock, whatever business time was. */
export function recordedAt(id: string): number {
  const suffix = id.slice(id.lastIndexOf('_') + 1, id.lastIndexOf('_') + 1 + timeDigits)
  return [...suffix].reduce((time, digit) => time * digits.length + digits.indexOf(digit), 0)
}
