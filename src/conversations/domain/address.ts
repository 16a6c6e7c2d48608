import type { CallType, Channel, ParticipantType } from './model.ts'

/**
 * What an address is, whatever channel it was seen on. A phone number is `tel` everywhere, so one handset is the same
 * party on SMS, voice, WhatsApp and RCS; identities that callers make up (`chat`, `client`) never equal a number.
 */
export type AddressKind = 'tel' | 'sender' | 'wa' | 'rcs' | 'client' | 'sip' | 'chat' | 'video'

export interface CanonicalAddress {
  kind: AddressKind
  value: string
}

/** Why an address is refused: 21614 for something meant as a phone number, 20001 for any other malformed value. */
export interface AddressProblem {
  code: 21614 | 20001
  message: string
}

export const maxAddressLength = 254

/** The form in which addresses are compared: rule matching, grouping and profile lookups all go through it. Total: never throws. */
export function canonicalAddress(channel: Channel, address: string): CanonicalAddress {
  switch (channel) {
    case 'SMS':
      return numberOr('sender', address)
    case 'WHATSAPP':
      return numberOr('wa', withoutPrefix('whatsapp:', address))
    case 'RCS':
      return numberOr('rcs', withoutPrefix('rcs:', address))
    case 'VOICE':
      return canonicalVoiceAddress(address)
    case 'CHAT':
      return { kind: 'chat', value: address }
    case 'VIDEO':
      return numberOr('video', address)
  }
}

/** The canonical address as one string, `kind:value`; two addresses are the same party's exactly when these are equal. */
export function addressKey(channel: Channel, address: string): string {
  const { kind, value } = canonicalAddress(channel, address)
  return `${kind}:${value}`
}

/** By what a conversation is found among external ids as one in which the address takes part, whatever its channel. */
export function addressReference(channel: Channel, address: string): string {
  return `address:${canonicalAddress(channel, address).value}`
}

/** The same for an address of which the channel is not known. */
export function searchedReference(address: string): string {
  const prefix = ['whatsapp:', 'rcs:', 'client:'].find((one) => address.startsWith(one))
  return prefix === undefined ? addressReference('VOICE', address) : `address:${address.slice(prefix.length)}`
}

/**
 * How an address of captured traffic is stored and returned: plain, without the channel's prefix (API clients get
 * theirs echoed instead). An identity that spells a number or a URI keeps its prefix, or it would become that number.
 */
export function capturedForm(channel: Channel, address: string): string {
  const canonical = canonicalAddress(channel, address)
  const plain = canonicalAddress(channel, canonical.value)
  return plain.kind === canonical.kind && plain.value === canonical.value ? canonical.value : address
}

/** `+` and 8 to 15 digits, the first not 0. Reserved and fictional numbers count: this asks for the shape, not for a subscriber. */
export function isE164(address: string): boolean {
  return /^\+[1-9]\d{7,14}$/.test(address)
}

/** Whether the account may register this address as its own; on SMS that includes short codes and alphanumeric senders. */
export function isOwnableAddress(channel: Channel, address: string): boolean {
  return addressProblem(channel, address) === undefined && canonicalAddress(channel, address).kind !== 'wa'
}

/**
 * Why a participant may not have this address, or undefined when it may. Alphanumeric senders and short codes belong
 * to businesses, so a CUSTOMER on SMS needs a full number.
 */
export function validateParticipantAddress(
  channel: Channel,
  address: string,
  type: ParticipantType = 'UNKNOWN',
): AddressProblem | undefined {
  if (channel === 'SMS' && type === 'CUSTOMER' && address !== '' && !isE164(address)) return notE164
  return addressProblem(channel, address)
}

/** Why no party could have this address on this channel, or undefined when one could; the message continues a sentence about the field. */
export function addressProblem(channel: Channel, address: string): AddressProblem | undefined {
  const { kind, value } = canonicalAddress(channel, address)
  if (value === '') return { code: 20001, message: 'must not be empty' }
  if (address.length > maxAddressLength) {
    return { code: 20001, message: `must have at most ${maxAddressLength} characters` }
  }
  switch (kind) {
    case 'sender':
      return isShortCode(value) || isAlphanumericSender(value) ? undefined : notE164
    case 'wa':
      return isBusinessScopedId(value) ? undefined : notE164
    case 'rcs':
      return looksLikeNumber(value) || /\s/.test(value) ? notE164 : undefined
    case 'client':
      return looksLikeNumber(value) && !address.startsWith('client:') ? notE164 : undefined
    case 'sip':
      return /^sips?:[^\s;?]+$/.test(value) ? undefined : { code: 20001, message: 'is not a SIP URI' }
    default:
      return undefined
  }
}

/** Whether a text was meant as a phone number, well-formed or not: digits with the usual punctuation and nothing else. */
export function looksLikeNumber(text: string): boolean {
  return /\d/.test(text) && /^[+\d\s().-]+$/.test(text)
}

/**
 * The call type of an observed call, told by the prefixes of its legs. When both legs carry one, the leg that is not
 * an owned address decides, the caller's before the callee's. `isOwned` takes an address key.
 */
export function callTypeOf(call: { from: string; to: string; isOwned: (key: string) => boolean }): CallType {
  const from = prefixedCallType(call.from)
  const to = prefixedCallType(call.to)
  if (from === undefined) return to ?? 'PSTN'
  if (to === undefined || from === to) return from
  return call.isOwned(addressKey('VOICE', call.from)) && !call.isOwned(addressKey('VOICE', call.to)) ? to : from
}

const notE164: AddressProblem = {
  code: 21614,
  message: 'is not E.164: + and 8 to 15 digits, the first not 0, without spaces or dashes',
}

function numberOr(kind: AddressKind, value: string): CanonicalAddress {
  return { kind: isE164(value) ? 'tel' : kind, value }
}

function withoutPrefix(prefix: string, address: string): string {
  return address.startsWith(prefix) ? address.slice(prefix.length) : address
}

function canonicalVoiceAddress(address: string): CanonicalAddress {
  if (address.startsWith('client:')) return { kind: 'client', value: address.slice('client:'.length) }
  if (/^sips?:/i.test(address)) return { kind: 'sip', value: canonicalSipUri(address) }
  return numberOr('client', address)
}

/** Lower-case scheme and host, no URI parameters and headers; the user part is case-sensitive and kept. */
function canonicalSipUri(uri: string): string {
  const afterScheme = uri.indexOf(':') + 1
  // The user part may itself hold `;` and `?`, so the host begins after the @ if there is one.
  const host = Math.max(afterScheme, uri.indexOf('@') + 1)
  const tail = uri.slice(host).search(/[;?]/)
  const end = tail === -1 ? uri.length : host + tail
  return uri.slice(0, afterScheme).toLowerCase() + uri.slice(afterScheme, host) + uri.slice(host, end).toLowerCase()
}

function isShortCode(value: string): boolean {
  return /^\d{3,8}$/.test(value)
}

function isAlphanumericSender(value: string): boolean {
  return /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &+_.-]{0,10}$/.test(value)
}

/** WhatsApp's id for a user who hides the number: a country code, a dot and an opaque rest. */
function isBusinessScopedId(value: string): boolean {
  return /^[A-Z]{2}(\.[A-Za-z0-9]+)+$/.test(value)
}

function prefixedCallType(address: string): CallType | undefined {
  if (address.startsWith('client:')) return 'CLIENT'
  return /^sips?:/i.test(address) ? 'PUBLIC_SIP' : undefined
}
