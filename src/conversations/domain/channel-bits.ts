import { type Channel, channels, type Participant } from './model.ts'

/** The channels on which participants have an address, one bit each: small enough to stand in an index. */
export function channelBits(participants: readonly Pick<Participant, 'addresses'>[]): number {
  let bits = 0
  for (const { addresses } of participants) for (const { channel } of addresses) bits |= channelBit(channel)
  return bits
}

export function channelBit(channel: Channel): number {
  return 1 << channels.indexOf(channel)
}

/** In the order in which the domain names them. */
export function channelsOf(bits: number): Channel[] {
  return channels.filter((channel) => (bits & channelBit(channel)) !== 0)
}
