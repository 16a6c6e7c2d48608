import type { Ignored } from '../events/ignored-input.ts'
import { parseWireId } from '../kernel/ids.ts'
import type { TrafficRequest, TrafficResult } from './commands/traffic-result.ts'
import { addressKey } from './domain/address.ts'
import { explainCode } from './domain/diagnostics.ts'
import type { TrafficItem } from './domain/traffic.ts'

/**
 * What the debugger is to hear of one item: that it was not taken, or what was odd about it where its conversation has
 * been told so before. Nothing of most items.
 */
export function ignoredTraffic(
  account: number,
  { item, requestId }: TrafficRequest,
  { outcome, reason, repeated, conversationId }: TrafficResult,
): Ignored[] {
  if (reason !== null && (outcome === 'NOT_CAPTURED' || outcome === 'REFUSED')) {
    const { code, message } = reason
    return [{ account, level: explainCode(code).level, code, message, requestId, ...partiesOf(item) }]
  }
  return (repeated ?? []).map((code) => {
    const { level, message } = explainCode(code)
    const joined = conversationId === null ? {} : { conversationId }
    return { account, level, code, message, requestId, ...partiesOf(item), ...joined }
  })
}

function partiesOf({ kind, channel, from, to, conversationId }: TrafficItem) {
  const named = conversationId ? parseWireId('conversation', conversationId) : undefined
  const about = {
    channel: channel ?? (kind === 'STREAM_STARTED' || kind === 'STREAM_STOPPED' ? 'VOICE' : null),
    ...(named === undefined ? {} : { conversationId: named }),
  }
  if (channel === undefined) return about
  const recipients = to === undefined ? [] : typeof to === 'string' ? [to] : to
  return {
    ...about,
    ...(from === undefined ? {} : { from: addressKey(channel, from) }),
    to: recipients.map((address) => addressKey(channel, address)),
  }
}
