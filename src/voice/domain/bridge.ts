import type { CallStatus } from './call-status.ts'
import type { Dial, DialTarget } from './verbs.ts'

/** Somebody who is dialled, known by the SID of the leg. */
export interface DialledParty {
  sid: string
  target: DialTarget
  /** WAITING for its turn, RINGING, hearing what the WHISPER says, CONNECTED to the caller, or GONE. */
  state: 'WAITING' | 'RINGING' | 'WHISPER' | 'CONNECTED' | 'GONE'
  ringsUntil: number
}

/** Those whom a call dials, of whom one is connected to it in the end, or nobody. */
export interface Bridge {
  dial: Dial
  parties: DialledParty[]
  /** When the bridged call is cut off; null before. */
  endsAt: number | null
}

export type BridgeEffect =
  | { kind: 'RING'; party: DialledParty }
  /** It is answered, and first hears a document of its own. */
  | { kind: 'WHISPER'; party: DialledParty }
  | { kind: 'CONNECT'; party: DialledParty }
  /** This leg is over. */
  | { kind: 'LEFT'; party: DialledParty; status: CallStatus }
  /** The whole dialling is over: with whom, and how it went. */
  | { kind: 'ENDED'; party: DialledParty; status: CallStatus }

export interface BridgeStep {
  bridge: Bridge
  effects: BridgeEffect[]
}

/** Rings everybody at once, or the first of them. `sids` are of the legs, in the targets' order. */
export function dialParties(dial: Dial, sids: readonly string[], now: number): BridgeStep {
  const parties = dial.targets.map((target, at): DialledParty => {
    return { sid: sids[at] ?? '', target, state: 'WAITING', ringsUntil: 0 }
  })
  return ring({ dial, parties, endsAt: null }, now)
}

export function bridgeDueAt({ parties, endsAt }: Bridge): number | null {
  if (endsAt !== null) return endsAt
  const ringing = parties.filter(({ state }) => state === 'RINGING')
  return ringing.length === 0 ? null : Math.min(...ringing.map(({ ringsUntil }) => ringsUntil))
}

export function partyOf({ parties }: Bridge, sid: string): DialledParty | undefined {
  return parties.find((party) => party.sid === sid)
}

export function connectedOf({ parties }: Bridge): DialledParty | undefined {
  return parties.find(({ state }) => state === 'CONNECTED')
}

/** A party takes the call: it is connected, or hears its document first. */
export function partyAnswered(bridge: Bridge, sid: string, now: number): BridgeStep {
  const party = partyOf(bridge, sid)
  if (party?.state !== 'RINGING') return { bridge, effects: [] }
  if (party.target.whisper === null) return connectParty(bridge, sid, now)
  const whispering: DialledParty = { ...party, state: 'WHISPER' }
  return { bridge: withParty(bridge, whispering), effects: [{ kind: 'WHISPER', party: whispering }] }
}

/** The first who is ready is connected; everybody else is let go. */
export function connectParty(bridge: Bridge, sid: string, now: number): BridgeStep {
  const party = partyOf(bridge, sid)
  if (!party || party.state === 'GONE' || connectedOf(bridge)) return { bridge, effects: [] }
  const connected: DialledParty = { ...party, state: 'CONNECTED' }
  const others = bridge.parties.filter((one) => one.sid !== sid)
  return {
    bridge: {
      ...bridge,
      parties: [connected, ...others.map(gone)],
      endsAt: now + bridge.dial.timeLimitSeconds * 1000,
    },
    effects: [...others.flatMap(letGo), { kind: 'CONNECT', party: connected }],
  }
}

/** A party hung up, or would not answer. */
export function partyLeft(bridge: Bridge, sid: string, now: number): BridgeStep {
  const party = partyOf(bridge, sid)
  if (!party || party.state === 'GONE') return { bridge, effects: [] }
  return leave(bridge, party, party.state === 'RINGING' ? 'busy' : 'completed', now)
}

/** What is due at `now`: nobody answers any longer, or the bridged call has lasted as long as it may. */
export function passBridge(bridge: Bridge, now: number): BridgeStep {
  const connected = connectedOf(bridge)
  if (connected) return leave(bridge, connected, 'completed', now)
  let step: BridgeStep = { bridge, effects: [] }
  for (const party of bridge.parties.filter(({ state, ringsUntil }) => state === 'RINGING' && ringsUntil <= now)) {
    const next = leave(step.bridge, party, 'no-answer', now)
    step = { bridge: next.bridge, effects: [...step.effects, ...next.effects] }
  }
  return step
}

/** The caller is gone, or sent elsewhere. */
export function dropBridge({ parties }: Bridge): BridgeEffect[] {
  return parties.flatMap(letGo)
}

function leave(bridge: Bridge, party: DialledParty, status: CallStatus, now: number): BridgeStep {
  const left = gone(party)
  const effects: BridgeEffect[] = [{ kind: 'LEFT', party: left, status }]
  const rest = withParty(bridge, left)
  if (party.state !== 'CONNECTED') {
    if (rest.parties.some(({ state }) => state === 'RINGING' || state === 'WHISPER')) return { bridge: rest, effects }
    const next = ring(rest, now)
    if (next.effects.length > 0) return { ...next, effects: [...effects, ...next.effects] }
  }
  // As published, completed means that the caller was connected: whoever hung up before that did not answer the caller.
  const ended = party.state === 'WHISPER' ? 'no-answer' : status
  return { bridge: rest, effects: [...effects, { kind: 'ENDED', party: left, status: ended }] }
}

function ring(bridge: Bridge, now: number): BridgeStep {
  const waiting = bridge.parties.filter(({ state }) => state === 'WAITING')
  const ringing = (bridge.dial.sequential ? waiting.slice(0, 1) : waiting).map((party): DialledParty => {
    return { ...party, state: 'RINGING', ringsUntil: now + bridge.dial.timeoutSeconds * 1000 }
  })
  return {
    bridge: ringing.reduce(withParty, bridge),
    effects: ringing.map((party) => ({ kind: 'RING', party })),
  }
}

function letGo(party: DialledParty): BridgeEffect[] {
  if (party.state === 'WAITING' || party.state === 'GONE') return []
  return [{ kind: 'LEFT', party: gone(party), status: party.state === 'RINGING' ? 'canceled' : 'completed' }]
}

function gone(party: DialledParty): DialledParty {
  return { ...party, state: 'GONE' }
}

function withParty(bridge: Bridge, changed: DialledParty): Bridge {
  return { ...bridge, parties: bridge.parties.map((party) => (party.sid === changed.sid ? changed : party)) }
}
