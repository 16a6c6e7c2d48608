import { setTimeout } from 'node:timers/promises'
import type { HttpClient } from './http-client.ts'
import type { Installation } from './installation.ts'
import type { Attempt, Journal } from './journal.ts'
import type { Random } from './random.ts'
import { captureRulesOf, configurationBody, groupingTypes, phone } from './setting-up.ts'

/** Where the load takes place. */
export interface Scene {
  memoryStoreId: string
  configurationId: string
  business: string
  accountSid: string
}

const customers = 300
/** Requests that are always under way at each server. */
const workersPerNode = 72
/** Before one that was told to come back does. */
const unavailableMs = 250

/** Sends everything that writes, at random, until stopped; knows how many requests are under way at each server. */
export class KillLoad {
  readonly inFlight: number[] = []
  readonly #installation: Installation
  readonly #journal: Journal
  readonly #scene: Scene
  readonly #random: Random
  #running = true
  #workers: Promise<void>[] = []
  #next: number
  #moving = false

  /** `start` is a number that no earlier load has reached: what it makes is named by numbers from there on. */
  constructor(installation: Installation, journal: Journal, scene: Scene, random: Random, start: number) {
    this.#installation = installation
    this.#journal = journal
    this.#scene = scene
    this.#random = random
    this.#next = start
  }

  start(): void {
    for (const [node, client] of this.#installation.clients.entries()) {
      this.inFlight[node] = 0
      for (let n = 0; n < workersPerNode; n += 1) this.#workers.push(this.#work(client, node))
    }
  }

  /** Starts nothing more, waits for what is under way, and answers the number to go on from. */
  async stop(): Promise<number> {
    this.#running = false
    await Promise.all(this.#workers)
    return this.#next
  }

  async #work(client: HttpClient, node: number): Promise<void> {
    let connected = true
    while (this.#running && connected) {
      this.inFlight[node] = (this.inFlight[node] ?? 0) + 1
      connected = await this.#act(client)
      this.inFlight[node] -= 1
    }
  }

  /** Answers whether the server is still there. */
  async #act(client: HttpClient): Promise<boolean> {
    if (!this.#moving && this.#random.chance(0.01)) return this.#moveTime(client)
    const answer = await this.#journal.send(client, this.#attempt())
    if (answer?.status === 503) await setTimeout(unavailableMs)
    return answer !== undefined
  }

  async #moveTime(client: HttpClient): Promise<boolean> {
    this.#moving = true
    try {
      const answer = await client.post('/skein/v1/Clock', { advanceSeconds: this.#random.integer(1, 900) })
      this.#journal.note('POST /skein/v1/Clock', answer)
      return true
    } catch {
      return false
    } finally {
      this.#moving = false
    }
  }

  #attempt(): Attempt {
    const dice = this.#random.next()
    const made = [...this.#journal.conversations].slice(-50).filter((id) => !this.#journal.isGone(id))
    if (dice < 0.4) return this.#message()
    if (dice < 0.5) return this.#batch()
    if (dice < 0.57) return this.#send()
    if (dice < 0.67 || made.length === 0) return this.#conversation()
    const id = this.#random.pick(made)
    if (dice < 0.77) return this.#communication(id)
    if (dice < 0.82) return this.#action(id)
    if (dice < 0.88) return this.#status(id)
    if (dice < 0.93) return this.#deletion(id)
    if (dice < 0.97) return this.#profile()
    return this.#random.chance(0.3) ? this.#newConfiguration() : this.#changedConfiguration()
  }

  #message(): Attempt {
    const item = this.#item(this.#random.chance(0.5))
    const { text } = item.content
    return this.#post('/skein/v1/Traffic', item, { texts: [text], repeatable: item.resourceId !== null })
  }

