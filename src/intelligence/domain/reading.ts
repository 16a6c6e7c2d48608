import type { Utterance } from './transcript.ts'

/** Something that was said, with who said it. Ids without prefix. */
export interface Spoken extends Utterance {
  id: string
  participantId: string
  channel: string
}

export interface Reading {
  transcript: Spoken[]
  /** Older words were left out. */
  truncated: boolean
}

/** The newest of what was said, in order, as far as it fits; the newest of all is cut rather than left out. `newestFirst` is consumed no further than needed. */
export function newestThatFits(newestFirst: readonly Spoken[], maxCharacters: number): Reading {
  const transcript: Spoken[] = []
  let room = maxCharacters
  for (const spoken of newestFirst) {
    if (spoken.text.length > room) {
      if (transcript.length === 0) transcript.push({ ...spoken, text: spoken.text.slice(-room) })
      return { transcript: transcript.reverse(), truncated: true }
    }
    room -= spoken.text.length
    transcript.push(spoken)
  }
  return { transcript: transcript.reverse(), truncated: false }
}

/** On whose side somebody of this type speaks. */
export function sideOf(participantType: string | undefined): Utterance['side'] {
  if (participantType === 'CUSTOMER') return 'CUSTOMER'
  return participantType === undefined || participantType === 'UNKNOWN' ? 'UNKNOWN' : 'BUSINESS'
}

/** What one customer said, with what the business said; others are left out. */
export function wordsWith(transcript: readonly Spoken[], participantIds: ReadonlySet<string>): Spoken[] {
  return transcript.filter(({ side, participantId }) => side === 'BUSINESS' || participantIds.has(participantId))
}
