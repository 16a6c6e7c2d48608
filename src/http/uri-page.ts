import Type, { type TSchema } from 'typebox'
import { type Page, pageMeta } from './pagination.ts'
import { Nullable } from './schemas.ts'

interface UriPage {
  page: number
  page_size: number
  start: number
  end: number
  uri: string
  first_page_uri: string
  next_page_uri: string | null
  previous_page_uri: string | null
}

/** The schema of such a list, whose items stand under `key`. */
export function uriPageSchema<K extends string, T extends TSchema>(key: K, item: T) {
  const items = { [key]: Type.Array(item) } as Record<K, ReturnType<typeof Type.Array<T>>>
  return Type.Object({
    ...items,
    page: Type.Integer(),
    page_size: Type.Integer(),
    start: Type.Integer(),
    end: Type.Integer(),
    uri: Type.String(),
    first_page_uri: Type.String(),
    next_page_uri: Nullable(Type.String()),
    previous_page_uri: Nullable(Type.String()),
  })
}

/**
 * The frame of a list in the older published API, which names the neighbouring pages by their URIs. `url` is the path and
 * query that was asked for: filters stay as they were. `size` is the size asked for.
 */
export function uriPage(url: string, list: string, size: number, page: Page<unknown>): UriPage {
  const [path = '', query = ''] = url.split('?', 2)
  const asked = new URLSearchParams(query)
  const { nextToken, previousToken } = pageMeta(list, list, page)
  const number = pageNumber(asked)
  const uri = (at: number, token?: string) => `${path}?${pageQuery(asked, size, at, token)}`
  const start = number * size
  return {
    page: number,
    page_size: size,
    start,
    end: Math.max(start, start + page.items.length - 1),
    uri: url,
    first_page_uri: uri(0),
    next_page_uri: nextToken === null ? null : uri(number + 1, nextToken),
    previous_page_uri: previousToken === null ? null : uri(Math.max(0, number - 1), previousToken),
  }
}

function pageNumber(asked: URLSearchParams): number {
  const page = Number(asked.get('Page') ?? 0)
  return Number.isSafeInteger(page) && page >= 0 ? page : 0
}

function pageQuery(asked: URLSearchParams, size: number, page: number, token: string | undefined): string {
  const query = new URLSearchParams([...asked].filter(([name]) => !/^page(size|token)?$/i.test(name)))
  query.set('PageSize', String(size))
  query.set('Page', String(page))
  if (token !== undefined) query.set('PageToken', token)
  return query.toString()
}
