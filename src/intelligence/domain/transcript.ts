/** What was said, as operators read it. */
export interface Utterance {
  /** The communication, without prefix; null in a transcript that was handed in to try an operator. */
  id: string | null
  side: 'CUSTOMER' | 'BUSINESS' | 'UNKNOWN'
  text: string
}

/** What the customers said; everything, where nobody is known to be one. */
export function customerTexts(transcript: readonly Utterance[]): string[] {
  const said = transcript.filter(({ side }) => side === 'CUSTOMER')
  return (said.length > 0 ? said : transcript.filter(({ side }) => side === 'UNKNOWN')).map(({ text }) => text)
}

export function businessTexts(transcript: readonly Utterance[]): string[] {
  return transcript.filter(({ side }) => side === 'BUSINESS').map(({ text }) => text)
}
