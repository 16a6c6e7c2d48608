import { cutFragments } from './fragments.ts'
import { speechMs, spokenUntil, type Utterance } from './speech.ts'

/**
 * What can be known of an agent's speech by whoever only sees the messages of a relay session pass: when each fragment
 * has been spoken is estimated, and put right by what an interruption tells.
 */
export interface ObservedSpeech {
  msPerCharacter: number
  waiting: string
  playing: Utterance[]
  /** What of the present turn has been spoken; a new turn begins after `turnOver`. */
  spoken: string[]
  turnOver: boolean
}

export interface ObservedStep {
  speech: ObservedSpeech
  /** Words that have been spoken, and when they began. */
  spoke: { text: string; at: number }[]
}

export function observeSpeech(msPerCharacter: number): ObservedSpeech {
  return { msPerCharacter, waiting: '', playing: [], spoken: [], turnOver: true }
}

/** The agent is to say this. */
export function observeText(speech: ObservedSpeech, token: string, last: boolean, now: number): ObservedSpeech {
  const { fragments, rest } = cutFragments(speech.waiting + token, last)
  const playing = [...speech.playing]
  for (const text of fragments) {
    const startsAt = Math.max(now, playing.at(-1)?.endsAt ?? now)
    playing.push({ text, startsAt, endsAt: startsAt + speechMs(text, speech.msPerCharacter) })
  }
  const isNewTurn = speech.turnOver && speech.playing.length === 0
  const spoken = isNewTurn ? [] : speech.spoken
  return { ...speech, waiting: rest, playing, spoken, turnOver: last }
}

export function observedDueAt({ playing }: ObservedSpeech): number | null {
  return playing[0]?.endsAt ?? null
}

/** What has been spoken by `now`, as far as can be told. */
export function passObserved(speech: ObservedSpeech, now: number): ObservedStep {
  const done = speech.playing.filter(({ endsAt }) => endsAt <= now)
  return {
    speech: {
      ...speech,
      playing: speech.playing.slice(done.length),
      spoken: [...speech.spoken, ...done.map(({ text }) => text)],
    },
    spoke: done.map(({ text, startsAt }) => ({ text, at: startsAt })),
  }
}

/** The caller cut the agent off; `utterance` is what of the turn had been spoken by then. */
export function observeInterruption(speech: ObservedSpeech, utterance: string, now: number): ObservedStep {
  const { playing, spoken } = speech
  const over = { ...speech, waiting: '', playing: [], spoken: [], turnOver: true }
  const before = squeeze(spoken.join(' '))
  const heard = squeeze(utterance)
  if (heard === '' || !heard.startsWith(before))
    return { speech: over, spoke: heard === '' ? [] : cutObserved(speech, now) }
  let rest = heard.slice(before.length).trim()
  const spoke: ObservedStep['spoke'] = []
  for (const { text, startsAt } of playing) {
    if (rest === '') break
    const whole = squeeze(text)
    const isWhole = rest.startsWith(whole)
    spoke.push({ text: isWhole ? text : rest, at: startsAt })
    rest = isWhole ? rest.slice(whole.length).trim() : ''
  }
  return { speech: over, spoke }
}

/** The session is over: what has been spoken so far of that which was being said. */
export function cutObserved({ playing }: ObservedSpeech, now: number): ObservedStep['spoke'] {
  const [current] = playing
  const text = current ? spokenUntil(current, now) : ''
  return current && text !== '' ? [{ text, at: current.startsAt }] : []
}

function squeeze(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}
