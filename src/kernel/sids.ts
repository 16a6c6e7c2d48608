/** Ids of ours that the wire spells as the vendor's SIDs: two capital letters and the id's 128 bits in hexadecimal. */

const digits = '0123456789abcdefghjkmnpqrstvwxyz'
const bitsPerDigit = 5n

/** The SID of an id without prefix. SIDs of one prefix sort as their ids do. */
export function sidOf(prefix: string, id: string): string {
  let value = 0n
  for (const digit of id) value = (value << bitsPerDigit) | BigInt(digits.indexOf(digit))
  return prefix + value.toString(16).padStart(32, '0')
}

/** The id that is spelled so, without prefix; undefined when the text is no SID with one of the prefixes. */
export function idOfSid(prefixes: readonly string[], sid: string): string | undefined {
  if (!prefixes.includes(sid.slice(0, 2)) || !/^[0-9a-f]{32}$/.test(sid.slice(2))) return undefined
  let value = BigInt(`0x${sid.slice(2)}`)
  let id = ''
  for (let place = 0; place < 26; place += 1) {
    id = digits[Number(value & 31n)] + id
    value >>= bitsPerDigit
  }
  return id
}
