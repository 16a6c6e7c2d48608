import { invalid } from '../kernel/failure.ts'

export interface Page<T> {
  items: T[]
  /** Position after the last item; undefined on the last page. */
  next?: readonly (string | number)[]
  /** Position before the first item; undefined on the first page. */
  previous?: readonly (string | number)[]
}

export interface Position {
  direction: 'next' | 'previous'
  at: readonly (string | number)[]
}

export interface PageRequest {
  size: number
  from?: Position
}

interface PageQuery {
  pageSize?: number
  pageToken?: string
}

const defaultPageSize = 50

/** Reads `pageSize` and `pageToken`. Sizes above `maximum` are clamped, as clients send their limit for it. `list` names the list, so that a token of another is refused. */
export function pageRequest(query: PageQuery, list: string, maximum: number): PageRequest {
  const size = Math.min(query.pageSize ?? defaultPageSize, maximum)
  return query.pageToken ? { size, from: decodeToken(list, query.pageToken) } : { size }
}

/** Where a list that is ordered by one number goes on; `start` is where it begins. Throws `invalid` for a token that says anything else. */
export function numberedPosition({ from }: PageRequest, start: number): number {
  if (!from) return start
  const [at] = from.at
  if (typeof at !== 'number' || from.at.length > 1) throw foreignToken()
  return at
}

/** The `meta` of a list answer. */
export function pageMeta(key: string, list: string, page: Page<unknown>) {
  return {
    key,
    pageSize: page.items.length,
    nextToken: page.next ? encodeToken(list, { direction: 'next', at: page.next }) : null,
    previousToken: page.previous ? encodeToken(list, { direction: 'previous', at: page.previous }) : null,
  }
}

function encodeToken(list: string, { direction, at }: Position): string {
  return Buffer.from(JSON.stringify([list, direction === 'next' ? 1 : 0, ...at])).toString('base64url')
}

function decodeToken(list: string, token: string): Position {
  const refusal = foreignToken()
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    throw refusal
  }
  if (!Array.isArray(parts)) throw refusal
  const [name, direction, ...at] = parts as unknown[]
  if (name !== list || (direction !== 0 && direction !== 1) || at.length === 0 || !at.every(isPosition)) throw refusal
  return { direction: direction === 1 ? 'next' : 'previous', at }
}

function foreignToken() {
  return invalid('pageToken', 'pageToken is not one that this list gave out')
}

function isPosition(value: unknown): value is string | number {
  return (typeof value === 'string' && /^[0-9A-Za-z_.-]{1,64}$/.test(value)) || Number.isSafeInteger(value)
}

/**
 * Makes a page of `size + 1` rows that were read in the direction of travel: cuts the extra row, restores the list's own
 * order and tells where its neighbours begin.
 */
export function pageOf<T>(
  request: PageRequest,
  rows: T[],
  positionOf: (row: T) => readonly (string | number)[],
): Page<T> {
  const more = rows.length > request.size
  const backwards = request.from?.direction === 'previous'
  const items = rows.slice(0, request.size)
  if (backwards) items.reverse()
  const first = items[0]
  const last = items.at(-1)
  const hasNext = backwards || more
  const hasPrevious = backwards ? more : request.from !== undefined
  return {
    items,
    ...(hasNext && last !== undefined ? { next: positionOf(last) } : {}),
    ...(hasPrevious && first !== undefined ? { previous: positionOf(first) } : {}),
  }
}
