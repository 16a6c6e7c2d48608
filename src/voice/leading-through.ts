import type { LeadThrough } from '../carriers/twilio/calls.ts'
import { parseTwiml } from '../carriers/twiml-parser.ts'
import { newId } from '../kernel/ids.ts'
import { rewriteTwiml } from './domain/rewriting.ts'

/** TwiML that goes to a carrier with the call itself. What cannot be read is passed on as it is: the carrier says why. */
export const leadThrough: LeadThrough = (twiml, { prefix, from, to, callSid }) => {
  const parsed = parseTwiml(twiml)
  if ('problem' in parsed) return twiml
  return rewriteTwiml(twiml, parsed.response, {
    prefix,
    base: '',
    from,
    to,
    direction: 'outbound',
    callSid,
    once: newId(),
  })
}
