import { setTimeout } from 'node:timers/promises'
import { ModelStub } from '../model-stub.ts'
import type { Answer, HttpClient, Json } from './http-client.ts'
import { Installation } from './installation.ts'
import { checkExecutions, checkMemories } from './intelligence-checks.ts'
import { capriciousModel } from './intelligence-model.ts'
import { counted, type IntelligenceProof, type IntelligenceProofOptions } from './intelligence-proof.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

const builtin = {
  sentiment: 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151',
  summary: 'intelligence_operator_01kcv35pnkeysaf6z6cqtbpegn',
} as const
/**
 * Conversations with every kind of trigger, a model that misbehaves, and servers that are killed meanwhile. Nothing is said until
 * what was said before has been read, so that every execution is known beforehand; then all of them are there, once.
 */
export async function proveIntelligence(options: IntelligenceProofOptions): Promise<void> {
  const { database, verdict, random, fast } = options
  const stub = new ModelStub()
  stub.react = capriciousModel(random)
  await stub.start()
  const installation = await Installation.open({
    database,
    nodes: database === 'sqlite' ? 1 : 2,
    fast,
    environment: { SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true', ...stub.environment },
  })
  try {
    const proof = await setUp(options, installation, stub)
    await live(proof)
    const inspection = await installation.inspect()
    try {
      await checkExecutions(proof, inspection)
    } finally {
      await inspection.close()
    }
    await checkMemories(proof)
    verdict.check(await installation.stop(), `${database}: after all executions the servers stop in order`)
    const printed = installation.nodes.flatMap(({ output }) => output).join('\n')
    verdict.check(!/stub-key|Message \d/.test(printed), `${database}: neither the key nor any text was logged`)
  } finally {
    await installation.close()
    await stub.stop()
  }
}

async function setUp(
  options: IntelligenceProofOptions,
  installation: Installation,
  stub: ModelStub,
): Promise<IntelligenceProof> {
  const client = installation.client()
  const business = phone(9_999_997)
  const memoryStoreId = await makeMemoryStore(client, 'intelligence')
  await client.post('/skein/v1/OwnedAddresses', { channel: 'SMS', address: business })
  const profileIds: string[] = []
  for (let at = 0; at < options.conversations; at += 1) {
    const body = { traits: { Contact: { phone: phone(at) } } }
    const { id } = (await client.post(`/v1/Stores/${memoryStoreId}/Profiles`, body)).body
    while ((await client.get(`/v1/Stores/${memoryStoreId}/Profiles/${id}`)).status !== 200) await setTimeout(5)
    profileIds.push(id)
  }
  const configuration = await makeRules(client)
  const rules = { business, groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES', memoryStoreId, name: 'intelligence' }
  await makeConfiguration(client, {
    ...configurationBody({ ...rules, inactive: 60, closed: 120 }),
    memoryExtractionEnabled: true,
    intelligenceConfigurationIds: [configuration.id],
  })
  return {
    ...options,
    installation,
    stub,
    business,
    memoryStoreId,
    profileIds,
    rules: configuration.rules.map(({ id }: Json) => id),
    configurationId: configuration.id,
    asked: { accepted: 0, tried: 0 },
  }
}

async function makeRules(client: HttpClient): Promise<Json> {
  const operator = await client.post('/v3/ControlPlane/Operators', {
    displayName: 'Risk',
    prompt: 'Rate the risk.',
    outputFormat: 'JSON',
    outputSchema: { type: 'object', properties: { risk: { type: 'integer' } } },
  })
  const url = 'https://127.0.0.1:1/hooks/end'
  const rules = [
    { operators: [{ id: builtin.sentiment }], triggers: [{ on: 'COMMUNICATION' }], actions: [] },
    {
      operators: [{ id: operator.body.id }, { id: builtin.summary }],
      triggers: [{ on: 'COMMUNICATION', parameters: { count: counted } }],
      actions: [],
    },
    { operators: [{ id: builtin.sentiment }], triggers: [{ on: 'CONVERSATION_INACTIVE' }], actions: [] },
    {
      operators: [{ id: builtin.sentiment }, { id: builtin.summary }],
      triggers: [{ on: 'CONVERSATION_END' }],
      actions: [{ type: 'WEBHOOK', method: 'POST', url }],
    },
    { operators: [{ id: builtin.summary }], triggers: [], actions: [] },
  ]
  const made = await client.post('/v3/ControlPlane/Configurations', { displayName: 'all triggers', rules })
  if (made.status !== 201) throw new Error(`No rules: ${made.text}`)
  return made.body
}

/** Words and silences, and servers that are killed in the middle of what follows from them. */
async function live(proof: IntelligenceProof): Promise<void> {
  const { messages, kills, verdict, database, conversations } = proof
  const steps = [
    ...Array.from({ length: messages }, (_, n) => () => say(proof, n)),
    () => demand(proof),
    () => advance(proof, 60 * 60),
    () => say(proof, messages),
    () => advance(proof, 60 * 60),
    () => advance(proof, 60 * 60),
  ]
  let killed = 0
  for (const [at, step] of steps.entries()) {
    const due = Math.floor(((at + 1) * kills) / steps.length) - killed
    const [done] = await Promise.all([step().then(() => advance(proof, 60)), killSome(proof, due)])
    killed += due
    verdict.check(done, `${database}: what step ${at} brought about was done`)
  }
  verdict.equal(killed, kills, `${database}: servers were killed ${kills} times`)
  verdict.say(`${database}: ${conversations} conversations, the model was asked ${proof.stub.asked.length} times`)
}

async function killSome({ installation, random }: IntelligenceProof, kills: number): Promise<void> {
  for (let n = 0; n < kills; n += 1) {
    await setTimeout(random.integer(10, 600))
    const at = random.integer(0, installation.nodes.length - 1)
    installation.nodes[at]?.kill()
    await installation.nodes[at]?.ended()
    await installation.letClaimsRunOut()
    await installation.start(at)
  }
}

async function say(proof: IntelligenceProof, n: number): Promise<void> {
  const items = proof.profileIds.map((_, at) => ({
    channel: 'SMS',
    from: phone(at),
    to: proof.business,
    content: { type: 'TEXT', text: `Message ${n} of customer ${at}` },
    resourceId: `SM${String(at).padStart(16, '0')}${String(n).padStart(16, '0')}`,
  }))
  await until(proof, 200, (client) => client.post('/skein/v1/Traffic', items))
}

async function demand(proof: IntelligenceProof): Promise<void> {
  const { body } = await until(proof, 200, (client) => client.get('/v2/Conversations?pageSize=1000'))
  for (const { id: conversationId } of body.conversations) {
    await until(proof, 202, (client) => {
      proof.asked.tried += 1
      return client.post('/v3/RuleExecutions', {
        intelligenceConfigurationId: proof.configurationId,
        ruleId: proof.rules[4],
        conversationId,
      })
    })
    proof.asked.accepted += 1
  }
}

/** To an instant, so that a server which is killed on the way and asked again moves time no further. */
async function advance(proof: IntelligenceProof, seconds: number): Promise<boolean> {
  const { body } = await until(proof, 200, (client) => client.get('/skein/v1/Clock'))
  const to = new Date(Date.parse(body.now) + seconds * 1000).toISOString()
  await until(proof, 200, (client) => client.post('/skein/v1/Clock', { to }))
  return true
}

/** Asks until the answer is as wanted: servers are killed meanwhile. */
async function until(
  { installation, random }: IntelligenceProof,
  status: number,
  ask: (client: HttpClient) => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const answer = await ask(random.pick(installation.clients)).catch(() => undefined)
    if (answer?.status === status) return answer
    if (answer && answer.status < 500) throw new Error(`Answered ${answer.status}: ${answer.text}`)
    await setTimeout(30)
  }
}
