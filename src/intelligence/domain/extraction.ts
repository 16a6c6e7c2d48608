/** What extraction needs to know of a conversation. */
export interface ExtractionFacts {
  /** Undefined: there is no such store. */
  storeStatus: string | undefined
  participants: readonly { id: string; type: string; profileId: string | null }[]
}

/** Whose memory is extracted: one profile with the participants it stands behind. */
export interface Remembered {
  profileId: string
  participantIds: string[]
}

export interface UnmetCondition {
  code: number
  message: string
}

/** Codes of our own; docs/errors.md tells what to do. */
export const unmet = {
  store: { code: 530930, message: 'No memories were extracted: the memory store is gone or not ACTIVE.' },
  customer: { code: 530931, message: 'No memories were extracted: nobody in the conversation is a CUSTOMER.' },
  profile: { code: 530932, message: 'No memories were extracted: no CUSTOMER in the conversation has a profile.' },
  someProfile: { code: 530933, message: 'Nothing was extracted for one of the customers, who has no profile.' },
} as const

/**
 * The conditions in the order in which the published troubleshooting asks for them; those before, that extraction is on and
 * that the conversation has left ACTIVE, hold wherever this is asked.
 */
export function whomToRemember({ storeStatus, participants }: ExtractionFacts): {
  remembered: Remembered[]
  unmet: UnmetCondition[]
} {
  const customers = participants.filter(({ type }) => type === 'CUSTOMER')
  const known = customers.filter(({ profileId }) => profileId !== null)
  const missing: UnmetCondition[] = []
  if (storeStatus !== 'ACTIVE') missing.push(unmet.store)
  if (customers.length === 0) missing.push(unmet.customer)
  else if (known.length === 0) missing.push(unmet.profile)
  if (missing.length > 0) return { remembered: [], unmet: missing }
  const byProfile = Map.groupBy(known, ({ profileId }) => String(profileId))
  return {
    remembered: [...byProfile].map(([profileId, own]) => ({ profileId, participantIds: own.map(({ id }) => id) })),
    unmet: known.length < customers.length ? [unmet.someProfile] : [],
  }
}
