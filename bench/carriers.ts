import { createHmac, randomBytes } from 'node:crypto'
import twilio from 'twilio'
import type { TrafficItem } from '../src/conversations/domain/traffic.ts'
import type { Goal } from './goal.ts'
import { type Prepared, send } from './load.ts'
import { median } from './median.ts'
import type { DatabaseName, Options } from './options.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'
import { business, type TrafficSource } from './traffic.ts'

export const intakes = ['traffic', 'webhook', 'handset'] as const
export type IntakeWay = (typeof intakes)[number]

/** Messages a second that were committed, by the way on which they came; each round has all ways. */
export interface CarrierIntake {
  rounds: Record<IntakeWay, number>[]
}

const farAccount = `AC${'b'.repeat(32)}`
const farToken = randomBytes(16).toString('hex')
/** So that every way runs compiled code when the rounds begin. */
const warmUpSeconds = 5
/** More than most machines take in. */
const preparedPerSecond = 4_000
/** What a customer's message by a carrier may lose beside the bare intake. */
const leastShare = 0.7

/** The same customers' messages posted as traffic, by signed webhooks of Twilio, and by handsets of the virtual network. */
export async function measureCarriers(
  skein: Skein,
  source: TrafficSource,
  { rounds, seconds, connections }: Options,
): Promise<CarrierIntake> {
  const { webhooks } = await ask(skein, 'POST', '/skein/v1/Carriers', {
    carrier: 'twilio',
    accountSid: farAccount,
    authToken: farToken,
    numbers: ['+15550004444'],
    backfillMinutes: 0,
  })
  const webhook: string = webhooks.messages
  const path = new URL(webhook).pathname
  const requests: Record<IntakeWay, (item: TrafficItem) => Prepared> = {
    traffic: (item) => ({ path: '/skein/v1/Traffic', body: JSON.stringify(item) }),
    webhook: (item) => {
      const form = formOf(item)
      return { path, body: new URLSearchParams(form).toString(), headers: signedHeaders(webhook, form) }
    },
    handset: ({ from, content }) => ({
      path: `/skein/v1/Handsets/${encodeURIComponent(String(from))}/Messages`,
      body: JSON.stringify({ to: business, body: content?.text }),
    }),
  }
  const measure = async (way: IntakeWay, length: number) => {
    // Made beforehand, as the generator shares the machine and signing is not what is measured.
    const prepared = Array.from({ length: length * preparedPerSecond }, () => requests[way](inbound(source))).values()
    const next = () => prepared.next().value ?? requests[way](inbound(source))
    const { url, headers } = skein
    const expected = way === 'handset' ? 201 : 200
    return (await send({ url, headers, next, seconds: length, connections, expected })).perSecond
  }
  const first = inbound(source)
  const form = formOf(first)
  const official = twilio.getExpectedTwilioSignature(farToken, webhook, form)
  if (signedHeaders(webhook, form)['x-twilio-signature'] !== official) throw new Error('The bench signs wrongly.')
  await post(skein, requests.webhook(first))
  await expectCommunication(skein, String(first.resourceId))
  const { sid } = JSON.parse(await post(skein, requests.handset(inbound(source))))
  await expectCommunication(skein, sid)
  for (const way of intakes) await measure(way, warmUpSeconds)
  const measured: CarrierIntake = { rounds: [] }
  for (let round = 0; round < rounds; round += 1) {
    const one: Partial<Record<IntakeWay, number>> = {}
    for (const way of intakes) one[way] = await measure(way, seconds)
    measured.rounds.push(one as Record<IntakeWay, number>)
  }
  return measured
}

/** Ratios of the same round only. */
export function carrierGoals(name: DatabaseName, { rounds }: CarrierIntake): Goal[] {
  return (['webhook', 'handset'] as const).map((way) => {
    const is = median(rounds.map((round) => round[way] / round.traffic))
    const what = `${name}, ${way} to communication, share of posting traffic`
    return { what, atLeast: leastShare, is, met: is >= leastShare }
  })
}

export function carrierLines(carriers: Partial<Record<DatabaseName, CarrierIntake>>): string[] {
  const entries = Object.entries(carriers)
  if (entries.length === 0) return []
  return [
    '',
    'Messages of customers, durable when answered: posted as traffic, by signed webhook, by handset (messages/s)',
    row(['', ...intakes]),
    ...entries.map(([name, { rounds }]) =>
      row([name, ...intakes.map((way) => median(rounds.map((round) => round[way])).toFixed(0))]),
    ),
  ]
}

async function post(skein: Skein, { path, body, headers }: Prepared): Promise<string> {
  const all = { ...skein.headers, ...headers }
  const response = await fetch(new URL(path, skein.url), { method: 'POST', headers: all, body: body ?? '' })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`)
  return text
}

/** What is answered but captured by no rule would cost less, and prove nothing. */
async function expectCommunication(skein: Skein, channelId: string): Promise<void> {
  const { conversations } = await ask(skein, 'GET', `/v2/Conversations?channelId=${channelId}`)
  if (conversations.length !== 1) throw new Error(`${channelId} became part of ${conversations.length} conversations.`)
}

/** What a customer says next; what the business says comes by another way. */
function inbound(source: TrafficSource): TrafficItem {
  for (;;) {
    const item = source.next()
    if (item.from !== business) return item
  }
}

function formOf({ from, to, content, resourceId }: TrafficItem): Record<string, string> {
  return {
    MessageSid: String(resourceId),
    AccountSid: farAccount,
    From: String(from),
    To: String(to),
    Body: content?.text ?? '',
    NumMedia: '0',
  }
}

/** What the official client would compute, in less time: the generator shares the machine with what it measures. */
function signedHeaders(url: string, form: Record<string, string>) {
  const signed = Object.keys(form)
    .sort()
    .reduce((text, name) => text + name + form[name], url)
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': createHmac('sha1', farToken).update(signed).digest('base64'),
  }
}
