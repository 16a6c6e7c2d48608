import { setTimeout } from 'node:timers/promises'
import type { DatabaseLine } from './database-line.ts'
import type { HttpClient } from './http-client.ts'
import type { Inspection, Row } from './inspection.ts'
import { type DatabaseKind, Installation } from './installation.ts'
import type { Random } from './random.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'
import { UnrulyReceiver } from './unruly-receiver.ts'
import type { Verdict } from './verdict.ts'

export interface DeliveryProofOptions {
  database: DatabaseKind
  /** About how many events are carried. */
  events: number
  kills: number
  random: Random
  verdict: Verdict
  fast: boolean
}

interface Proof extends DeliveryProofOptions {
  installation: Installation
  receiver: UnrulyReceiver
  business: string
}

const messagesPerConversation = 7
/** Beside its messages: created, and two participants added. */
const eventsPerConversation = messagesPerConversation + 3
const batch = 200
const conversationsAtOnce = 200

/**
 * Carries events to a receiver that misbehaves, through servers that are killed and lose their database, and then compares what arrived with
 * what happened: everything arrives, no event has two tokens and no token two events, and the promised order holds.
 */
export async function proveDeliveries(options: DeliveryProofOptions): Promise<void> {
  const { database, verdict, random, fast } = options
  const receiver = new UnrulyReceiver(random)
  await receiver.start()
  const installation = await Installation.open({
    database,
    nodes: database === 'sqlite' ? 1 : 2,
    fast,
    environment: { SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' },
    cuttable: database === 'postgres',
  })
  try {
    const business = phone(9_999_998)
    const proof: Proof = { ...options, installation, receiver, business }
    const memoryStoreId = await makeMemoryStore(installation.client(), 'deliveries')
    const groupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
    const rules = { business, groupingType, memoryStoreId, name: 'deliveries', inactive: 60_000, closed: 90_000 }
    await makeConfiguration(installation.client(), {
      ...configurationBody(rules),
      statusCallbacks: [{ url: receiver.url }],
    })
    await carry(proof)
    await drain(proof)
    const inspection = await installation.inspect()
    try {
      await checkArrivals(inspection, proof)
    } finally {
      await inspection.close()
    }
    verdict.check(await installation.stop(), `${database}: after all deliveries the servers stop in order`)
  } finally {
    await installation.close()
    await receiver.stop()
  }
}

/** Traffic, a clock that goes on, a receiver that restarts, servers that are killed or cut off from PostgreSQL, all at the same time. */
async function carry(proof: Proof): Promise<void> {
  const { events, kills, random, verdict, database } = proof
  const conversations = Math.ceil(events / eventsPerConversation)
  const progress = { done: 0, over: false }
  const total = Math.ceil(conversations / conversationsAtOnce)
  const trouble = makeTrouble(proof, progress, total)
  for (let at = 0; at < conversations; at += conversationsAtOnce) {
    const customers = Array.from({ length: Math.min(conversationsAtOnce, conversations - at) }, (_, i) => phone(at + i))
    for (let message = 0; message < messagesPerConversation; message += 1) {
      const items = random.shuffled(customers).map((from) => textFrom(from, proof.business, message))
      for (let start = 0; start < items.length; start += batch) await post(proof, items.slice(start, start + batch))
    }
    progress.done += 1
    if (tenthOf(progress.done, total) > tenthOf(progress.done - 1, total)) {
      const { arrivals } = proof.receiver
      verdict.say(`${database}: ${tenthOf(progress.done, total)}0 % happened, ${arrivals.length} requests until now`)
    }
  }
  progress.over = true
  const killed = await trouble
  verdict.check(killed === kills, `${database}: servers were killed ${kills} times`, () => killed)
}

function tenthOf(done: number, total: number): number {
  return Math.floor((done * 10) / total)
}

/** Answers how often servers were killed. */
async function makeTrouble(proof: Proof, progress: { done: number; over: boolean }, total: number): Promise<number> {
  const { installation, receiver, random, kills } = proof
  let killed = 0
  while (!progress.over || killed < kills) {
    await setTimeout(random.integer(50, 250))
    if (random.chance(0.15)) await receiver.restart(random.integer(0, 100))
    if (random.chance(0.4)) await advance(proof, 5)
    if (installation.line && random.chance(0.1)) await cutOff(installation.line, random.integer(20, 500))
    if (killed < kills && (progress.over || progress.done >= (killed * total) / kills)) {
      const at = random.integer(0, installation.nodes.length - 1)
      installation.nodes[at]?.kill()
      await installation.nodes[at]?.ended()
      await installation.start(at)
      killed += 1
    }
  }
  return killed
}

async function cutOff(line: DatabaseLine, ms: number): Promise<void> {
  line.cut()
  await setTimeout(ms)
  line.mend()
}

function textFrom(from: string, to: string, message: number): object {
  const resourceId = `SM${from.slice(1)}x${message}`
  return { channel: 'SMS', from, to, content: { type: 'TEXT', text: `Message ${message}` }, resourceId }
}

/** Until it is acknowledged; what was taken in before a kill is a duplicate then. */
async function post({ installation, random }: Proof, items: object[]): Promise<void> {
  for (;;) {
    try {
      const { status, text } = await random.pick(installation.clients).post('/skein/v1/Traffic', items)
      if (status === 200) return
      if (status !== 503) throw new Error(`Traffic was answered ${status}: ${text}`)
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('Traffic was')) throw error
    }
    await setTimeout(20)
  }
}

