import type { HttpClient } from './http-client.ts'
import type { Random } from './random.ts'

/** Something that a path can name, with what is below it by path segment. */
export interface Resource {
  id: string
  below: Record<string, Resource[]>
  /** What it holds, where a request has to know. */
  value?: string
}

/** An account as far as bodies are made for it. Every text contains the account's mark. */
export interface FuzzAccount {
  readonly client: HttpClient
  readonly random: Random
  /** Where it wants to be called back. */
  readonly callbackUrl: string
  /** A number of its own. */
  readonly business: string
  text(): string
  name(): string
  phone(): string
  sid(prefix: string): string
}
