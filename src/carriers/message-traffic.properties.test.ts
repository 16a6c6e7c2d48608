import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Json, kiosk, openWorld, type World } from '../testing/app.ts'
import type { MessageChannel, MessageStatus, ObservedMessage } from './domain/message.ts'
import { kioskSends, takeNumber } from './testing/phones.ts'

/** Well within the time after which the kiosk's conversations would end. */
const pauseSeconds = 3

interface Message {
  channel: MessageChannel
  outbound: boolean
  customer: number
  /** What the carrier reports of it in the end; of an inbound message nothing. */
  reports: MessageStatus[]
}

/** What a carrier, or the application, does: by the place of the message that it is about. */
type Step =
  | { do: 'observe'; message: number }
  | { do: 'report'; message: number; status: MessageStatus }
  | { do: 'send'; message: number }

const customers = 2
const reported = ['queued', 'sending', 'sent', 'delivered', 'read', 'undelivered', 'failed'] as const
const channels = ['SMS', 'WHATSAPP'] as const

const messageSet = fc.array(
  fc.record({
    channel: fc.constantFrom(...channels),
    outbound: fc.boolean(),
    customer: fc.nat({ max: customers - 1 }),
    reports: fc.uniqueArray(fc.constantFrom(...reported), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
)

/** Everything that happens at least once, in any order, some of it again, some of it at the same time, with pauses or none. */
const story = messageSet.chain((messages) => {
  const sends = messages.map((_, message): Step => ({ do: 'send', message }))
  const repeatable = stepsOf(messages)
  return fc.record({
    messages: fc.constant(messages),
    steps: fc
      .array(fc.constantFrom(...repeatable), { maxLength: 8 })
      .chain((again) => shuffled([...repeatable, ...again, ...sends])),
    together: fc.integer({ min: 1, max: 4 }),
    pausesAfter: fc.array(fc.boolean(), { maxLength: 8 }),
  })
})

describe('the order in which a network tells of messages', () => {
  let world: World
  let runs = 0
  before(async () => {
    const rules = [
      { from: '*', to: kiosk },
      { from: kiosk, to: '*' },
    ]
    const settings = { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: rules }
    world = await openWorld()
    await world.makeConfiguration({ channelSettings: { SMS: settings, WHATSAPP: settings } })
    await takeNumber(world)
  })
  after(() => world.close())

  /** Lets it happen to customers of its own; answers the conversations that they have in the end. */
  async function conversationsAfter(
    messages: readonly Message[],
    batches: readonly (readonly Step[])[],
    pauses: readonly boolean[],
  ): Promise<Json[]> {
    runs += 1
    const run = runs
    const cause = { account: world.account, requestId: '' }
    const customerOf = ({ customer }: Message) =>
      `+1556${String(run).padStart(4, '0')}${String(customer).padStart(3, '0')}`
    const observed = messages.map((message, at) => observedMessage(message, sidOf(run, at), customerOf(message), at))
    const take = async (step: Step): Promise<void> => {
      const about = observed[step.message] as ObservedMessage
      const message = messages[step.message] as Message
      if (step.do === 'observe') await world.carriers.traffic.observe(cause, [about])
      if (step.do === 'report')
        await world.carriers.traffic.report(cause, { messageId: about.messageId, status: step.status })
      if (step.do === 'send') {
        const prefix = message.channel === 'SMS' ? '' : 'whatsapp:'
        await kioskSends(world, prefix + customerOf(message), `sent ${step.message}`, { From: prefix + kiosk })
      }
    }
    for (const [at, batch] of batches.entries()) {
      await Promise.all(batch.map(take))
      if (pauses[at]) await world.advance({ seconds: pauseSeconds })
    }
    await world.advance({ seconds: 10 })
    const seen = new Map<string, Json>()
    for (const message of messages) {
      const { body } = await world.get(`/v2/Conversations?channelId=${sidOf(run, messages.indexOf(message))}`)
      for (const { id } of body.conversations) seen.set(id, await shown(world, id, run))
    }
    return [...seen.values()].toSorted(byText)
  }

  test('changes nothing of the conversations that they end in', async () => {
    const property = fc.asyncProperty(story, async ({ messages, steps, together, pausesAfter }) => {
      const sends = messages.map((_, message): Step => ({ do: 'send', message }))
      const inOrder = [...stepsOf(messages), ...sends].map((step) => [step])
      const expected = await conversationsAfter(messages, inOrder, [])
      assert.equal(expected.length, new Set(messages.map(({ customer }) => customer)).size)
      assert.deepEqual(
        expected.reduce((total, { communications }) => total + communications.length, 0),
        messages.length * 2,
      )
      assert.deepEqual(await conversationsAfter(messages, chunked(steps, together), pausesAfter), expected)
    })
    await fc.assert(property, { numRuns: 10, seed: 4, endOnFailure: true })
  })
})

/** What can be repeated: a message is told of, and each of its reports. */
function stepsOf(messages: readonly Message[]): Step[] {
  return messages.flatMap(({ outbound, reports }, message): Step[] => [
    { do: 'observe', message },
    ...(outbound ? reports.map((status): Step => ({ do: 'report', message, status })) : []),
  ])
}

function observedMessage(
  { channel, outbound }: Message,
  messageId: string,
  customer: string,
  at: number,
): ObservedMessage {
  const occurredAt = Date.parse('2026-01-05T08:59:00Z') + at * 1000
  const text = `said ${at}`
  return outbound
    ? { messageId, channel, direction: 'OUTBOUND', from: kiosk, to: [customer], text, status: 'queued', occurredAt }
    : { messageId, channel, direction: 'INBOUND', from: customer, to: [kiosk], text, status: 'received', occurredAt }
}

/** A conversation without what tells one run from another: ids and numbers of customers. */
async function shown(world: World, id: string, run: number): Promise<Json> {
  const path = `/v2/Conversations/${id}`
  const { body: conversation } = await world.get(path)
  const { body: people } = await world.get(`${path}/Participants`)
  const { body: said } = await world.get(`${path}/Communications?pageSize=1000`)
  const number = `+1556${String(run).padStart(4, '0')}`
  const anonymous = (address: string) => address.replace(number, 'customer ')
  const party = ({ channel, address }: Json) => `${channel} ${anonymous(address)}`
  return {
    status: conversation.status,
    participants: people.participants
      .map(({ type, addresses }: Json) => `${type}: ${addresses.map(party).toSorted().join(', ')}`)
      .toSorted(),
    communications: said.communications
      .map(({ author, recipients, content, resourceId }: Json) =>
        [
          content.text,
          content.text.startsWith('said') ? Number(resourceId.slice(-4)) : '',
          `from ${party(author)}`,
          ...recipients.map((one: Json) => `to ${party(one)}: ${one.deliveryStatus}`),
        ].join(' '),
      )
      .toSorted(),
  }
}

function byText(one: Json, other: Json): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
}

function sidOf(run: number, at: number): string {
  return `SM${String(run).padStart(28, '0')}${String(at).padStart(4, '0')}`
}

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, at * size + size))
}
