import {
  createKey,
  type KeyDescription,
  listKeys,
  type NewKey,
  newKey,
  revokeApiKey,
} from '../accounts/commands/api-keys.ts'
import type { Installation } from './installation.ts'

/** The API keys of one account, wherever they are reached. */
export interface KeyRing {
  create(name: string): Promise<NewKey>
  list(): Promise<KeyDescription[]>
  revoke(sid: string): Promise<void>
}

/** In the database itself. `maximum`: keys that an account may have in force. */
export function storedKeys({ store, vault }: Installation, account: number, maximum: number): KeyRing {
  return {
    async create(name) {
      const key = newKey(name)
      await createKey(store, vault, account, { key, maximum, now: Date.now() })
      return key
    },
    list: () => listKeys(store.read, account),
    revoke: (sid) => revokeApiKey(store, account, sid, Date.now()),
  }
}

export interface ServerAddress {
  url: string
  user: string
  password: string
}

/** Through a running server, whose account is the one that the credentials belong to. */
export function servedKeys(server: ServerAddress): KeyRing {
  return {
    async create(name) {
      return (await ask(server, 'POST', '/skein/v1/Keys', { name })) as NewKey
    },
    async list() {
      const { keys } = (await ask(server, 'GET', '/skein/v1/Keys')) as {
        keys: (KeyDescription & { createdAt: string })[]
      }
      return keys.map((key) => ({ ...key, createdAt: Date.parse(key.createdAt) }))
    },
    async revoke(sid) {
      await ask(server, 'DELETE', `/skein/v1/Keys/${encodeURIComponent(sid)}`)
    },
  }
}

async function ask(
  { url, user, password }: ServerAddress,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const headers: Record<string, string> = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  }
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
    throw new Error(`No answer from ${url}: ${reason}`, { cause })
  }
  if (response.status === 204) return undefined
  const answer = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer
  const message = (answer as { message?: string } | undefined)?.message ?? 'that is no answer of Skein.'
  throw new Error(`${url} answered ${response.status}: ${message}`)
}
