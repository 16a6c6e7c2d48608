/** Why something was not captured, or was captured otherwise than one might expect. Codes of our own; docs/errors.md tells what to do. */
export const diagnostics = {
  noRule: { code: 530900, message: 'No capture rule matches this traffic.' },
  duplicate: { code: 530901, message: 'This resourceId is known already.' },
  overlappingRules: {
    code: 530902,
    message: 'Rules of several configurations match; the most specific, then the oldest, won.',
  },
  severalHolders: {
    code: 530903,
    message: 'Several open conversations hold a key of this event; the one with the latest communication won.',
  },
  closed: { code: 530904, message: 'The conversation is CLOSED, which is final; nothing was stored.' },
  bothKnown: { code: 530905, message: 'Both sides have a profile, so neither can be told to be the customer.' },
  severalProfiles: { code: 530906, message: 'Several profiles have this address; the earliest was taken.' },
  unknownStream: { code: 530907, message: 'No stream of this channelId is open.' },
  unknownResource: { code: 530908, message: 'No communication has this resourceId.' },
  profileElsewhere: { code: 530909, message: 'Another open conversation holds this profile; this one keeps its keys.' },
  carriedBoth: {
    code: 530910,
    message: 'A merge of profiles was undone, and this conversation carried both customers since; it was closed.',
  },
  voiceRules: {
    code: 530913,
    message: 'The configuration has capture rules for VOICE: do not name it in TwiML for the same calls as well.',
  },
  sharedAddress: { code: 530912, message: 'The address is on the list of those that never merge, so it tells nobody.' },
  resolutionSkipped: {
    code: 530001,
    message: 'No profile was resolved: the participant’s type never has one, or its address cannot be looked up.',
  },
  lookupFailed: { code: 530003, message: 'The memory store is gone or not ACTIVE, so no profile was looked up.' },
  creationFailed: { code: 530004, message: 'The memory store refused to create a profile.' },
} as const

export interface Reason {
  code: number
  message: string
  field?: string
}

const byCode = new Map<number, string>(Object.values(diagnostics).map(({ code, message }) => [code, message]))

export function reasonOf(code: number): Reason {
  return { code, message: byCode.get(code) ?? 'Unknown.' }
}

const levels = new Map<number, 'info' | 'error'>([
  [diagnostics.voiceRules.code, 'info'],
  [diagnostics.noRule.code, 'info'],
  [diagnostics.duplicate.code, 'info'],
  [diagnostics.unknownResource.code, 'info'],
  [diagnostics.creationFailed.code, 'error'],
])

/** What came back, in the terms of HTTP, where a profile could not be had. */
const profileStatuses = new Map<number, number>([
  [diagnostics.resolutionSkipped.code, 400],
  [diagnostics.lookupFailed.code, 404],
  [diagnostics.creationFailed.code, 422],
])

/** What the debugger tells of a code. */
export function explainCode(code: number): {
  level: 'info' | 'warning' | 'error'
  message: string
  errorReason?: { status: number; message: string }
} {
  const { message } = reasonOf(code)
  const status = profileStatuses.get(code)
  return {
    level: levels.get(code) ?? 'warning',
    message,
    ...(status === undefined ? {} : { errorReason: { status, message } }),
  }
}
