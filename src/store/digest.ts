import { hash } from 'node:crypto'

/** How many rows, and a number of 128 bits that all of them make together, in whatever order they come. */
export interface Digest {
  readonly rows: number
  readonly checksum: string
}

export const emptyDigest: Digest = { rows: 0, checksum: '0'.repeat(32) }

const modulus = 1n << 128n

/** Adds rows to a digest: the sum of the hashes of their values, the same on both databases. */
export function digestRows(
  digest: Digest,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Digest {
  let sum = BigInt(`0x${digest.checksum}`)
  for (const row of rows) {
    const text = JSON.stringify(columns.map((name) => row[name]))
    sum += BigInt(`0x${hash('sha256', text).slice(0, 32)}`)
  }
  return { rows: digest.rows + rows.length, checksum: (sum % modulus).toString(16).padStart(32, '0') }
}
