import type { Communication } from './conversation.ts'

/** What one side said without the other in between: the fragments of an agent's speech, or several messages on end. */
export interface Turn {
  fragments: [Communication, ...Communication[]]
}

/** Joins communications, in the order in which they happened, into turns: same author, same channel, same call. */
export function turnsOf(communications: readonly Communication[]): Turn[] {
  const turns: Turn[] = []
  for (const communication of communications) {
    const last = turns.at(-1)
    if (last && isSameTurn(last.fragments[0], communication)) last.fragments.push(communication)
    else turns.push({ fragments: [communication] })
  }
  return turns
}

export function turnText({ fragments }: Turn): string {
  return fragments.map(({ content }) => content.text).join(' ')
}

/** Only speech comes in fragments: each message is a turn of its own. */
function isSameTurn(a: Communication, b: Communication): boolean {
  const isSpeech = a.author.channel === 'VOICE' && b.author.channel === 'VOICE'
  return isSpeech && a.author.participantId === b.author.participantId && a.channelId === b.channelId
}
