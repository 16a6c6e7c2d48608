import { setTimeout } from 'node:timers/promises'
import { type Draft, render } from './draft.ts'
import { checkAnswer } from './fuzz-answers.ts'
import { Histogram } from './fuzz-histogram.ts'
import { type Route, routesOf, seedOf } from './fuzz-routes.ts'
import { checkForeignIds, foreignTokens, Secrets, snapshotOf } from './fuzz-secrets.ts'
import { FuzzWorld } from './fuzz-world.ts'
import { HttpClient } from './http-client.ts'
import { type DatabaseKind, Installation } from './installation.ts'
import { checkInvariants } from './invariants.ts'
import type { MutationContext } from './mutation.ts'
import { mutate } from './mutations.ts'
import { Random } from './random.ts'
import { openReceiver } from './receiver.ts'
import type { Verdict } from './verdict.ts'
import { WireClient } from './wire-client.ts'

export interface FuzzOptions {
  database: DatabaseKind
  /** In all; each route gets its share, and at least `perRoute`. */
  requests: number
  perRoute: number
  seed: number
  verdict: Verdict
  fast: boolean
}

interface Proof extends FuzzOptions {
  installation: Installation
  routes: Route[]
  ours: FuzzWorld
  theirs: FuzzWorld
  secrets: Secrets
  /** Of the other account, whose world stays as it was built. */
  foreignIds: string[]
  tokens: string[]
  histogram: Histogram
}

/** Requests under way at the same time. */
const width = 16
/** After so many requests what they may have closed, filled or renamed is replaced. */
const renewal = 2000

/**
 * Sends valid requests with one hostile change each to every route that the server has, and sees that it lives, answers as
 * documented, and neither shows nor touches what belongs to another account.
 */
export async function proveFuzz(options: FuzzOptions): Promise<void> {
  const { database, fast, verdict, seed } = options
  const installation = await Installation.open({ database, nodes: 1, fast })
  const receiver = await openReceiver()
  const stranger = new HttpClient(installation.nodes[0]?.url ?? '', installation.stranger)
  try {
    const common = { callbackUrl: receiver.url, random: new Random(seed) }
    const ours = new FuzzWorld(installation.client(), { mark: 'ours', prefix: '+155577', ...common })
    const theirs = new FuzzWorld(stranger, { mark: 'zzsecret', prefix: '+155588', ...common })
    await ours.build()
    await theirs.build()
    // Messages that are under way arrive before anybody compares.
    await installation.client().post('/skein/v1/Clock', { advanceSeconds: 60 })
    const routes = routesOf((await installation.client().get('/openapi.json')).body)
    const proof: Proof = {
      ...options,
      installation,
      routes,
      ours,
      theirs,
      secrets: new Secrets(theirs),
      // What is known by a name or a number has no id; those in a body of ours would be ours to show.
      foreignIds: theirs.ids().filter((id) => !id.includes(theirs.mark) && !id.startsWith('+')),
      tokens: await foreignTokens(stranger, theirs),
      histogram: new Histogram(),
    }
    await checkSeeds(proof)
    await checkForeignIds({ routes, client: installation.client(), theirs, verdict })
    const before = await snapshotOf(stranger, theirs)
    await fuzz(proof)
    verdict.say(proof.histogram.print())
    verdict.equal(
      await snapshotOf(stranger, theirs),
      before,
      `${database}: what belongs to another account is untouched`,
    )
    await checkLife(proof)
  } catch (error) {
    // Requests fail when the server is gone; why it went is what matters.
    verdict.check(installation.nodes[0]?.isAlive === true, `${database}: the server lives (seed ${seed})`, () =>
      installation.nodes[0]?.output.join('\n').slice(-2000),
    )
    throw error
  } finally {
    stranger.close()
    await installation.close()
    receiver.close()
  }
}

/** What is going to be changed is accepted as long as it is not. */
async function checkSeeds({ routes, ours, installation, verdict, database }: Proof): Promise<void> {
  const wire = new WireClient(installation.nodes[0]?.url ?? '')
  for (const route of routes) {
    const { draft, done } = await seedOf(route, ours, installation.owner)
    const answer = await wire.send(render(draft), false)
    const status = typeof answer === 'string' ? 0 : answer.status
    done(status < 300)
    const isKnown = route.isKnown && route.params.every(({ at }) => ours.has(at))
    const holds = isKnown ? status >= 200 && status < 300 : status > 0 && status < 500
    verdict.check(holds, `${database}: the request that is going to be changed is valid: ${route.name}`, () => answer)
    // A change of configuration has to be over before the next can begin.
    if (status === 202) await setTimeout(20)
  }
  wire.close()
}

async function fuzz(proof: Proof): Promise<void> {
  const { routes, requests, perRoute, ours } = proof
  const total = Math.max(perRoute, Math.ceil(requests / routes.length)) * routes.length
  for (let from = 0; from < total; from += renewal) {
    await sendMany(proof, from, Math.min(total, from + renewal))
    await ours.renew()
  }
}

async function sendMany(proof: Proof, from: number, to: number): Promise<void> {
  let next = from
  const work = async () => {
    const wire = new WireClient(proof.installation.nodes[0]?.url ?? '')
    try {
      while (next < to) {
        next += 1
        await sendOne(proof, wire, next - 1)
      }
    } finally {
      next = to
      wire.close()
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: width }, work))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

async function sendOne(proof: Proof, wire: WireClient, at: number): Promise<void> {
  const { routes, ours, foreignIds, tokens, installation, histogram, verdict, secrets, database, seed } = proof
  const route = routes[at % routes.length] as Route
  const random = new Random(seed * 1_000_003 + at)
  const { draft, done } = await seedOf(route, ours, installation.owner)
  const context: MutationContext = { random, world: ours, foreignIds, foreignTokens: tokens }
  const mutation = mutate(draft, context)
  const bytes = render(draft)
  const outcome = await wire.send(bytes, draft.last ?? false)
  if (outcome === 'closed' && !installation.nodes[0]?.isAlive) throw new Error('The server is gone.')
  done(typeof outcome === 'string' || outcome.status < 300)
  histogram.count(route.name, typeof outcome === 'string' ? outcome : String(outcome.status))
  const claim = `${database}, request ${at} (${route.name}, ${mutation})`
  checkAnswer({ outcome, bytes, endsConnection: isUnclear(draft), claim, secrets, verdict })
  const isKept = typeof outcome !== 'string' && outcome.status < 300 && draft.method !== 'GET'
  if (isKept && route.path.includes('/ConversationSummaries')) secrets.given(bytes)
}

/** Where nobody can tell where the request ends, ending the connection without a word is an answer. */
function isUnclear(draft: Draft): boolean {
  return draft.last ?? false
}

async function checkLife({ installation, verdict, database, seed }: Proof): Promise<void> {
  const [node] = installation.nodes
  verdict.check(node?.isAlive === true, `${database}: the server lives`, () => node?.output.join('\n'))
  verdict.equal((await installation.client().get('/readyz')).status, 200, `${database}: the server is ready`)
  verdict.check(await installation.stop(), `${database}: the server stops in order (seed ${seed})`)
  const inspection = await installation.inspect()
  await checkInvariants(inspection, verdict, `${database}, after hostile requests`)
  await inspection.close()
}
