import { countryOfPhone } from '../../kernel/phone.ts'
import type { Leg } from './leg.ts'

/** The parameters of every request about a call, as the vendor's webhooks have them. */
export function callParameters(accountSid: string, leg: Leg): Record<string, string> {
  return {
    CallSid: leg.sid,
    AccountSid: accountSid,
    From: leg.from,
    To: leg.to,
    Caller: leg.from,
    Called: leg.to,
    CallStatus: leg.status,
    Direction: leg.direction,
    ApiVersion: '2010-04-01',
    ...placesOf(leg),
    ...(leg.parentSid === null ? {} : { ParentCallSid: leg.parentSid }),
  }
}

/** As published, the parameters of places are there for numbers; of those nothing but the country is known here. */
function placesOf({ from, to }: Leg): Record<string, string> {
  const sides = [
    ['Caller', from],
    ['From', from],
    ['Called', to],
    ['To', to],
  ] as const
  const places = sides.flatMap(([side, address]) => {
    if (!address.startsWith('+')) return []
    const country = countryOfPhone(address) ?? ''
    return Object.entries({ City: '', State: '', Zip: '', Country: country }).map(([what, value]) => [
      side + what,
      value,
    ])
  })
  return Object.fromEntries(places)
}