async function advance({ installation, random }: Proof, advanceSeconds: number): Promise<boolean> {
  try {
    const client: HttpClient = random.pick(installation.clients)
    return (await client.post('/skein/v1/Clock', { advanceSeconds })).status === 200
  } catch {
    return false
  }
}

/** The receiver behaves from now on; time moves until nothing is left to deliver. */
async function drain(proof: Proof): Promise<void> {
  proof.receiver.unruly = false
  for (const seconds of [5, 5, 60, 300, 1800, 3600]) {
    while (!(await advance(proof, seconds))) await setTimeout(50)
    proof.verdict.say(`${proof.database}: ${seconds} s later, ${proof.receiver.arrivals.length} requests until now`)
  }
}

interface Delivered {
  conversationId: string
  n: number
  token: string
  attempts: number
  /** Place of its acceptance among all arrivals. */
  acceptedAt: number
}

async function checkArrivals(inspection: Inspection, { database, receiver, verdict, events }: Proof): Promise<void> {
  const happened = await inspection.rows('select conversation_id, n, type, data from event where data is not null')
  const deliveries = await inspection.rows('select conversation_id, n, token, state, attempts from delivery')
  const { arrivals } = receiver
  verdict.say(
    `${database}: ${happened.length} events, ${arrivals.length} requests, ${arrivals.filter(({ accepted }) => accepted).length} accepted`,
  )
  verdict.check(happened.length >= events, `${database}: enough happened`, () => happened.length)
  verdict.none(
    await inspection.rows('select * from lane where due_at is not null'),
    `${database}: no lane has anything left to do`,
  )
  const byPlace = new Map(deliveries.map((row) => [placeOf(row), row]))
  verdict.none(
    happened.filter((event) => byPlace.get(placeOf(event))?.state !== 1),
    `${database}: every event was delivered`,
  )
  verdict.equal(
    new Set(deliveries.map(({ token }) => token)).size,
    deliveries.length,
    `${database}: no token stands for two events`,
  )
  const eventByToken = new Map(deliveries.map((row) => [String(row.token), placeOf(row)]))
  const eventByPlace = new Map(happened.map((row) => [placeOf(row), row]))
  verdict.none(
    arrivals.filter(({ token, eventType, data }) => {
      const event = eventByPlace.get(eventByToken.get(token) ?? '')
      return event?.type !== eventType || event.data !== data
    }),
    `${database}: every request carried the event of its token, unchanged`,
  )
  const firstAccepted = new Map<string, number>()
  for (const [at, { token, accepted }] of arrivals.entries()) {
    if (accepted && !firstAccepted.has(token)) firstAccepted.set(token, at)
  }
  verdict.none(
    deliveries.filter(({ token }) => !firstAccepted.has(String(token))),
    `${database}: the receiver accepted every event`,
  )
  const delivered = deliveries.map(
    (row): Delivered => ({
      conversationId: String(row.conversation_id),
      n: Number(row.n),
      token: String(row.token),
      attempts: Number(row.attempts),
      acceptedAt: firstAccepted.get(String(row.token)) ?? -1,
    }),
  )
  verdict.none(overtaken(delivered), `${database}: only what had failed twice was overtaken in its conversation`)
}

/** Events that another of their conversation overtook although they had not failed twice. */
function overtaken(delivered: readonly Delivered[]): Delivered[] {
  const unfair: Delivered[] = []
  for (const lane of Map.groupBy(delivered, ({ conversationId }) => conversationId).values()) {
    let earliestLater = Number.POSITIVE_INFINITY
    for (const one of lane.sort((a, b) => b.n - a.n)) {
      if (one.acceptedAt > earliestLater && one.attempts < 3) unfair.push(one)
      earliestLater = Math.min(earliestLater, one.acceptedAt)
    }
  }
  return unfair
}

function placeOf(row: Row): string {
  return `${row.conversation_id}/${row.n}`
}
