import { setTimeout } from 'node:timers/promises'
import type { TrafficItem } from '../src/conversations/domain/traffic.ts'
import { type Inspection, inspect } from '../test/prove/inspection.ts'
import type { Goal } from './goal.ts'
import { measureQuality, type Quality } from './intelligence/quality.ts'
import { send } from './load.ts'
import { median } from './median.ts'
import type { DatabaseName, Options } from './options.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'
import { business, type TrafficSource } from './traffic.ts'

/** What rules of COMMUNICATION cost those who write, and how fast they are executed, in rounds. */
export interface Intelligence {
  /** Messages a second, without rules and with two on each. */
  without: number[]
  withRules: number[]
  /** Executions a second by the local engine, of what had piled up when nobody wrote any more. */
  executions: number[]
  quality: Quality
}

/** The number whose messages rules read. */
export const readBusiness = '+15550002222'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'
const leastShare = 0.6
const warmUpSeconds = 5
const pollMs = 100
/** Fewer tell nothing of the rate. */
const leastExecutions = 100
const longestDrainMs = 60_000

/** Takes in messages to a number without rules and to one with two, in turns; what piles up is executed in between. */
export async function measureIntelligence(
  skein: Skein,
  sources: { without: TrafficSource; withRules: TrafficSource },
  { rounds, seconds, connections }: Options,
): Promise<Intelligence> {
  await attachRules(skein)
  const inspection = await inspect(skein.database)
  const perSecond = async (next: () => TrafficItem, length: number) => {
    const prepared = () => ({ path: '/skein/v1/Traffic', body: JSON.stringify(next()) })
    return (await send({ url: skein.url, headers: { ...skein.headers }, next: prepared, seconds: length, connections }))
      .perSecond
  }
  const plain = () => sources.without.next()
  const read = () => toReadBusiness(sources.withRules.next())
  const measured: Intelligence = { without: [], withRules: [], executions: [], quality: measureQuality() }
  try {
    await perSecond(plain, warmUpSeconds)
    await perSecond(read, 1)
    await drain(inspection)
    for (let round = 0; round < rounds; round += 1) {
      measured.without.push(await perSecond(plain, seconds))
      measured.withRules.push(await perSecond(read, seconds))
      measured.executions.push(...(await drain(inspection)))
    }
  } finally {
    await inspection.close()
  }
  return measured
}

async function attachRules(skein: Skein): Promise<void> {
  const rule = { operators: [{ id: sentiment }], triggers: [{ on: 'COMMUNICATION' }], actions: [] }
  const made = await ask(skein, 'POST', '/v3/ControlPlane/Configurations', {
    displayName: 'bench',
    rules: [rule, rule],
  })
  const { configurations } = await ask(skein, 'GET', '/v2/ControlPlane/Configurations')
  const { id } = configurations.find(({ displayName }: { displayName: string }) =>
    displayName.endsWith(readBusiness.slice(1)),
  )
  const { statusUrl } = await ask(skein, 'PATCH', `/v2/ControlPlane/Configurations/${id}`, {
    intelligenceConfigurationIds: [made.id],
  })
  while ((await ask(skein, 'GET', statusUrl)).status !== 'COMPLETED') await setTimeout(pollMs)
}

function toReadBusiness(item: TrafficItem): TrafficItem {
  const instead = (address: unknown) => (address === business ? readBusiness : address)
  return { ...item, from: instead(item.from), to: instead(item.to) } as TrafficItem
}

/** Waits until nothing is left to execute; answers how many a second there were, unless too few were left to tell. */
async function drain(inspection: Inspection): Promise<number[]> {
  const left = async () => {
    const [counted] = await inspection.rows('select count(*) as n from rule_execution where due_at is not null')
    return Number(counted?.n)
  }
  await setTimeout(pollMs)
  const began = { left: await left(), at: performance.now() }
  for (;;) {
    const now = await left()
    const ms = performance.now() - began.at
    if (now === 0 || ms > longestDrainMs)
      return began.left - now < leastExecutions ? [] : [((began.left - now) * 1000) / ms]
    await setTimeout(pollMs)
  }
}

export function intelligenceGoals(name: DatabaseName, { without, withRules, quality }: Intelligence): Goal[] {
  const ratio = median(withRules.map((one, at) => one / (without[at] ?? Number.NaN)))
  return [
    goal(`${name}, messages with two rules of COMMUNICATION, share of those without`, ratio, leastShare),
    goal('macro-F1 of sentiment on the labelled set', quality.sentimentMacroF1, 0.7),
    goal('precision of observations', quality.observationPrecision, 0.8),
    goal('recall of observations', quality.observationRecall, 0.4),
  ]
}

function goal(what: string, is: number, atLeast: number): Goal {
  return { what, is, atLeast, met: is >= atLeast }
}

export function intelligenceLines(intelligence: Partial<Record<DatabaseName, Intelligence>>): string[] {
  const entries = Object.entries(intelligence)
  if (entries.length === 0) return []
  const whole = (values: readonly number[]) => (values.length === 0 ? '–' : median(values).toFixed(0))
  return [
    '',
    'Messages that two rules of COMMUNICATION read, beside others, and their executions by the local engine',
    row(['', 'without/s', 'with rules/s', 'executions/s']),
    ...entries.map(([name, one]) => row([name, whole(one.without), whole(one.withRules), whole(one.executions)])),
  ]
}
