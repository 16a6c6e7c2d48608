import type { Api } from './api.ts'
import { listConversations, type Status, statuses } from './conversation-list.ts'
import type { Channel, DayEvent } from './day.ts'
import type { GroupingType } from './desks.ts'
import type { PlayedDay, StatusCounts } from './play.ts'
import type { OpenDesk } from './shop.ts'
import type { ConversationTally, Outcome, Tally } from './tally.ts'

/** What became of the day; what `--json` writes, beside the story. Times are ISO 8601. */
export interface Summary {
  seed: number
  from: string
  to: string
  dialogues: { played: number; found: number; malformedLines: number }
  customers: { came: number; known: number; withTwoNumbers: number }
  groupings: GroupingSummary[]
  /** What became of the messages and utterances that all desks together were handed. */
  channels: ({ channel: Channel } & Record<Outcome, number>)[]
  /** Why something was not taken. Empty as a rule. */
  refusals: { reason: string; times: number }[]
  states: StateSummary[]
}

export interface GroupingSummary {
  groupingType: GroupingType
  name: string
  conversations: number
  messages: number
  /** How many of the conversations went over more than one channel, and more than one number of the customer. */
  onSeveralChannels: number
  fromSeveralNumbers: number
  /** Messages of the longest conversation. */
  longest: number
  /** At the end of the day. */
  statuses: StatusCounts
}

export interface StateSummary {
  at: string
  groupings: ({ groupingType: GroupingType } & StatusCounts)[]
}

export interface DayFacts {
  seed: number
  dialogues: Summary['dialogues']
  events: readonly DayEvent[]
  desks: readonly OpenDesk[]
  opensAt: number
}

/** Sums the day up, its conversations as the server lists them at the end. */
export async function summarise(api: Api, facts: DayFacts, { tally, samples }: PlayedDay): Promise<Summary> {
  const { desks, seed, dialogues, opensAt } = facts
  const listed = new Map(desks.map(({ configurationId }) => [configurationId, noConversations()]))
  for await (const { configurationId, status } of listConversations(api, statuses)) {
    const ofDesk = listed.get(configurationId)
    if (ofDesk) ofDesk[status] += 1
  }
  return {
    seed,
    from: new Date(opensAt).toISOString(),
    to: new Date(samples.at(-1)?.at ?? opensAt).toISOString(),
    dialogues,
    customers: customersOf(facts.events),
    groupings: desks.map((desk) => groupingOf(desk, listed.get(desk.configurationId) ?? noConversations(), tally)),
    channels: Object.entries(tally.messages).map(([channel, counts]) => ({ channel: channel as Channel, ...counts })),
    refusals: [...tally.reasons].map(([reason, times]) => ({ reason, times })),
    states: samples.map((sample) => ({
      at: new Date(sample.at).toISOString(),
      groupings: desks.map(({ groupingType }, place) => ({
        groupingType,
        ...(sample.desks[place] ?? noConversations()),
      })),
    })),
  }
}

function groupingOf({ groupingType, name }: OpenDesk, ofStatus: StatusCounts, tally: Tally): GroupingSummary {
  const conversations = [...tally.conversations.values()].filter((one) => one.groupingType === groupingType)
  const howMany = (is: (one: ConversationTally) => boolean) => conversations.filter(is).length
  const messages = conversations.map((one) => one.messages)
  return {
    groupingType,
    name,
    conversations: statuses.reduce((sum, status: Status) => sum + ofStatus[status], 0),
    messages: messages.reduce((sum, length) => sum + length, 0),
    onSeveralChannels: howMany(({ channels }) => channels.size > 1),
    fromSeveralNumbers: howMany(({ phones }) => phones.size > 1),
    longest: messages.reduce((most, length) => Math.max(most, length), 0),
    statuses: ofStatus,
  }
}

function customersOf(events: readonly DayEvent[]): Summary['customers'] {
  const came = [...new Set(events.map(({ visit }) => visit.customer))]
  return {
    came: came.length,
    known: came.filter(({ known }) => known).length,
    withTwoNumbers: came.filter(({ secondPhone }) => secondPhone !== undefined).length,
  }
}

function noConversations(): StatusCounts {
  return { ACTIVE: 0, INACTIVE: 0, CLOSED: 0 }
}
