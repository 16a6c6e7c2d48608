import type { AddressProblem } from './address.ts'
import { addressProblem, looksLikeNumber } from './address.ts'
import type { CallType, CaptureRule, Channel, ChannelSettings } from './model.ts'
import { callTypes, channels } from './model.ts'

/** A rule's field with this value, and nothing else in it, stands for any address. */
export const wildcard = '*'

export interface RuleProblem {
  path: string
  code: 21614 | 20001
  message: string
}

/**
 * What is wrong with the capture rules of a configuration. A field meant as a phone number but not E.164 is 21614,
 * any other bad value 20001. `*` is a wildcard only when it is the whole field.
 */
export function validateCaptureRules(channelSettings: ChannelSettings): RuleProblem[] {
  const problems: RuleProblem[] = []
  for (const { channel, ruleIndex, rule } of captureRulesOf(channelSettings)) {
    const path = `channelSettings.${channel}.captureRules[${ruleIndex}]`
    const callType = rule.metadata?.callType
    if (channel === 'VOICE' && callType !== undefined && parseCallType(callType) === undefined) {
      const at = `${path}.metadata.callType`
      problems.push({ path: at, code: 20001, message: `${at} must be one of ${callTypes.join(', ')}` })
      continue
    }
    for (const field of ['from', 'to'] as const) {
      const problem = fieldProblem(channel, rule, rule[field])
      const at = `${path}.${field}`
      if (problem !== undefined) problems.push({ path: at, code: problem.code, message: `${at} ${problem.message}` })
    }
  }
  return problems
}

/** The settings as they are stored: the older spelling `SIP` of a call type becomes `PUBLIC_SIP`. */
export function storedChannelSettings(channelSettings: ChannelSettings): ChannelSettings {
  const voice = channelSettings.VOICE
  if (!voice?.captureRules?.some((rule) => rule.metadata?.callType === 'SIP')) return channelSettings
  const captureRules = voice.captureRules.map((rule) =>
    rule.metadata?.callType === 'SIP' ? { ...rule, metadata: { ...rule.metadata, callType: 'PUBLIC_SIP' } } : rule,
  )
  return { ...channelSettings, VOICE: { ...voice, captureRules } }
}

/** Reads a call type as clients spell it; undefined when it is none. */
export function parseCallType(text: string): CallType | undefined {
  return text === 'SIP' ? 'PUBLIC_SIP' : callTypes.find((callType) => callType === text)
}

/** Every capture rule with its place, channel by channel. */
export function* captureRulesOf(channelSettings: ChannelSettings) {
  for (const channel of channels) {
    for (const [ruleIndex, rule] of (channelSettings[channel]?.captureRules ?? []).entries()) {
      yield { channel, ruleIndex, rule }
    }
  }
}

/** On VOICE only what looks like a number is held to E.164: `anonymous` is a caller, and a forgotten call type just never matches. */
function fieldProblem(channel: Channel, rule: CaptureRule, field: string): AddressProblem | undefined {
  if (field === wildcard) return undefined
  if (channel === 'VOICE' && rule.metadata?.callType === 'CLIENT') {
    return addressProblem('VOICE', looksLikeNumber(field) ? `client:${field}` : field)
  }
  return addressProblem(channel, field)
}
