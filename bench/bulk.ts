import { setTimeout } from 'node:timers/promises'
import type { Goal } from './goal.ts'
import { type Memory, watchingMemory } from './memory.ts'
import type { DatabaseName } from './options.ts'
import { ask, type Skein } from './skein.ts'
import { row } from './table.ts'
import { business } from './traffic.ts'

export const sendingWays = ['messages', 'actions'] as const
export type SendingWay = (typeof sendingWays)[number]

/** What became of many messages, each to somebody else, that were asked for at the same time. */
export interface Sending {
  sends: number
  /** Until all were accepted, and until all were part of a conversation and had been handed to the network. */
  acceptedSeconds: number
  seconds: number
  perSecond: number
  memory: Memory
  /** Conversations that came of it, and replies that joined them. */
  conversations: number
  replies: number
  joined: number
}

export type Bulk = Record<SendingWay, Sending>

/** One of so many answers. */
const replyEvery = 10
const lookMs = 100

/** Messages by the messaging API, which make their conversations, and Actions in conversations that are there. */
export async function measureBulk(skein: Skein, sends: number, connections: number): Promise<Bulk> {
  const messages = await measureMessages(skein, sends, connections)
  return { messages, actions: await measureActions(skein, sends, connections) }
}

async function measureMessages(skein: Skein, sends: number, connections: number): Promise<Sending> {
  const to = (n: number) => `+1556${String(n).padStart(7, '0')}`
  const before = await conversationCount(skein)
  const path = `/2010-04-01/Accounts/${skein.accountSid}/Messages.json`
  const sent = await watchingMemory(skein, async () => {
    const begun = performance.now()
    await spread(sends, connections, (n) => ask(skein, 'POST', path, { From: business, To: to(n), Body: `Offer ${n}` }))
    return timesOf(sends, begun, performance.now())
  })
  const conversations = (await conversationCount(skein)) - before
  return { ...sent, conversations, ...(await answerSome(skein, sends, connections, to)) }
}

async function measureActions(skein: Skein, sends: number, connections: number): Promise<Sending> {
  const to = (n: number) => `+1557${String(n).padStart(7, '0')}`
  const before = await conversationCount(skein)
  const { configurations } = await ask(skein, 'GET', '/v2/ControlPlane/Configurations')
  const configurationId: string = configurations[0].id
  const sent = await watchingMemory(skein, async () => {
    const begun = performance.now()
    const ids: { conversationId: string; id: string }[] = []
    await spread(sends, connections, async (n) => {
      const participants = [
        { type: 'CUSTOMER', addresses: [{ channel: 'SMS', address: to(n) }] },
        { type: 'AI_AGENT', addresses: [{ channel: 'SMS', address: business }] },
      ]
      const { id: conversationId } = await ask(skein, 'POST', '/v2/Conversations', { configurationId, participants })
      const { id } = await ask(skein, 'POST', `/v2/Conversations/${conversationId}/Actions`, {
        type: 'SEND_MESSAGE',
        payload: {
          from: { address: business, channel: 'SMS' },
          to: [{ address: to(n), channel: 'SMS' }],
          content: { text: `Offer ${n}` },
        },
      })
      ids.push({ conversationId, id })
    })
    const acceptedAt = performance.now()
    for (const { conversationId, id } of ids) {
      const path = `/v2/Conversations/${conversationId}/Actions/${id}`
      for (let { status } = await ask(skein, 'GET', path); status !== 'COMPLETED'; ) {
        if (status === 'FAILED') throw new Error(`The action ${id} failed.`)
        await setTimeout(lookMs)
        ;({ status } = await ask(skein, 'GET', path))
      }
    }
    return timesOf(sends, begun, acceptedAt)
  })
  const conversations = (await conversationCount(skein)) - before
  return { ...sent, conversations, ...(await answerSome(skein, sends, connections, to)) }
}

function timesOf(sends: number, begun: number, acceptedAt: number) {
  const seconds = (performance.now() - begun) / 1000
  return { sends, acceptedSeconds: (acceptedAt - begun) / 1000, seconds, perSecond: sends / seconds }
}

/** Some who were written to answer by their phones; those whose message opened no conversation have joined one. */
async function answerSome(skein: Skein, sends: number, connections: number, to: (n: number) => string) {
  const replies = Math.ceil(sends / replyEvery)
  const before = await conversationCount(skein)
  await spread(replies, connections, (n) =>
    ask(skein, 'POST', `/skein/v1/Handsets/${encodeURIComponent(to(n * replyEvery))}/Messages`, {
      to: business,
      body: 'Yes, please',
    }),
  )
  return { replies, joined: replies - ((await conversationCount(skein)) - before) }
}

async function conversationCount(skein: Skein): Promise<number> {
  let count = 0
  for (let token = ''; ; ) {
    const { conversations, meta } = await ask(skein, 'GET', `/v2/Conversations?pageSize=1000${token}`)
    count += conversations.length
    if (meta.nextToken === null) return count
    token = `&pageToken=${encodeURIComponent(meta.nextToken)}`
  }
}

/** Does the work so many times, some of it at the same time. */
async function spread(times: number, width: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const take = async () => {
    for (let n = next++; n < times; n = next++) await work(n)
  }
  await Promise.all(Array.from({ length: width }, take))
}

/** Every send makes one conversation, and every reply joins it; times and memory depend on the machine and are told, not judged. */
export function bulkGoals(name: DatabaseName, bulk: Bulk): Goal[] {
  return sendingWays.flatMap((way) => {
    const { sends, conversations, replies, joined } = bulk[way]
    const whole = (what: string, is: number): Goal => ({
      what: `${name}, ${way}, ${what}`,
      atLeast: 1,
      is,
      met: is === 1,
    })
    return [
      whole('conversations for each send', conversations / sends),
      whole('share of replies that joined', joined / replies),
    ]
  })
}

export function bulkLines(measured: Partial<Record<DatabaseName, Bulk>>): string[] {
  const entries = Object.entries(measured)
  if (entries.length === 0) return []
  return [
    '',
    'Sends at once, each to somebody else: by the messaging API, and as Actions in conversations that are made for it',
    row(['', 'sends', 'accepted s', 'done s', 'per second', 'MB before', 'peak MB']),
    ...entries.flatMap(([name, bulk]) =>
      sendingWays.map((way) => {
        const { sends, acceptedSeconds, seconds, perSecond, memory } = bulk[way]
        const numbers = [acceptedSeconds, seconds].map((value) => value.toFixed(1))
        const others = [perSecond, memory.beforeMb, memory.peakMb].map((value) => value.toFixed(0))
        return row([`${name}, ${way}`, String(sends), ...numbers, ...others])
      }),
    ),
  ]
}
