import type { Answer, HttpClient } from './http-client.ts'
import type { Race } from './race.ts'
import type { Random } from './random.ts'
import { configurationBody, groupingTypes, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

interface Stage {
  random: Random
  configurationIds: string[]
  customers: string[]
  businesses: string[]
  /** Conversations that have been heard of. */
  conversationIds: string[]
  /** Text to the conversation that the answer named. */
  placed: Map<string, string>
  unexpected: string[]
  deleted: Set<string>
  next: number
}

/** Requests under way at the same time. */
const atOnce = 60

/**
 * Group messages, batches, creations, joining and leaving participants, closings and deletions among a handful of addresses,
 * so that nearly every request wants keys that others want too.
 */
export async function raceOverlappingKeys({ installation, sizes, random, verdict }: Race): Promise<void> {
  const { database } = installation
  const memoryStoreId = await makeMemoryStore(installation.client(), 'overlapping')
  const stage: Stage = {
    random,
    configurationIds: [],
    customers: Array.from({ length: 6 }, (_, at) => phone(1_500_000 + at)),
    businesses: Array.from({ length: 4 }, (_, at) => phone(9_300_000 + at)),
    conversationIds: [],
    placed: new Map(),
    unexpected: [],
    deleted: new Set(),
    next: 0,
  }
  for (const [at, groupingType] of groupingTypes.entries()) {
    const business = stage.businesses[at] as string
    const body = configurationBody({ business, groupingType, memoryStoreId, name: `overlapping ${at}` })
    stage.configurationIds.push(await makeConfiguration(installation.client(), body))
  }
  for (const address of stage.businesses.slice(1)) {
    await installation.client().post('/skein/v1/OwnedAddresses', { address })
  }
  let left = sizes.overlapping
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1
        await act(stage, random.pick(installation.clients))
      }
    }),
  )

  verdict.none(stage.unexpected, `${database}: requests with overlapping keys are answered as documented`)
  const inspection = await installation.inspect()
  const rows = await inspection.rows(
    `select m.text, m.conversation_id from communication m
     join conversation c on c.account = m.account and c.id = m.conversation_id
     where c.deleting = 0 and m.text like 'overlapping %'`,
  )
  const times = Map.groupBy(rows, ({ text }) => String(text))
  const astray = [...stage.placed].filter(([text, conversationId]) => {
    if (stage.deleted.has(conversationId)) return false
    const found = times.get(text) ?? []
    return found.length !== 1 || found[0]?.conversation_id !== conversationId.slice(-26)
  })
  verdict.none(astray, `${database}: every message with overlapping keys is where its answer said, once`)
  verdict.check(stage.placed.size > 0, `${database}: messages with overlapping keys were captured`)
  const late = await inspection.rows(
    `select e.conversation_id, e.n, e.type from event e
     join conversation c on c.account = e.account and c.id = e.conversation_id
     where c.status = 2 and e.type in ('COMMUNICATION_CREATED', 'PARTICIPANT_ADDED', 'PARTICIPANT_REMOVED')
       and e.n > (select max(u.n) from event u where u.account = e.account
         and u.conversation_id = e.conversation_id and u.type = 'CONVERSATION_UPDATED')`,
  )
  verdict.none(late, `${database}: nothing joins a conversation after it was closed`)
  await inspection.close()
}

async function act(stage: Stage, client: HttpClient): Promise<void> {
  const { random } = stage
  const dice = random.next()
  if (dice < 0.5 || stage.conversationIds.length === 0) return sendTraffic(stage, client)
  if (dice < 0.65) return createConversation(stage, client)
  const conversationId = random.pick(stage.conversationIds)
  const path = `/v2/Conversations/${conversationId}`
  if (dice < 0.75) {
    const participant = { type: random.pick(['CUSTOMER', 'AGENT', 'UNKNOWN']), addresses: [anyAddress(stage)] }
    return expectOne(stage, await client.post(`${path}/Participants`, participant), [201, 400, 404, 409])
  }
  if (dice < 0.82) return changeSomebody(stage, client, path)
  if (dice < 0.88) {
    const status = random.pick(['CLOSED', 'INACTIVE', 'ACTIVE'])
    return expectOne(stage, await client.put(path, { status }), [200, 400, 404])
  }
  if (dice < 0.95) return writeThroughApi(stage, client, conversationId)
  const answer = await client.delete(path)
  if (answer.status === 202) stage.deleted.add(conversationId)
  return expectOne(stage, answer, [202, 404, 409])
}

