import { speechMs, spokenUntil, type Utterance } from './speech.ts'

/** Somebody's words into a handset, from when they begin to be spoken. */
export interface Saying extends Utterance {
  /** The SID of the leg. */
  by: string
}

/** What is being said on a call, the soonest to end first. Those at one handset speak one after the other. */
export type Talk = readonly Saying[]

export function beginSaying(talk: Talk, by: string, text: string, now: number, msPerCharacter: number): Talk {
  const startsAt = talk.reduce((at, one) => (one.by === by ? Math.max(at, one.endsAt) : at), now)
  const saying = { by, text, startsAt, endsAt: startsAt + speechMs(text, msPerCharacter) }
  return [...talk, saying].toSorted((a, b) => a.endsAt - b.endsAt)
}

/** What of it has been said when the call is cut off. */
export function cutTalk(talk: Talk, now: number): Saying[] {
  return talk.flatMap((saying) => {
    const text = spokenUntil(saying, now)
    return text === '' ? [] : [{ ...saying, text, endsAt: now }]
  })
}
