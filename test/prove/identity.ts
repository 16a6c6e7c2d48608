import type { Answer, HttpClient, Json } from './http-client.ts'
import { type DatabaseKind, Installation } from './installation.ts'
import type { Random } from './random.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'
import type { Verdict } from './verdict.ts'

export interface IdentityOptions {
  database: DatabaseKind
  /** Small worlds of a few customers, one after the other. */
  rounds: number
  random: Random
  verdict: Verdict
  fast: boolean
}

const people = 5
/** Requests of a round that are on their way together. */
const burst = 24

/**
 * Customers write, are merged and parted at the same time, on PostgreSQL through two servers. Whenever it is quiet no open
 * conversation carries two who are not one, and when every merge is undone each profile is what it was.
 */
export async function proveIdentity({ database, rounds, random, verdict, fast }: IdentityOptions): Promise<void> {
  const installation = await Installation.open({ database, nodes: database === 'sqlite' ? 1 : 2, fast })
  try {
    const unexpected: string[] = []
    const mixed: unknown[] = []
    const changed: unknown[] = []
    for (let round = 0; round < rounds; round += 1) {
      const world = await IdentityWorld.open(installation, random, round)
      for (let part = 0; part < 3; part += 1) {
        unexpected.push(...(await world.stir()))
        mixed.push(...(await world.mixedConversations()).map((one) => ({ round, part, ...one })))
      }
      unexpected.push(...(await world.undoEverything()))
      mixed.push(...(await world.mixedConversations()).map((one) => ({ round, part: 'undone', ...one })))
      changed.push(...(await world.changedProfiles()))
    }
    verdict.none(unexpected, `${database}: writing, merging and undoing are answered`)
    verdict.none(mixed, `${database}: no open conversation carries two customers who are not one`)
    verdict.none(changed, `${database}: when every merge is undone each profile is what it was`)
    verdict.check(await installation.stop(), `${database}: the servers lived and stopped in order`, () =>
      installation.nodes.flatMap(({ output }) => output).join('\n'),
    )
  } finally {
    await installation.close()
  }
}

/** One store with a few customers, each with a number of their own. */
class IdentityWorld {
  readonly #random: Random
  readonly #clients: readonly HttpClient[]
  readonly #storeId: string
  readonly #business: string
  readonly #numbers: string[] = []
  readonly #ids: string[] = []
  readonly #before: Json[] = []
  readonly #said: { who: number; conversationId: string }[] = []

  private constructor(installation: Installation, random: Random, storeId: string, business: string) {
    this.#random = random
    this.#clients = installation.clients
    this.#storeId = storeId
    this.#business = business
  }

  static async open(installation: Installation, random: Random, round: number): Promise<IdentityWorld> {
    const client = installation.client()
    const business = phone(7_000_000 + round)
    const name = `identity-${round}`
    const memoryStoreId = await makeMemoryStore(client, name)
    const body = configurationBody({ business, groupingType: 'GROUP_BY_PROFILE', memoryStoreId, name })
    await makeConfiguration(client, body)
    const world = new IdentityWorld(installation, random, memoryStoreId, business)
    for (let who = 0; who < people; who += 1) {
      const number = phone(7_100_000 + round * people + who)
      const { body } = await client.post(world.#profiles, { traits: { Contact: { phone: number, city: `c${who}` } } })
      world.#numbers.push(number)
      world.#ids.push(body.id)
      world.#before.push((await client.get(`${world.#profiles}/${body.id}`)).body)
    }
    return world
  }

  /** Everything at once; answers what was answered otherwise than it may be. */
  async stir(): Promise<string[]> {
    const inForce = await this.#mergesInForce()
    const undone = inForce.map((merge) => () => this.#undo(merge))
    const others = Array.from({ length: burst }, () => () => (this.#random.chance(0.6) ? this.#write() : this.#merge()))
    const answers = await Promise.all(this.#random.shuffled([...undone, ...others]).map((step) => step()))
    return answers.flatMap((problem) => problem ?? [])
  }

  async undoEverything(): Promise<string[]> {
    const problems: string[] = []
    for (const merge of this.#random.shuffled(await this.#mergesInForce())) {
      const problem = await this.#undo(merge)
      if (problem !== undefined) problems.push(problem)
    }
    return problems
  }

  /** Open conversations in which customers wrote who are not one at present. */
  async mixedConversations(): Promise<object[]> {
    const inForce = await this.#mergesInForce()
    const mixed: object[] = []
    for (const [conversationId, said] of Map.groupBy(this.#said, (one) => one.conversationId)) {
      const { body } = await this.#client.get(`/v2/Conversations/${conversationId}`)
      if (body.status === 'CLOSED') continue
      const [first, ...others] = new Set(said.map(({ who }) => who))
      const one = linkedTo(this.#ids[first as number] as string, inForce)
      const strangers = others.filter((who) => !one.has(this.#ids[who] as string))
      if (strangers.length > 0) mixed.push({ conversationId, first, strangers })
    }
    return mixed
  }

  async changedProfiles(): Promise<object[]> {
    const changed: object[] = []
    for (const [who, id] of this.#ids.entries()) {
      const { body } = await this.#client.get(`${this.#profiles}/${id}`)
      const { body: held } = await this.#client.get(`${this.#profiles}/${id}/Identifiers`)
      const values = held.identifiers?.flatMap(({ values }: Json) => values)
      if (JSON.stringify([body, values]) === JSON.stringify([this.#before[who], [this.#numbers[who]]])) continue
      changed.push({ who, is: body, values, was: this.#before[who] })
    }
    return changed
  }

  get #client(): HttpClient {
    return this.#random.pick(this.#clients)
  }

  get #profiles(): string {
    return `/v1/Stores/${this.#storeId}/Profiles`
  }

  get #merges(): string {
    return `/skein/v1/Stores/${this.#storeId}/Merges`
  }

  async #mergesInForce(): Promise<Json[]> {
    const { body } = await this.#client.get(`${this.#merges}?pageSize=1000`)
    return body.merges.filter(({ status }: Json) => status === 'MERGED')
  }

  async #write(): Promise<string | undefined> {
    const who = this.#random.integer(0, people - 1)
    const item = {
      channel: 'SMS',
      from: this.#numbers[who],
      to: this.#business,
      content: { type: 'TEXT', text: 'hello' },
    }
    const answer = await this.#client.post('/skein/v1/Traffic', item)
    const result = answer.body?.results?.[0]
    if (result?.outcome !== 'CAPTURED') return told(answer)
    this.#said.push({ who, conversationId: result.conversationId })
    return undefined
  }

  async #merge(): Promise<string | undefined> {
    const [one, other] = this.#random.shuffled(this.#ids)
    const answer = await this.#client.post(this.#merges, { profileIds: [one, other] })
    return answer.status === 201 || answer.status === 409 ? undefined : told(answer)
  }

  async #undo({ id }: Json): Promise<string | undefined> {
    const answer = await this.#client.post(`${this.#merges}/${id}/Undo`, { keepApart: this.#random.chance(0.5) })
    return answer.status === 200 || answer.status === 409 ? undefined : told(answer)
  }
}

function linkedTo(id: string, merges: readonly Json[]): Set<string> {
  const found = new Set([id])
  for (const one of found) {
    for (const { between } of merges) {
      if (between.includes(one)) for (const other of between) found.add(other)
    }
  }
  return found
}

function told({ status, text }: Answer): string {
  return `${status} ${text}`
}