async function sendTraffic(stage: Stage, client: HttpClient): Promise<void> {
  const items = Array.from({ length: stage.random.chance(0.5) ? 1 : stage.random.integer(2, 8) }, () => anyItem(stage))
  const answer = await client.post('/skein/v1/Traffic', items)
  expectOne(stage, answer, [200])
  for (const [at, result] of (answer.body?.results ?? []).entries()) {
    if (result.outcome !== 'CAPTURED') continue
    stage.placed.set(items[at]?.content.text as string, result.conversationId)
    if (result.created) stage.conversationIds.push(result.conversationId)
  }
}

function anyItem(stage: Stage) {
  const { random, customers, businesses } = stage
  const some = random.sample(customers, random.pick([1, 1, 1, 2, 3]))
  const others = random.sample(businesses, random.pick([1, 1, 2, 3]))
  const parties = random.shuffled([...some, ...others])
  const channel = random.pick(['SMS', 'SMS', 'WHATSAPP'])
  const prefixed = channel === 'WHATSAPP' ? parties.map((party) => `whatsapp:${party}`) : parties
  const [from, ...to] = prefixed
  return { channel, from, to, content: { type: 'TEXT', text: nextText(stage) } }
}

async function createConversation(stage: Stage, client: HttpClient): Promise<void> {
  const { random, customers, businesses } = stage
  const participant = (type: string, address: string) => ({ type, addresses: [{ channel: 'SMS', address }] })
  const answer = await client.post('/v2/Conversations', {
    configurationId: random.pick(stage.configurationIds),
    participants: [
      ...random.sample(customers, random.integer(0, 3)).map((address) => participant('CUSTOMER', address)),
      ...random.sample(businesses, random.integer(0, 2)).map((address) => participant('AGENT', address)),
    ],
  })
  expectOne(stage, answer, [201, 409])
  if (answer.status === 201) stage.conversationIds.push(answer.body.id)
}

async function changeSomebody(stage: Stage, client: HttpClient, path: string): Promise<void> {
  const list = await client.get(`${path}/Participants`)
  expectOne(stage, list, [200, 404])
  const somebody = list.body?.participants?.[0]
  if (!somebody) return
  const one = `${path}/Participants/${somebody.id}`
  const answer = stage.random.chance(0.5)
    ? await client.delete(one)
    : await client.put(one, { type: somebody.type, addresses: [anyAddress(stage)] })
  expectOne(stage, answer, [200, 204, 400, 404, 409])
}

async function writeThroughApi(stage: Stage, client: HttpClient, conversationId: string): Promise<void> {
  const text = nextText(stage)
  const answer = await client.post(`/v2/Conversations/${conversationId}/Communications`, {
    author: anyAddress(stage),
    recipients: [anyAddress(stage)],
    content: { type: 'TEXT', text },
  })
  expectOne(stage, answer, [201, 400, 404])
  if (answer.status === 201) stage.placed.set(text, conversationId)
}

function anyAddress({ random, customers, businesses }: Stage) {
  return { channel: 'SMS', address: random.pick([...customers, ...businesses]) }
}

function nextText(stage: Stage): string {
  stage.next += 1
  return `overlapping ${stage.next}`
}

function expectOne(stage: Stage, { status, text }: Answer, expected: readonly number[]): void {
  if (!expected.includes(status)) stage.unexpected.push(`${status} ${text}`)
}
