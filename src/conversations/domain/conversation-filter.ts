import { channelBit } from './channel-bits.ts'
import type { Channel, Status } from './model.ts'

/** What people look for in the list of conversations; what is left out does not matter. */
export interface ConversationSearch {
  /** Empty: of any status. */
  statuses: readonly Status[]
  channel?: Channel
  /** Without prefix. */
  configurationId?: string
  /** In any of its forms, whatever the channel. */
  address?: string
  /** An external id, such as a call's or a message's. */
  channelId?: string
  /** Part of the name or of something that was said, in whatever case. */
  text?: string
}

/** What the list of candidates tells of a conversation. */
export interface Candidate {
  status: Status
  channels: number
  configurationId: string
}

/** What a list of candidates is walked by: the narrowest that has an index. What it does not see to is looked at in each. */
export type Driver = 'reference' | 'openStatus' | 'configuration' | 'status' | 'all'

export function driverOf({ statuses, configurationId, address, channelId }: ConversationSearch): Driver {
  if (channelId !== undefined || address !== undefined) return 'reference'
  const some = statuses.length > 0
  if (some && !statuses.includes('CLOSED')) return 'openStatus'
  if (configurationId !== undefined) return 'configuration'
  return some ? 'status' : 'all'
}

/** Whether the list that is walked has nothing but what is searched for. */
export function isSettledBy(driver: Driver, { statuses, channel, configurationId, text, ...rest }: ConversationSearch) {
  if (channel !== undefined || text !== undefined) return false
  const both = rest.address !== undefined && rest.channelId !== undefined
  if (driver === 'configuration') return statuses.length === 0
  if (configurationId !== undefined || both) return false
  return driver !== 'reference' || statuses.length === 0
}

/** Whether a candidate has what can be told without looking into the conversation. */
export function isSearched({ statuses, channel, configurationId }: ConversationSearch, candidate: Candidate): boolean {
  if (statuses.length > 0 && !statuses.includes(candidate.status)) return false
  if (channel !== undefined && (candidate.channels & channelBit(channel)) === 0) return false
  return configurationId === undefined || configurationId === candidate.configurationId
}

/** Whether the text occurs in one of the texts, compared without regard to case and to how letters are composed. */
export function occursIn(text: string, texts: Iterable<string>): boolean {
  const wanted = folded(text)
  for (const one of texts) if (folded(one).includes(wanted)) return true
  return false
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
