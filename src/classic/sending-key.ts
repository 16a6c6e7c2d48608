import { idOfSid } from '../kernel/sids.ts'

/** The digits of a SID that say nothing of its time. */
const tail = 0xffff_ffffn

/**
 * The id, without prefix, under which a message is sent to one of its recipients: the same whenever it is tried, another for each
 * of them, and in the order of messages.
 */
export function sendingKey(messageSid: string, participantSid: string): string {
  const id = numberOf(messageSid) ^ (numberOf(participantSid) & tail)
  return idOfSid(['IM'], `IM${id.toString(16).padStart(32, '0')}`) as string
}

function numberOf(sid: string): bigint {
  return BigInt(`0x${sid.slice(2)}`)
}
