import type { DayEvent, Visit } from './day.ts'
import type { Desk } from './desks.ts'

/** One item as `POST /skein/v1/Traffic` takes it. */
export type TrafficItem = Readonly<Record<string, unknown>>

/** What the carrier of one desk observes of an event. The same event carries the same ids every time. */
export function trafficOf(event: DayEvent, desk: Desk): TrafficItem {
  const { visit } = event
  const call = { channelId: sid('CA', visit, desk), callType: 'PSTN' }
  switch (event.kind) {
    case 'CALL_STARTED':
      return { kind: 'STREAM_STARTED', channel: 'VOICE', from: visit.phone, to: desk.number, ...call }
    case 'CALL_ENDED':
      return { kind: 'STREAM_STOPPED', channelId: call.channelId, callEnded: true }
    case 'TURN':
      return visit.channel === 'VOICE'
        ? { ...sides(event, desk), ...call, resourceId: `${sid('GT', visit, desk)}/${event.turn}` }
        : { ...sides(event, desk), resourceId: sid('SM', visit, desk, event.turn) }
  }
}

/** How sure the recogniser is, in hundredths: never quite, and each time the same for the same words. */
function confidenceOf(text: string): number {
  return (84 + (([...text].length * 7) % 16)) / 100
}

function sides({ at, visit, turn }: DayEvent & { kind: 'TURN' }, desk: Desk): TrafficItem {
  const { speaker, text } = visit.dialogue.turns[turn] as Visit['dialogue']['turns'][number]
  const prefix = visit.channel === 'WHATSAPP' ? 'whatsapp:' : ''
  const [customer, business] = [`${prefix}${visit.phone}`, `${prefix}${desk.number}`]
  const inbound = speaker === 'customer'
  const transcription = { channel: inbound ? 0 : 1, confidence: confidenceOf(text) }
  return {
    channel: visit.channel,
    from: inbound ? customer : business,
    to: inbound ? business : customer,
    direction: inbound ? 'INBOUND' : 'OUTBOUND',
    content: visit.channel === 'VOICE' ? { type: 'TRANSCRIPTION', text, transcription } : { type: 'TEXT', text },
    occurredAt: new Date(at).toISOString(),
  }
}

function sid(prefix: string, { n }: Visit, desk: Desk, turn = 0): string {
  const hexadecimal = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return `${prefix}${desk.number.slice(-4)}${hexadecimal(n, 16)}${hexadecimal(turn, 12)}`
}
