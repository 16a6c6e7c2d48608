import { Agent, request } from 'node:http'

/** As JSON.parse gives it: proofs look into it freely. */
export type Json = ReturnType<typeof JSON.parse>

export interface Answer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed; undefined when it is empty or not JSON. */
  body: Json
  text: string
}

export interface Credentials {
  keySid: string
  keySecret: string
}

export type Headers = Record<string, string>

/** Requests to one server with the credentials of one account, any number at the same time. */
export class HttpClient {
  readonly #base: URL
  readonly #authorization: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'fifo' })

  constructor(url: string, { keySid, keySecret }: Credentials) {
    this.#base = new URL(url)
    this.#authorization = basic({ keySid, keySecret })
  }

  /** Rejects when the connection breaks before the whole answer is there. */
  send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path,
          headers: {
            authorization: this.#authorization,
            ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.once('error', reject)
          incoming.once('aborted', () => reject(new Error('The connection broke in the middle of an answer.')))
          incoming.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parsed(text) })
          })
        },
      )
      outgoing.once('error', reject)
      outgoing.end(payload)
    })
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path)
  }

  post(path: string, body: unknown, headers?: Headers): Promise<Answer> {
    return this.send('POST', path, body, headers)
  }

  put(path: string, body: unknown, headers?: Headers): Promise<Answer> {
    return this.send('PUT', path, body, headers)
  }

  patch(path: string, body: unknown, headers?: Headers): Promise<Answer> {
    return this.send('PATCH', path, body, headers)
  }

  delete(path: string, headers?: Headers): Promise<Answer> {
    return this.send('DELETE', path, undefined, headers)
  }

  /** All pages of a list. */
  async list(path: string, key: string): Promise<Json[]> {
    const items: Json[] = []
    let token: string | undefined
    do {
      const separator = path.includes('?') ? '&' : '?'
      const page = await this.get(
        `${path}${separator}pageSize=1000${token ? `&pageToken=${encodeURIComponent(token)}` : ''}`,
      )
      if (page.status !== 200) throw new Error(`GET ${path}: ${page.status} ${page.text}`)
      items.push(...page.body[key])
      token = page.body.meta.nextToken ?? undefined
    } while (token)
    return items
  }

  close(): void {
    this.#agent.destroy()
  }
}

export function basic({ keySid, keySecret }: Credentials): string {
  return `Basic ${Buffer.from(`${keySid}:${keySecret}`).toString('base64')}`
}

function parsed(text: string): Json {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
