import { setTimeout } from 'node:timers/promises'
import { type DatabaseKind, Installation } from './installation.ts'
import { checkInvariants } from './invariants.ts'
import { Journal } from './journal.ts'
import {
  type Aftermath,
  checkAcknowledged,
  checkOperations,
  checkOverHttp,
  checkUnanswered,
  repeatAnswered,
  repeatUnanswered,
} from './kill-checks.ts'
import { KillLoad, type Scene } from './kill-load.ts'
import { checkSends } from './kill-sends.ts'
import { outlive, QuietConversations, settle } from './kill-timers.ts'
import type { Random } from './random.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'
import type { Verdict } from './verdict.ts'

export interface KillOptions {
  database: DatabaseKind
  kills: number
  random: Random
  verdict: Verdict
  fast: boolean
}

/** What is looked at when something has happened to the servers, or to their database. */
export interface Proof extends Pick<KillOptions, 'database' | 'random' | 'verdict'> {
  installation: Installation
  scene: Scene
  journal: Journal
  quiet: QuietConversations
  /** What the load names its things by. */
  number: number
}

/** Requests under way at each server that is killed, at least. */
const leastInFlight = 50

/**
 * Kills servers at random instants under load, starts them again, and compares what is there with what the client was told.
 * On PostgreSQL two servers run, of which one or both are killed.
 */
export async function proveKills(options: KillOptions): Promise<void> {
  const { database, fast, verdict } = options
  const installation = await Installation.open({ database, nodes: database === 'sqlite' ? 1 : 2, fast })
  try {
    const scene = await setTheScene(installation)
    const proof: Proof = {
      ...options,
      installation,
      scene,
      journal: new Journal(),
      quiet: new QuietConversations(),
      number: 0,
    }
    for (let kill = 1; kill <= options.kills; kill += 1) await killOnce(proof, kill, kill === options.kills)
    await endAll(proof)
    verdict.check(hasSent(proof.journal), `${database}: messages and actions were accepted`)
    verdict.check(await installation.stop(), `${database}: after all kills the servers stop in order`)
  } finally {
    await installation.close()
  }
}

export async function setTheScene(installation: Installation): Promise<Scene> {
  const client = installation.client()
  const business = phone(9_999_999)
  const memoryStoreId = await makeMemoryStore(client, 'kills')
  const groupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
  const body = configurationBody({ business, groupingType, memoryStoreId, name: 'kills' })
  const configurationId = await makeConfiguration(client, body)
  await client.post('/skein/v1/OwnedAddresses', { address: business, name: 'kills' })
  const participants = [{ type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: phone(9_999_998) }] }]
  const { accountId } = (await client.post('/v2/Conversations', { configurationId, participants })).body
  return { business, memoryStoreId, configurationId, accountSid: accountId }
}

async function killOnce(proof: Proof, kill: number, isLast: boolean): Promise<void> {
  const { database, installation, journal, scene, random, quiet, verdict } = proof
  await quiet.begin(installation.client(), scene, 20)
  const victims = victimsOf(proof)
  const load = new KillLoad(installation, journal, scene, random, proof.number)
  load.start()
  await setTimeout(random.integer(5, 1200))
  const isEnough = () =>
    victims.every((node) => (load.inFlight[node] ?? 0) >= leastInFlight) && (!isLast || hasSent(journal))
  while (!isEnough()) await setTimeout(0)
  const inFlight = victims.map((node) => load.inFlight[node] ?? 0)
  for (const node of victims) installation.nodes[node]?.kill()
  proof.number = await load.stop()
  for (const node of victims) await installation.nodes[node]?.ended()
  await installation.letClaimsRunOut()
  for (const node of victims) await installation.start(node)
  const when = `${database}, kill ${kill}`
  const unanswered = journal.unanswered.length
  verdict.say(
    `${when}: ${inFlight.join(' and ')} requests in flight, ${unanswered} without an answer, ${journal.answered} answered so far`,
  )
  verdict.check(
    inFlight.every((count) => count >= leastInFlight),
    `${when}: at least ${leastInFlight} requests were in flight`,
  )
  await lookAround(proof, when)
}

/** Whether there is a message and an action to look for; on a busy machine the last kill has to wait for them. */
export function hasSent({ sent, actions }: Journal): boolean {
  return sent.size > 0 && actions.size > 0
}

/** The server of SQLite; on PostgreSQL one of two, or both. */
function victimsOf({ installation, random }: Proof): number[] {
  const all = [...installation.nodes.keys()]
  return all.length === 1 || random.chance(0.4) ? all : [random.pick(all)]
}

export async function lookAround(
  { installation, journal, verdict, random, quiet }: Proof,
  when: string,
): Promise<void> {
  const inspection = await installation.inspect()
  try {
    const client = random.pick(installation.clients)
    const aftermath: Aftermath = { client, inspection, journal, verdict, when }
    await checkUnanswered(aftermath)
    await checkOperations(aftermath)
    await settle(client)
    await checkInvariants(inspection, verdict, when)
    await checkAcknowledged(aftermath)
    await checkSends(aftermath)
    await quiet.check(aftermath)
    await repeatUnanswered(aftermath)
    await repeatAnswered(aftermath)
    await checkOperations(aftermath)
    await checkAcknowledged(aftermath)
    await checkInvariants(inspection, verdict, `${when}, after repeating`)
    const known = [...new Set(journal.stored.values())].filter((id) => !journal.isGone(id))
    await checkOverHttp(aftermath, random.sample(known, 5))
    const errors = journal.serverErrors.splice(0)
    verdict.check(errors.length === 0, `${when}: no request was answered with a server error`, () => ({
      count: errors.length,
      first: errors.slice(0, 3),
      printed: installation.nodes.map(({ output }) => output.slice(-3)),
    }))
  } finally {
    await inspection.close()
  }
}

/** In the end every conversation has ended by its timers. */
export async function endAll({ database, installation, journal, verdict, quiet }: Proof): Promise<void> {
  const client = installation.client()
  await outlive(client)
  const inspection = await installation.inspect()
  try {
    const when = `${database}, in the end`
    await quiet.check({ client, inspection, journal, verdict, when })
    verdict.none(
      await inspection.rows('select id, status, wake_at from conversation where status <> 2 or deleting = 1'),
      `${when}: every conversation has been closed by its timers`,
    )
    await checkInvariants(inspection, verdict, when)
  } finally {
    await inspection.close()
  }
}
