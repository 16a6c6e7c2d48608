import type { CallChange, CallInstructions } from '../../carriers/carrier.ts'
import { callbackUrlProblem } from '../../conversations/domain/configuration.ts'
import type { Form } from '../../http/forms.ts'
import { invalid } from '../../kernel/failure.ts'
import { callEvents, type StatusCallback } from '../domain/verbs.ts'
import { singleValues, valuesOf } from './form-values.ts'

const maxTwimlCharacters = 4_000
const usualRingSeconds = 60

/** What a call is to do; undefined where the form does not say. Twiml goes before Url. */
export function readInstructions(form: Record<string, string>, allowPrivate: boolean): CallInstructions | undefined {
  const { Twiml, Url, FallbackUrl } = form
  if (Twiml) {
    if (Twiml.length > maxTwimlCharacters) {
      throw invalid('Twiml', `Twiml must have at most ${maxTwimlCharacters} characters`, 21_240)
    }
    return { twiml: Twiml }
  }
  if (!Url) return undefined
  const url = readUrl('Url', Url, allowPrivate)
  const fallback = FallbackUrl && {
    url: readUrl('FallbackUrl', FallbackUrl, allowPrivate),
    method: readMethod(form, 'FallbackMethod'),
  }
  return { url, method: readMethod(form, 'Method'), ...(fallback ? { fallback } : {}) }
}

export function readStatusCallback(form: Form, allowPrivate: boolean): StatusCallback | null {
  const single = singleValues(form)
  if (!single.StatusCallback) return null
  const asked = valuesOf(form, 'StatusCallbackEvent').flatMap((value) => value.split(/[\s,]+/))
  const events = callEvents.filter((event) => asked.includes(event))
  const unknown = asked.find((event) => event !== '' && !(callEvents as readonly string[]).includes(event))
  if (unknown !== undefined) {
    throw invalid(
      'StatusCallbackEvent',
      `StatusCallbackEvent must be of ${callEvents.join(', ')}; ${unknown} is not`,
      21_626,
    )
  }
  return {
    url: readUrl('StatusCallback', single.StatusCallback, allowPrivate),
    method: readMethod(single, 'StatusCallbackMethod'),
    events: events.length === 0 ? ['completed'] : events,
  }
}

export function readRingSeconds({ Timeout }: Record<string, string>): number {
  if (!Timeout) return usualRingSeconds
  const seconds = Number(Timeout)
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 600) return seconds
  throw invalid('Timeout', 'Timeout must be a whole number from 1 to 600', 21_220)
}

/** Either where to go on, or an end. */
export function readChange(form: Record<string, string>, allowPrivate: boolean): CallChange {
  const { Status } = form
  if (Status === 'completed' || Status === 'canceled') return { status: Status }
  if (Status) throw invalid('Status', 'Status must be completed or canceled', 21_218)
  const instructions = readInstructions(form, allowPrivate)
  if (!instructions) throw invalid('Url', 'Url, Twiml or Status is required', 21_205)
  return { instructions }
}

export function readUrl(field: string, url: string, allowPrivate: boolean): string {
  const message = url.length > 4_000 ? 'must have at most 4000 characters' : callbackUrlProblem(url, allowPrivate)
  if (message !== undefined) throw invalid(field, `${field} ${message}`, 21_205)
  return url
}

export function readMethod(form: Record<string, string>, field: string): 'GET' | 'POST' {
  const method = (form[field] ?? 'POST').toUpperCase()
  if (method === 'GET' || method === 'POST') return method
  throw invalid(field, `${field} must be GET or POST`, 21_403)
}
