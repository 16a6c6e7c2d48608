import type { PageRequest } from '../http/pagination.ts'
import { invalid } from '../kernel/failure.ts'

/** Before and after every id: ids begin with a digit from 0 to 7. */
const ends = { ascending: '0', descending: '8' } as const

/** Where a list that is ordered by id alone goes on from. */
export function startOf({ from }: PageRequest, order: keyof typeof ends): string {
  if (from === undefined) return ends[order]
  const [id] = from.at
  if (typeof id !== 'string' || from.at.length !== 1) throw foreignToken()
  return id
}

/** Where a list that is ordered by a number, then by id, goes on from. */
export function startInTime({ from }: PageRequest): { at: number; id: string } {
  if (from === undefined) return { at: Number.MIN_SAFE_INTEGER, id: ends.ascending }
  const [at, id] = from.at
  if (typeof at !== 'number' || typeof id !== 'string' || from.at.length !== 2) throw foreignToken()
  return { at, id }
}

/** Where a list that is numbered from 1 goes on from. */
export function startOfNumbers({ from }: PageRequest): number {
  if (from === undefined) return 0
  const [n] = from.at
  if (typeof n !== 'number' || from.at.length !== 1) throw foreignToken()
  return n
}

function foreignToken() {
  return invalid('pageToken', 'pageToken is not one that this list gave out')
}
