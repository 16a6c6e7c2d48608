import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { type Page, pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { publicUrl } from '../../http/public-url.ts'
import { Nullable, pageQuery } from '../../http/schemas.ts'

export const ClassicQuery = Type.Object({ ...pageQuery, Page: Type.Optional(Type.Integer({ minimum: 0 })) })
export type ClassicQueryValues = Static<typeof ClassicQuery>

export const ClassicMeta = Type.Object({
  key: Type.String(),
  page: Type.Integer(),
  page_size: Type.Integer(),
  first_page_url: Type.String(),
  previous_page_url: Nullable(Type.String()),
  next_page_url: Nullable(Type.String()),
  url: Type.String(),
})

const maxPageSize = 100

interface Listing<R> {
  /** The name of the list in the answer. */
  key: string
  /** The other parameters of the list's own URL, which its pages keep. */
  parameters?: Readonly<Record<string, string>>
  /** Rows beyond a position in one direction; undefined: from the list's beginning. */
  read: (direction: 'next' | 'previous', after: string | number | undefined, limit: number) => Promise<R[]>
  positionOf: (row: R) => string | number
}

/** A page as classic lists have it: by URLs, with a number that counts along. */
export async function classicPage<R>(
  request: FastifyRequest,
  configuredUrl: string | undefined,
  { key, parameters = {}, read, positionOf }: Listing<R>,
): Promise<{ rows: R[]; meta: Static<typeof ClassicMeta> }> {
  const query = request.query as ClassicQueryValues
  const [path = ''] = request.url.split('?')
  const asked = pageRequest(query, key, maxPageSize)
  const rows = await read(asked.from?.direction ?? 'next', asked.from?.at[0], asked.size + 1)
  const page: Page<R> = pageOf(asked, rows, (row) => [positionOf(row)])
  const { nextToken, previousToken } = pageMeta(key, key, page)
  const number = query.Page ?? 0
  const base = publicUrl(request, configuredUrl) + path
  const urlOf = (at: number, token: string | null) => {
    const own = { ...parameters, PageSize: String(asked.size), Page: String(Math.max(at, 0)) }
    return `${base}?${new URLSearchParams(token === null ? own : { ...own, PageToken: token })}`
  }
  const meta = {
    key,
    page: number,
    page_size: asked.size,
    first_page_url: urlOf(0, null),
    previous_page_url: previousToken === null ? null : urlOf(number - 1, previousToken),
    next_page_url: nextToken === null ? null : urlOf(number + 1, nextToken),
    url: urlOf(number, query.pageToken ?? null),
  }
  return { rows: page.items, meta }
}

/** The part of a SID that positions of a list are made of, and back. */
export function positionOfSid(sid: string): string {
  return sid.slice(2)
}

/** Before every SID of its kind, and after it, where a list has no position. */
export function sidAt(prefix: string, position: string | number | undefined, otherwise: 'first' | 'last'): string {
  if (position !== undefined) return `${prefix}${position}`
  return otherwise === 'first' ? prefix : `${prefix}g`
}
