import { callbackUrlProblem } from '../../conversations/domain/configuration.ts'

/** What a number does, as the published API spells it in forms. What was never set is absent. */
export type NumberSettings = Partial<Record<NumberField, string>>

const urlFields = ['SmsUrl', 'SmsFallbackUrl', 'VoiceUrl', 'VoiceFallbackUrl', 'StatusCallback'] as const
const methodFields = [
  'SmsMethod',
  'SmsFallbackMethod',
  'VoiceMethod',
  'VoiceFallbackMethod',
  'StatusCallbackMethod',
] as const
/** Kept and shown, and without effect. */
const otherFields = [
  'SmsApplicationSid',
  'VoiceApplicationSid',
  'VoiceCallerIdLookup',
  'VoiceReceiveMode',
  'TrunkSid',
  'AddressSid',
  'IdentitySid',
  'BundleSid',
  'EmergencyStatus',
  'EmergencyAddressSid',
] as const

export const numberFields = [...urlFields, ...methodFields, ...otherFields] as const
export type NumberField = (typeof numberFields)[number]

/** Where a number asks what to do: for a message or a call that came in, or of how one went. */
export interface ApplicationUrls {
  url: string
  method: 'GET' | 'POST'
  fallback?: { url: string; method: 'GET' | 'POST' }
}

export interface SettingsProblem {
  code: number
  field: string
  message: string
}

const longest = 2_048

/** Reads what a form says of a number; an empty value takes a setting back. */
export function readNumberSettings(
  form: Readonly<Record<string, string>>,
  allowPrivate: boolean,
): { settings: NumberSettings } | { problem: SettingsProblem } {
  const settings: NumberSettings = {}
  for (const field of numberFields) {
    const value = form[field]
    if (value === undefined) continue
    const problem = value === '' ? undefined : problemOf(field, value, allowPrivate)
    if (problem) return { problem: { ...problem, field, message: `${field} ${problem.message}` } }
    settings[field] = isMethod(field) ? value.toUpperCase() : value
  }
  return { settings }
}

/** The settings after a change: what is empty is as if never set. */
export function changedSettings(known: NumberSettings, change: NumberSettings): NumberSettings {
  return Object.fromEntries(Object.entries({ ...known, ...change }).filter(([, value]) => value !== ''))
}

/** Where messages or calls to the number go; undefined when nobody is to be asked. */
export function applicationOf(settings: NumberSettings, kind: 'Sms' | 'Voice'): ApplicationUrls | undefined {
  const url = settings[`${kind}Url`]
  const fallback = settings[`${kind}FallbackUrl`]
  if (!url) return undefined
  return {
    url,
    method: methodOf(settings[`${kind}Method`]),
    ...(fallback ? { fallback: { url: fallback, method: methodOf(settings[`${kind}FallbackMethod`]) } } : {}),
  }
}

function methodOf(value: string | undefined): 'GET' | 'POST' {
  return value === 'GET' ? 'GET' : 'POST'
}

function isMethod(field: NumberField): boolean {
  return (methodFields as readonly string[]).includes(field)
}

function problemOf(
  field: NumberField,
  value: string,
  allowPrivate: boolean,
): { code: number; message: string } | undefined {
  if (value.length > longest) return { code: 20001, message: `must have at most ${longest} characters` }
  if (isMethod(field)) {
    return /^(GET|POST)$/i.test(value) ? undefined : { code: 21403, message: 'must be GET or POST' }
  }
  if (!(urlFields as readonly string[]).includes(field)) return undefined
  const message = callbackUrlProblem(value, allowPrivate)
  return message === undefined ? undefined : { code: 21502, message }
}
