import type { Customer } from './customers.ts'
import type { Dialogue } from './dialogue.ts'
import type { Random } from './random.ts'

export const channels = ['SMS', 'WHATSAPP', 'VOICE'] as const
export type Channel = (typeof channels)[number]

/** One dialogue that a customer holds, on one channel and from one number. */
export interface Visit {
  /** Its place in the day's plan, from 0. */
  n: number
  dialogue: Dialogue
  customer: Customer
  channel: Channel
  phone: string
}

/** `repeated`: the carrier hands over a message for the second time. */
export type DayEvent = { at: number; visit: Visit } & (
  | { kind: 'CALL_STARTED' }
  | { kind: 'TURN'; turn: number; repeated: boolean }
  | { kind: 'CALL_ENDED' }
)

export interface DayInput {
  dialogues: readonly Dialogue[]
  customers: readonly Customer[]
  /** Opening time, in epoch milliseconds. */
  opensAt: number
  random: Random
}

const secondMs = 1000
const minuteMs = 60_000
const hourMs = 3_600_000

/** How many customers come in each hour after opening, in proportion. */
const rush = { 0: 4, 1: 6, 2: 8, 3: 9, 4: 6, 5: 5, 6: 7, 7: 8, 8: 6, 9: 3 }
const openForMs = Object.keys(rush).length * hourMs
const preference = { SMS: 45, WHATSAPP: 30, VOICE: 25 }

/** Chances, from 0 to 1. */
const comesBack = 0.4
const changesChannel = 0.7
const usesSecondPhone = 0.4
const dawdles = 0.06
const arrivesTwice = 0.02

/**
 * Plans the whole day: when each dialogue is held, by whom and on which channel. Some customers come back within the
 * hour, often on another channel or from their other number. Events are in order of time, on whole seconds.
 */
export function planDay({ dialogues, customers, opensAt, random }: DayInput): DayEvent[] {
  const lastVisits: LastVisit[] = []
  const byCustomer = new Map<Customer, LastVisit>()
  const events: DayEvent[] = []
  for (const [n, dialogue] of dialogues.entries()) {
    const before = lastVisits.length > 0 && random.chance(comesBack) ? random.pick(lastVisits) : undefined
    const startsAt = (before && returnsAt(before, opensAt, random)) ?? arrivesAt(opensAt, random)
    const customer = before?.visit.customer ?? random.pick(customers)
    const channel = channelOf(before?.visit.channel, random)
    const visit: Visit = { n, dialogue, customer, channel, phone: phoneOf(customer, random) }
    const held = channel === 'VOICE' ? call(visit, startsAt, random) : exchange(visit, startsAt, random)
    events.push(...held)
    remember({ visit, endedAt: held.at(-1)?.at ?? startsAt })
  }
  return events.sort((a, b) => a.at - b.at)

  function remember(last: LastVisit): void {
    const known = byCustomer.get(last.visit.customer)
    if (known) Object.assign(known, last)
    else {
      byCustomer.set(last.visit.customer, last)
      lastVisits.push(last)
    }
  }
}

/** What happens at one and the same instant, in order of time. */
export function* instantsOf(events: readonly DayEvent[]): Generator<{ at: number; events: DayEvent[] }> {
  let instant: { at: number; events: DayEvent[] } | undefined
  for (const event of events) {
    if (instant?.at === event.at) instant.events.push(event)
    else {
      if (instant) yield instant
      instant = { at: event.at, events: [event] }
    }
  }
  if (instant) yield instant
}

interface LastVisit {
  visit: Visit
  endedAt: number
}

function arrivesAt(opensAt: number, random: Random): number {
  return opensAt + Number(random.weighted(rush)) * hourMs + random.between(0, 3599) * secondMs
}

/** Undefined after closing time. */
function returnsAt({ endedAt }: LastVisit, opensAt: number, random: Random): number | undefined {
  const at = endedAt + random.between(2 * 60, 40 * 60) * secondMs
  return at < opensAt + openForMs ? at : undefined
}

function channelOf(before: Channel | undefined, random: Random): Channel {
  if (before === undefined || !random.chance(changesChannel)) return random.weighted(preference)
  return random.pick(channels.filter((channel) => channel !== before))
}

function phoneOf({ phone, secondPhone }: Customer, random: Random): string {
  return secondPhone !== undefined && random.chance(usesSecondPhone) ? secondPhone : phone
}

/** Messages, tens of seconds to minutes apart; now and then somebody lets the other wait until the conversation is idle. */
function exchange(visit: Visit, startsAt: number, random: Random): DayEvent[] {
  let at = startsAt
  return visit.dialogue.turns.flatMap(({ speaker }, turn) => {
    if (turn > 0) at += random.chance(dawdles) ? random.between(16, 35) * minuteMs : pause(speaker, random)
    const event = { at, visit, kind: 'TURN' as const, turn, repeated: false }
    const again = { ...event, at: at + random.between(1, 4) * secondMs, repeated: true }
    return random.chance(arrivesTwice) ? [event, again] : [event]
  })
}

function pause(speaker: 'customer' | 'agent', random: Random): number {
  return (speaker === 'agent' ? random.between(15, 90) : random.between(10, 180)) * secondMs
}

/** A call: its transcription starts, each turn takes the time to say it, and the end of the call is known. */
function call(visit: Visit, startsAt: number, random: Random): DayEvent[] {
  const events: DayEvent[] = [{ at: startsAt, visit, kind: 'CALL_STARTED' }]
  let at = startsAt + random.between(2, 4) * secondMs
  for (const [turn, { text }] of visit.dialogue.turns.entries()) {
    at += Math.min(30, 1 + Math.ceil(text.length / 14) + random.between(0, 3)) * secondMs
    events.push({ at, visit, kind: 'TURN', turn, repeated: false })
  }
  events.push({ at: at + random.between(1, 4) * secondMs, visit, kind: 'CALL_ENDED' })
  return events
}
