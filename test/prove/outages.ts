import { setTimeout } from 'node:timers/promises'
import { Installation } from './installation.ts'
import { Journal } from './journal.ts'
import { KillLoad } from './kill-load.ts'
import { QuietConversations } from './kill-timers.ts'
import { endAll, hasSent, lookAround, type Proof, setTheScene } from './kills.ts'
import type { Random } from './random.ts'
import type { Verdict } from './verdict.ts'

export interface OutageOptions {
  outages: number
  random: Random
  verdict: Verdict
  fast: boolean
}

/**
 * Cuts two servers off from their PostgreSQL at random instants under load, for a while and in several ways, and compares what is there
 * afterwards with what the client was told. The servers go on by themselves, and fail with nothing but 503 meanwhile.
 */
export async function proveOutages({ outages, random, verdict, fast }: OutageOptions): Promise<void> {
  const installation = await Installation.open({ database: 'postgres', nodes: 2, fast, cuttable: true })
  try {
    const proof: Proof = {
      database: 'postgres',
      random,
      verdict,
      installation,
      scene: await setTheScene(installation),
      journal: new Journal({ mayBeUnavailable: true }),
      quiet: new QuietConversations(),
      number: 0,
    }
    for (let outage = 1; outage <= outages; outage += 1) await cutOffOnce(proof, `outage ${outage}`, outage === outages)
    await endAll(proof)
    verdict.check(hasSent(proof.journal), 'messages and actions were accepted')
    verdict.check(await installation.stop(), 'after all outages the servers stop in order')
  } finally {
    await installation.close()
  }
}

async function cutOffOnce(proof: Proof, when: string, isLast: boolean): Promise<void> {
  const { installation, journal, scene, random, quiet, verdict } = proof
  await quiet.begin(installation.client(), scene, 20)
  const load = new KillLoad(installation, journal, scene, random, proof.number)
  load.start()
  await setTimeout(random.integer(5, 1200))
  while (isLast && !hasSent(journal)) await setTimeout(0)
  const answered = journal.answered
  const how = random.pick(['cut', 'silent', 'silent, then cut'])
  if (how !== 'cut') installation.line?.silence()
  await setTimeout(random.integer(50, 3_000))
  if (how !== 'silent') installation.line?.cut()
  await setTimeout(random.integer(50, 3_000))
  installation.line?.mend()
  while (journal.answered < answered + 50) await setTimeout(10)
  proof.number = await load.stop()
  const { length } = journal.unanswered
  verdict.say(`${when}, ${how}: ${length} requests without an answer, ${journal.answered} answered so far`)
  verdict.check(length > 0 || how === 'silent', `${when}: requests were under way`)
  verdict.check(
    installation.nodes.every(({ isAlive }) => isAlive),
    `${when}: the servers go on`,
    () => installation.nodes.map(({ output }) => output.slice(-5)),
  )
  await installation.letClaimsRunOut()
  await lookAround(proof, when)
}