  #batch(): Attempt {
    const repeatable = this.#random.chance(0.5)
    const items = Array.from({ length: this.#random.integer(2, 30) }, () => this.#item(repeatable))
    return this.#post('/skein/v1/Traffic', items, { texts: items.map(({ content }) => content.text), repeatable })
  }

  #item(named: boolean) {
    const n = this.#number()
    const parties = [phone(1_000_000 + this.#random.integer(1, customers)), this.#scene.business]
    const [from, to] = this.#random.chance(0.7) ? parties : parties.toReversed()
    const content = { type: 'TEXT', text: `kill ${n}` }
    return { channel: 'SMS', from, to, content, resourceId: named ? `SMkill${n}` : null }
  }

  #conversation(): Attempt {
    const n = this.#number()
    const { configurationId, business } = this.#scene
    const participants = [
      { type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: phone(5_000_000 + n) }] },
      { type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: business }] },
    ]
    return this.#post('/v2/Conversations', { configurationId, name: `kill ${n}`, participants }, { repeatable: false })
  }

  #communication(id: string): Attempt {
    const n = this.#number()
    const text = `kill ${n}`
    const body = {
      author: { channel: 'SMS', address: this.#scene.business },
      recipients: [{ channel: 'SMS', address: phone(6_000_000 + this.#random.integer(1, 5)) }],
      content: { type: 'TEXT', text },
      resourceId: `SMkill${n}`,
    }
    return this.#post(`/v2/Conversations/${id}/Communications`, body, { texts: [text], repeatable: true })
  }

  /** By the messaging API, which has no key: asked again it would be another message. */
  #send(): Attempt {
    const text = `kill ${this.#number()}`
    const { business, accountSid } = this.#scene
    const body = { From: business, To: phone(1_000_000 + this.#random.integer(1, customers)), Body: text }
    return this.#post(`/2010-04-01/Accounts/${accountSid}/Messages`, body, { texts: [text], repeatable: false })
  }

  #action(id: string): Attempt {
    const text = `kill ${this.#number()}`
    const from = { channel: 'SMS', address: this.#scene.business }
    const to = [{ channel: 'SMS', address: phone(6_000_000 + this.#random.integer(1, 5)) }]
    const body = { type: 'SEND_MESSAGE', payload: { from, to, content: { text } } }
    return this.#post(`/v2/Conversations/${id}/Actions`, body, { texts: [text], repeatable: false })
  }

  #status(id: string): Attempt {
    const body = { status: this.#random.pick(['INACTIVE', 'ACTIVE', 'CLOSED']) }
    return { method: 'PUT', path: `/v2/Conversations/${id}`, body, texts: [], repeatable: true }
  }

  #deletion(id: string): Attempt {
    return {
      method: 'DELETE',
      path: `/v2/Conversations/${id}`,
      headers: this.#key(),
      texts: [],
      repeatable: true,
      deletes: id,
    }
  }

  #profile(): Attempt {
    const traits = { Contact: { phone: phone(7_000_000 + this.#number()) } }
    return this.#post(`/v1/Stores/${this.#scene.memoryStoreId}/Profiles`, { traits }, { repeatable: true })
  }

  #newConfiguration(): Attempt {
    const n = this.#number()
    const body = configurationBody({
      business: phone(8_000_000 + n),
      groupingType: this.#random.pick(groupingTypes),
      memoryStoreId: this.#scene.memoryStoreId,
      name: `kill ${n}`,
    })
    return this.#post('/v2/ControlPlane/Configurations', body, { headers: this.#key(), repeatable: true })
  }

  /** Another business number more or less; the first stays, and with it everything that the load relies on. */
  #changedConfiguration(): Attempt {
    const { configurationId, business } = this.#scene
    const other = phone(8_000_000 + this.#number())
    const statusTimeouts = { inactive: 15, closed: 60 }
    const captureRules = [...captureRulesOf(business), ...captureRulesOf(other)]
    return {
      method: 'PATCH',
      path: `/v2/ControlPlane/Configurations/${configurationId}`,
      body: { channelSettings: { SMS: { statusTimeouts, captureRules } } },
      headers: this.#key(),
      texts: [],
      repeatable: true,
    }
  }

  #post(
    path: string,
    body: object,
    rest: { texts?: string[]; headers?: { 'idempotency-key': string }; repeatable: boolean },
  ): Attempt {
    return { method: 'POST', path, body, texts: [], ...rest }
  }

  #key() {
    return { 'idempotency-key': this.#random.uuid() }
  }

  #number(): number {
    this.#next += 1
    return this.#next
  }
}
