import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema.d.ts'

/** What the server says when it refuses. */
export class ApiError extends Error {
  readonly status: number
  readonly code: number
  readonly moreInfo: string
  readonly requestId: string | null

  constructor(response: Response, body: { code?: number; message?: string; more_info?: string } | undefined) {
    super(body?.message ?? `The server answered ${response.status}.`)
    this.status = response.status
    this.code = body?.code ?? response.status
    this.moreInfo = body?.more_info ?? ''
    this.requestId = response.headers.get('twilio-request-id')
  }
}

/** Held in memory only, and told by the server after every load of the page. */
let csrfToken: string | undefined
let onSignedOut: () => void = () => {}

export function setCsrfToken(token: string | undefined): void {
  csrfToken = token
}

/** Called when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

const session: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== undefined && request.method !== 'GET') request.headers.set('x-csrf-token', csrfToken)
    return request
  },
  onResponse({ response }) {
    if (response.status === 401) onSignedOut()
  },
}

export const api = createClient<paths>({ baseUrl: window.location.origin })
api.use(session)

/** The body of an answer; a refusal is thrown. */
export async function ask<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok) throw new ApiError(response, error as ConstructorParameters<typeof ApiError>[1])
  return data as T
}

/** For paths that are known only by what the server answered, and for those that take forms. */
export async function send<T>(method: string, path: string, form?: Record<string, string>) {
  const headers: Record<string, string> =
    csrfToken !== undefined && method !== 'GET' ? { 'x-csrf-token': csrfToken } : {}
  const response = await fetch(path, { method, headers, ...(form ? { body: new URLSearchParams(form) } : {}) })
  const text = await response.text()
  const body = text === '' ? undefined : JSON.parse(text)
  if (!response.ok) throw new ApiError(response, body)
  return { body: body as T, response }
}
