import { addressKey } from './address.ts'
import { channelClocks } from './clocks.ts'
import type { Author } from './conversation.ts'
import { type Reason, reasonOf } from './diagnostics.ts'
import { eventKeys } from './event-keys.ts'
import type { LifecycleRules } from './lifecycle.ts'
import type { CaptureRule, Channel, ConfigurationBody, GroupingType, ParticipantType } from './model.ts'
import type { PartyEvidence } from './parties.ts'
import type { AddressIdentifierType } from './resolution.ts'

/** How traffic found its configuration or conversation. */
export type TraceMode = 'PASSIVE' | 'PINNED_RULE' | 'CONFIGURATION' | 'CONVERSATION' | 'STREAM' | 'API' | 'BRIDGE'

/**
 * What is stored with a communication: only what cannot be recomputed from it, its conversation and the versions of the
 * configuration. Names are short because there is one for every message.
 */
export interface CompactTrace {
  m: TraceMode
  /** Version of the configuration whose rule matched, and the rule's place. */
  v?: number
  r?: number
  /** Other configurations whose rules matched too: the first two. */
  x?: [configurationId: string, ruleIndex: number][]
  /** What told the sides apart. */
  e?: PartyEvidence
  /** The key by which it joined: `p`rofile, `a`ddress or a`l`one, and its place among those. Absent: created. */
  k?: string
  /** Profiles of the parties at the time, by place: author first. */
  p?: Record<number, string>
  /** Which type of identifier found them. */
  f?: Record<number, AddressIdentifierType>
  /** Types of the parties at the time, author first. */
  t: ParticipantType[]
  /** Conversations that held a key too: the first two. */
  l?: string[]
  /** Diagnostics. */
  d?: number[]
}

/** Everything else that an explanation is made of. */
export interface TraceContext {
  channel: Channel
  author: Pick<Author, 'address'>
  recipients: readonly Pick<Author, 'address'>[]
  /** Business time at which it was accepted. */
  at: number
  configurationId: string
  groupingType: GroupingType
  /** Timeouts as the conversation pinned them. */
  rules: LifecycleRules
  /** The body of the version whose rule matched. */
  ruleBody: ConfigurationBody | undefined
}

/** The full explanation of one communication, for people and for the API. */
export interface TrafficTrace {
  mode: TraceMode
  decision: 'CREATED' | 'JOINED'
  rule: {
    configurationId: string
    version: number
    channel: Channel
    index: number
    from: string
    to: string
    metadata: Record<string, string>
  } | null
  shadowedRules: { configurationId: string; index: number }[]
  evidence: PartyEvidence | null
  parties: { address: string; type: ParticipantType; profileId: string | null; foundBy: AddressIdentifierType | null }[]
  groupingType: GroupingType
  keys: string[]
  joinedBy: string | null
  otherHolders: string[]
  clock: { channel: Channel; restartedAt: number; liveUntil: number | null; doneAt: number | null }
  diagnostics: Reason[]
}

export function explainTrace(trace: CompactTrace, context: TraceContext): TrafficTrace {
  const { channel, groupingType, configurationId } = context
  const addresses = [context.author, ...context.recipients].map(({ address }) => address)
  const parties = addresses.map((address, place) => ({
    address,
    type: trace.t[place] ?? ('UNKNOWN' as const),
    profileId: trace.p?.[place] ?? null,
    foundBy: trace.f?.[place] ?? null,
  }))
  const keys = eventKeys(groupingType, {
    channel,
    parties: parties.map(({ address, type, profileId }) => ({
      key: addressKey(channel, address),
      type,
      profileId,
      aliases: [],
    })),
  })
  return {
    mode: trace.m,
    decision: trace.k === undefined && groups(trace.m) ? 'CREATED' : 'JOINED',
    rule: ruleOf(trace, context),
    shadowedRules: (trace.x ?? []).map(([id, index]) => ({ configurationId: id, index })),
    evidence: trace.e ?? null,
    parties,
    groupingType,
    keys: [...new Set([...keys.profile.slice(0, 1), ...keys.address])],
    joinedBy: keyOf(trace.k, keys),
    otherHolders: trace.l ?? [],
    clock: clockOf(context),
    diagnostics: (trace.d ?? []).map(reasonOf),
  }

  function ruleOf({ v, r }: CompactTrace, { ruleBody }: TraceContext): TrafficTrace['rule'] {
    const rule: CaptureRule | undefined =
      r === undefined ? undefined : ruleBody?.channelSettings[channel]?.captureRules?.[r]
    if (!rule || r === undefined || v === undefined) return null
    return {
      configurationId,
      version: v,
      channel,
      index: r,
      from: rule.from,
      to: rule.to,
      metadata: rule.metadata ?? {},
    }
  }
}

/** Whether this way of arriving looks for a conversation by keys, and may create one. */
function groups(mode: TraceMode): boolean {
  return mode === 'PASSIVE' || mode === 'CONFIGURATION'
}

type Keys = ReturnType<typeof eventKeys>

/** The short form of the key by which an event joined. */
export function packKey(key: string, keys: Keys): string {
  if (keys.profile.includes(key)) return 'p'
  const place = keys.address.indexOf(key)
  return place >= 0 ? `a${place}` : `l${keys.alone.indexOf(key)}`
}

function keyOf(packed: string | undefined, keys: Keys): string | null {
  if (packed === undefined) return null
  if (packed === 'p') return keys.profile[0] ?? null
  const list = packed.startsWith('a') ? keys.address : keys.alone
  return list[Number(packed.slice(1))] ?? null
}

function clockOf({ channel, at, rules }: TraceContext): TrafficTrace['clock'] {
  const [clock] = channelClocks({ last: { [channel]: at } }, rules)
  return { channel, restartedAt: at, liveUntil: finite(clock?.liveUntil), doneAt: finite(clock?.doneAt) }
}

function finite(instant: number | undefined): number | null {
  return instant !== undefined && Number.isFinite(instant) ? instant : null
}
