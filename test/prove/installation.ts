import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccount, newAccount } from '../../src/accounts/commands/create-account.ts'
import { Vault } from '../../src/accounts/vault.ts'
import type { Environment } from '../../src/config.ts'
import { openLog } from '../../src/kernel/log.ts'
import { openStore } from '../../src/store/open.ts'
import { createDatabase } from '../postgres.ts'
import { letClaimsRunOut } from './claims.ts'
import { DatabaseLine } from './database-line.ts'
import { type Credentials, HttpClient } from './http-client.ts'
import { type Inspection, inspect } from './inspection.ts'
import { ServerProcess } from './server-process.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

export interface InstallationOptions {
  database: DatabaseKind
  /** Servers on it; SQLite takes one. */
  nodes: number
  /** Whether a PostgreSQL of our own may skip waiting for the disk. */
  fast: boolean
  environment?: Environment
  /** Servers reach their PostgreSQL by a line that can be cut. */
  cuttable?: boolean
}

const secretKey = Buffer.alloc(32, 11)
/** Proofs make far more of these than an account usually has. */
const limits = {
  SKEIN_LIMIT_CONFIGURATIONS: '100000',
  SKEIN_LIMIT_MEMORY_STORES: '100000',
  SKEIN_LIMIT_API_KEYS: '100000',
  SKEIN_LIMIT_TRAIT_GROUPS: '10000',
  SKEIN_LIMIT_DATA_MAPPINGS: '10000',
  SKEIN_LIMIT_INTELLIGENCE_CONFIGURATIONS_PER_ACCOUNT: '10000',
  SKEIN_LIMIT_OPERATORS: '10000',
  SKEIN_LIMIT_OWNED_ADDRESSES: '100000',
  SKEIN_LIMIT_CLASSIC_SERVICES: '10000',
}

/** A database, the servers that run on it and two accounts in it. */
export class Installation {
  readonly database: DatabaseKind
  readonly owner: Credentials
  readonly stranger: Credentials
  readonly nodes: ServerProcess[] = []
  /** Between the servers and the database, if it can be cut. */
  readonly line: DatabaseLine | undefined
  readonly #environment: Environment
  readonly #url: string
  readonly #remove: () => Promise<void>
  readonly #clients = new Map<ServerProcess, HttpClient>()

  private constructor(made: {
    database: DatabaseKind
    url: string
    remove: () => Promise<void>
    owner: Credentials
    stranger: Credentials
    environment: Environment
    line: DatabaseLine | undefined
  }) {
    this.database = made.database
    this.line = made.line
    this.#url = made.url
    this.#remove = made.remove
    this.owner = made.owner
    this.stranger = made.stranger
    this.#environment = made.environment
  }

  static async open(options: InstallationOptions): Promise<Installation> {
    const { database, nodes, fast, environment = {}, cuttable = false } = options
    const { url, remove } = database === 'sqlite' ? newFile() : await newDatabase(fast)
    const [owner, stranger] = await makeAccounts(url)
    const line = cuttable ? await DatabaseLine.to(url) : undefined
    const installation = new Installation({
      database,
      url,
      remove,
      owner,
      stranger,
      line,
      environment: {
        SKEIN_DATABASE: line?.url ?? url,
        SKEIN_SECRET_KEY: secretKey.toString('base64'),
        SKEIN_CLOCK: 'virtual',
        ...limits,
        ...environment,
      },
    })
    for (let at = 0; at < nodes; at += 1) await installation.start(at)
    return installation
  }

  /** Starts the server at this place, or starts it again. */
  async start(at: number): Promise<void> {
    const before = this.nodes[at]
    if (before) this.#clients.get(before)?.close()
    this.nodes[at] = await ServerProcess.start(this.#environment)
  }

  /** A client of one of the servers. */
  client(at = 0): HttpClient {
    const node = this.nodes[at]
    if (!node) throw new Error(`There is no server ${at}.`)
    let client = this.#clients.get(node)
    if (!client) {
      client = new HttpClient(node.url, this.owner)
      this.#clients.set(node, client)
    }
    return client
  }

  get clients(): HttpClient[] {
    return this.nodes.map((_, at) => this.client(at))
  }

  /** What servers that are gone had claimed may be claimed again. */
  letClaimsRunOut(): Promise<void> {
    return letClaimsRunOut(this.#url)
  }

  inspect(): Promise<Inspection> {
    return inspect(this.#url)
  }

  /** Answers whether every server ended by itself and without complaint. */
  async stop(): Promise<boolean> {
    for (const client of this.#clients.values()) client.close()
    this.#clients.clear()
    const ends = await Promise.all(this.nodes.filter((node) => node.isAlive).map((node) => node.stop()))
    return ends.every(Boolean)
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close()
    for (const node of this.nodes) node.kill()
    await Promise.all(this.nodes.map((node) => node.ended()))
    await this.line?.close()
    await this.#remove()
  }
}

function newFile() {
  const folder = mkdtempSync(join(tmpdir(), 'skein-prove-'))
  return {
    url: `sqlite:${join(folder, 'skein.db')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function newDatabase(fast: boolean) {
  const { url, drop } = await createDatabase({ fast, schema: true })
  return { url, remove: drop }
}

async function makeAccounts(url: string): Promise<[Credentials, Credentials]> {
  const store = await openStore(url, { log: openLog('silent', false) })
  try {
    const owner = newAccount({ name: 'owner' })
    const stranger = newAccount({ name: 'stranger' })
    const vault = new Vault(secretKey)
    await createAccount(store, vault, owner, Date.now())
    await createAccount(store, vault, stranger, Date.now())
    return [owner, stranger]
  } finally {
    await store.close()
  }
}
