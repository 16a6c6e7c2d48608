import type { Json } from './http-client.ts'

/** A request before it becomes bytes, so that one thing in it can be changed. */
export interface Draft {
  method: string
  /** With `{name}` where parameters go. */
  path: string
  /** By name, as they stand in the path, encoded already. */
  params: Record<string, string>
  /** Names and values as they stand in the query, encoded already. */
  query: [string, string][]
  headers: [string, string][]
  body?: Json
  /** Sent in place of `body`. */
  bytes?: Buffer
  /** Sent in place of the right length; null sends none. */
  contentLength?: string | null
  /** Goes between the request line and the headers, or after them: broken framing. */
  noise?: { requestLine?: string; extra?: Buffer; after?: Buffer }
  /** The server may be left waiting for more. */
  last?: boolean
}

export function render(draft: Draft): Buffer {
  const body = draft.bytes ?? (draft.body === undefined ? undefined : Buffer.from(JSON.stringify(draft.body)))
  const path = draft.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => draft.params[name] ?? '')
  const query = draft.query.map(([name, value]) => `${name}=${value}`).join('&')
  const target = query === '' ? path : `${path}?${query}`
  const requestLine = draft.noise?.requestLine ?? `${draft.method} ${target} HTTP/1.1`
  const length = draft.contentLength === undefined ? body?.length.toString() : draft.contentLength
  const headers = [...draft.headers, ...(length == null ? [] : [['content-length', length]])]
  return Buffer.concat([
    Buffer.from(`${requestLine}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`, 'latin1'),
    draft.noise?.extra ?? Buffer.alloc(0),
    Buffer.from('\r\n'),
    body ?? Buffer.alloc(0),
    draft.noise?.after ?? Buffer.alloc(0),
  ])
}

export function setHeader(draft: Draft, name: string, value: string | undefined): void {
  draft.headers = draft.headers.filter(([other]) => other !== name)
  if (value !== undefined) draft.headers.push([name, value])
}
