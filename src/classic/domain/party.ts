import { addressKey, capturedForm } from '../../conversations/domain/address.ts'
import type { Channel } from '../../conversations/domain/model.ts'

/** Where a participant is reached: a chat identity, or a phone. */
export interface Reach {
  channel: Channel
  /** In the form in which captured traffic has it. */
  address: string
}

/** The channel of a bound phone, by its prefix. */
export function bindingChannel(address: string): 'SMS' | 'WHATSAPP' | 'RCS' {
  if (address.startsWith('whatsapp:')) return 'WHATSAPP'
  return address.startsWith('rcs:') ? 'RCS' : 'SMS'
}

/** What the published API calls a binding's channel. */
export function bindingType(address: string): 'sms' | 'whatsapp' | 'rcs' {
  return bindingChannel(address).toLowerCase() as 'sms' | 'whatsapp' | 'rcs'
}

export function reachOf({ identity, address }: { identity: string | null; address: string | null }): Reach {
  if (identity !== null) return { channel: 'CHAT', address: identity }
  const bound = address ?? ''
  const channel = bindingChannel(bound)
  return { channel, address: capturedForm(channel, bound) }
}

/** The business's side of a binding. */
export function proxyOf({ proxyAddress }: { proxyAddress: string }): Reach {
  const channel = bindingChannel(proxyAddress)
  return { channel, address: capturedForm(channel, proxyAddress) }
}

/** The participant that an author's name means: an identity, or a bound address in whatever spelling. */
export function byAuthor<P extends { identity: string | null; address: string | null }>(
  participants: readonly P[],
  author: string,
): P | undefined {
  const named = participants.find(({ identity }) => identity === author)
  if (named) return named
  const key = addressKey(bindingChannel(author), author)
  return participants.find(({ address }) => address !== null && addressKey(bindingChannel(address), address) === key)
}
