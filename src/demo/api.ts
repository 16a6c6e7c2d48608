/** The public HTTP API of one server, with the credentials of one account. */
export interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
  /** As `post`, with a body that is JSON already. */
  postJson<T>(path: string, json: string): Promise<T>
  /** Posts what is carried out later, and waits for that. Answers the operation. */
  postAndWait<T>(path: string, body: object): Promise<T>
}

export interface Credentials {
  keySid: string
  keySecret: string
}

/** Between two looks at an operation that is under way, in wall milliseconds. */
const pollMs = 10
const patienceMs = 30_000

export function apiOf(url: string, { keySid, keySecret }: Credentials): Api {
  const headers = {
    authorization: `Basic ${Buffer.from(`${keySid}:${keySecret}`).toString('base64')}`,
    'content-type': 'application/json',
  }
  const send = async (method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> => {
    const response = await fetch(new URL(path, url), { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text)
  }
  return {
    get: <T>(path: string) => send('GET', path) as Promise<T>,
    post: <T>(path: string, body: object) => send('POST', path, JSON.stringify(body)) as Promise<T>,
    postJson: <T>(path: string, json: string) => send('POST', path, json) as Promise<T>,
    postAndWait: async <T>(path: string, body: object) => {
      const { statusUrl } = (await send('POST', path, JSON.stringify(body))) as { statusUrl: string }
      return (await completed(() => send('GET', statusUrl), path)) as T
    },
  }
}

async function completed(look: () => Promise<unknown>, path: string): Promise<unknown> {
  const givesUpAt = performance.now() + patienceMs
  while (performance.now() < givesUpAt) {
    const operation = (await look()) as { status: string; error?: unknown }
    if (operation.status === 'COMPLETED') return operation
    if (operation.status === 'FAILED') throw new Error(`POST ${path} failed: ${JSON.stringify(operation.error)}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  throw new Error(`POST ${path} has not been carried out within ${patienceMs / 1000} seconds.`)
}
