import { isE164 } from '../../conversations/domain/address.ts'

/** Why somebody cannot be called or call: a number, `client:` and an identity, or a SIP URI are wanted. */
export function partyProblem(address: string): string | undefined {
  if (address.length > 254) return 'must have at most 254 characters'
  if (/^client:\S+$/.test(address) || /^sips?:\S+$/i.test(address) || isE164(address)) return undefined
  return 'must be a number in E.164 form, client: and an identity, or a SIP URI'
}
