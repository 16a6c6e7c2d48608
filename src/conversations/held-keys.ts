import { LostRace, type Reader, type Tx } from '../store/store.ts'
import { groupingKeyTable, holdersOf, releaseAllKeys, releaseKeys } from './rows.ts'

/** Keys that are asked for, within the configuration in which each is held at most once. */
export interface WantedKeys {
  configurationId: string
  keys: readonly string[]
}

/** Who holds, takes or drops a key. */
interface KeyOwner {
  id: string
  configurationId: string
  /** Created here and not yet in the database. */
  isNew: boolean
}

interface Take {
  conversationId: string
  configurationId: string
  key: string
  /** Whether the whole transaction depends on getting it. */
  required: boolean
}

type ByKey<V> = Map<string, Map<string, V>>

/** Grouping keys in one transaction: who holds them as far as has been looked up, and which change hands. */
export class HeldKeys {
  readonly #read: Reader
  readonly #account: number
  /** Conversation id by configuration and key. */
  #holders: ByKey<string> = new Map()
  readonly #takes: ByKey<Take> = new Map()
  readonly #drops = new Map<string, Set<string>>()
  readonly #closed = new Set<string>()

  constructor(read: Reader, account: number) {
    this.#read = read
    this.#account = account
  }

  /** Answers the ids of the conversations that hold one of the keys. */
  async lookUp(wanted: readonly WantedKeys[]): Promise<Set<string>> {
    const configurationIds = [...new Set(wanted.map(({ configurationId }) => configurationId))]
    const keys = [...new Set(wanted.flatMap(({ keys }) => keys))]
    if (keys.length === 0) return new Set()
    const rows = await this.#read.all(holdersOf, { account: this.#account, configurationIds, keys })
    for (const row of rows) put(this.#holders, row.configuration_id, row.key, row.conversation_id)
    return new Set(rows.map((row) => row.conversation_id))
  }

  /** After the locks were got, the holders must still be who they were; else everything starts over. */
  async confirm(wanted: readonly WantedKeys[]): Promise<void> {
    if (this.#read.dialect === 'sqlite') return
    const before = this.#holders
    this.#holders = new Map()
    await this.lookUp(wanted)
    const all = [...entriesOf(before)]
    const isSame =
      all.length === [...entriesOf(this.#holders)].length &&
      all.every(([configurationId, key, id]) => this.holder(configurationId, key) === id)
    if (!isSame) throw new LostRace()
  }

  /** The conversation that holds the key, as far as has been looked up. */
  holder(configurationId: string, key: string): string | undefined {
    return this.#holders.get(configurationId)?.get(key)
  }

  /** A key that is `required` and was taken meanwhile starts everything over; another is left to its holder. */
  take({ id, configurationId }: KeyOwner, key: string, required: boolean): void {
    this.#drops.get(id)?.delete(key)
    if (this.holder(configurationId, key) === id) return
    put(this.#holders, configurationId, key, id)
    put(this.#takes, configurationId, key, { conversationId: id, configurationId, key, required })
  }

  drop({ id, configurationId, isNew }: KeyOwner, key: string): void {
    if (this.holder(configurationId, key) === id) this.#holders.get(configurationId)?.delete(key)
    const wasTaken = this.#takes.get(configurationId)?.delete(key) ?? false
    if (wasTaken && isNew) return
    const dropped = this.#drops.get(id) ?? new Set()
    this.#drops.set(id, dropped.add(key))
  }

  /** For a conversation that has closed. */
  releaseAll({ id, configurationId, isNew }: KeyOwner): void {
    const holders = this.#holders.get(configurationId) ?? []
    for (const [key, holder] of holders) if (holder === id) this.#holders.get(configurationId)?.delete(key)
    const takes = this.#takes.get(configurationId) ?? []
    for (const [key, take] of takes) if (take.conversationId === id) this.#takes.get(configurationId)?.delete(key)
    if (!isNew) this.#closed.add(id)
  }

  /** Sorted, as everybody takes them. */
  save(tx: Tx): Promise<unknown>[] {
    const account = this.#account
    const releases: Promise<unknown>[] = []
    if (this.#closed.size > 0) {
      releases.push(tx.run(releaseAllKeys, { account, conversationIds: [...this.#closed].sort() }))
    }
    for (const [conversationId, keys] of this.#drops) {
      if (keys.size > 0) releases.push(tx.run(releaseKeys, { account, conversationId, keys: [...keys].sort() }))
    }
    const takes = [...entriesOf(this.#takes)]
      .map(([, , take]) => take)
      .sort((a, b) => compareTexts(a.configurationId, b.configurationId) || compareTexts(a.key, b.key))
    return [...releases, ...runsOf(takes).map((run) => this.#takeRun(tx, run))]
  }

  async #takeRun(tx: Tx, takes: readonly Take[]): Promise<void> {
    const rows = takes.map(({ conversationId, configurationId, key }) => ({
      account: this.#account,
      configuration_id: configurationId,
      key,
      conversation_id: conversationId,
    }))
    const inserted = await tx.insert(groupingKeyTable, rows, 'nothing')
    if (takes[0]?.required && inserted < rows.length) throw new LostRace()
  }
}

export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/**
 * Neighbours that are all required, or all not: the keys stay in one order whether they are required or not, for two
 * transactions that take keys crosswise would wait for each other.
 */
function runsOf(takes: readonly Take[]): Take[][] {
  const runs: Take[][] = []
  for (const take of takes) {
    const run = runs.at(-1)
    if (run?.[0]?.required === take.required) run.push(take)
    else runs.push([take])
  }
  return runs
}

function put<V>(map: ByKey<V>, configurationId: string, key: string, value: V): void {
  const inner = map.get(configurationId)
  if (inner) inner.set(key, value)
  else map.set(configurationId, new Map([[key, value]]))
}

function* entriesOf<V>(map: ByKey<V>): Generator<[configurationId: string, key: string, value: V]> {
  for (const [configurationId, inner] of map) for (const [key, value] of inner) yield [configurationId, key, value]
}
