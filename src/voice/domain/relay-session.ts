import { cutFragments } from './fragments.ts'
import type { ApplicationFrame, RelayFrame } from './frames.ts'
import { soundMs, speechMs, spokenUntil, type Utterance } from './speech.ts'
import type { Interruptible, Relay } from './verbs.ts'

/** One piece of speech or sound on its way to the caller's ear. */
interface Playing extends Utterance {
  turn: number
  /** Sounds have no words. */
  isSpeech: boolean
  interruptible: Interruptible
  preemptible: boolean
}

/** The caller is speaking, and how that began. */
interface Hearing extends Utterance {
  /** It began while the agent spoke, and did not interrupt. */
  overAgent: boolean
  /** Nobody is to be told of it. */
  unreported: boolean
  partialAt: number | null
}

export interface RelaySession {
  relay: Relay
  msPerCharacter: number
  ttsLanguage: string
  transcriptionLanguage: string
  turn: number
  /** Text of this turn without an end of sentence yet, and how it is to be spoken. */
  waiting: string
  /** In order, each beginning when the one before ends. What is over is taken out. */
  playing: Playing[]
  /** What of the turn that is being played has been spoken, and since when. */
  spoken: { turn: number; texts: string[]; since: number } | null
  /** In order: a caller who goes on speaking is heard in full. */
  hearing: Hearing[]
  /** The application has said its last; what is on its way is still spoken. */
  ending: { handoffData: string | null } | null
}

export type RelayOutput =
  | { kind: 'FRAME'; frame: RelayFrame }
  /** Words that the agent has spoken: one communication. */
  | { kind: 'SPOKE'; text: string; at: number }
  /** Words that the caller has spoken: one communication. */
  | { kind: 'HEARD'; text: string; at: number }
  | { kind: 'KEYS'; digits: string }
  | { kind: 'ENDED'; handoffData: string | null }

export interface RelayStep {
  session: RelaySession
  outputs: RelayOutput[]
}

/** No agent has more to say at once. */
const mostPlaying = 1_000

/** The session as it begins: the greeting is on its way to the caller. */
export function openRelay(relay: Relay, msPerCharacter: number, now: number): RelaySession {
  const session: RelaySession = {
    relay,
    msPerCharacter,
    ttsLanguage: relay.ttsLanguage,
    transcriptionLanguage: relay.transcriptionLanguage,
    turn: 0,
    waiting: '',
    playing: [],
    spoken: null,
    hearing: [],
    ending: null,
  }
  const { fragments } = cutFragments(relay.welcomeGreeting ?? '', true)
  const manner = { interruptible: relay.welcomeGreetingInterruptible, preemptible: false }
  return { ...session, turn: 1, playing: schedule(session, fragments, manner, now) }
}

/** Lets everything happen that is due by `now`, in the order in which it falls due. */
export function passTime(session: RelaySession, now: number): RelayStep {
  let step: RelayStep = { session, outputs: [] }
  for (let at = relayDueAt(step.session); at !== null && at <= now; at = relayDueAt(step.session)) {
    step = follow(step, nextHappening(step.session, at))
  }
  return step
}

/** The next instant at which something happens by itself; null when nothing will. */
export function relayDueAt({ playing, hearing, ending }: RelaySession): number | null {
  const due = [playing[0]?.endsAt, hearing[0]?.endsAt, hearing[0]?.partialAt].filter((at) => typeof at === 'number')
  if (due.length > 0) return Math.min(...due)
  return ending === null ? null : 0
}

/** The application sent a message. */
export function takeFrame(session: RelaySession, frame: ApplicationFrame, now: number): RelayStep {
  if (session.ending) return { session, outputs: [] }
  if (session.playing.length >= mostPlaying && (frame.type === 'text' || frame.type === 'play')) {
    const description = `More than ${mostPlaying} fragments wait to be spoken; this one is passed over.`
    return { session, outputs: [{ kind: 'FRAME', frame: { type: 'error', description } }] }
  }
  switch (frame.type) {
    case 'text': {
      const step = preempt(session, now)
      const { fragments, rest } = cutFragments(step.session.waiting + frame.token, frame.last)
      const playing = schedule(step.session, fragments, mannerOf(session, frame), now)
      const turn = frame.last ? session.turn + 1 : session.turn
      return { ...step, session: { ...step.session, playing, waiting: rest, turn } }
    }
    case 'play': {
      const step = preempt(session, now)
      return { ...step, session: { ...step.session, playing: withSound(step.session, frame, now) } }
    }
    case 'sendDigits':
      return { session, outputs: [{ kind: 'KEYS', digits: frame.digits }] }
    case 'language':
      return {
        session: {
          ...session,
          ttsLanguage: frame.ttsLanguage ?? session.ttsLanguage,
          transcriptionLanguage: frame.transcriptionLanguage ?? session.transcriptionLanguage,
        },
        outputs: [],
      }
    case 'end': {
      const { fragments } = cutFragments(session.waiting, true)
      const playing = schedule(session, fragments, mannerOf(session, {}), now)
      const ending = { handoffData: frame.handoffData ?? null }
      return passTime({ ...session, playing, waiting: '', ending }, now)
    }
  }
}

/** The caller begins to speak. What the agent is saying is cut off, if it may be. */
export function hearSpeech(session: RelaySession, text: string, now: number): RelayStep {
  const last = session.hearing.at(-1)
  const startsAt = Math.max(now, last?.endsAt ?? now)
  const endsAt = startsAt + speechMs(text, session.msPerCharacter)
  const current = session.playing[0]
  const cuts = current !== undefined && admits(current.interruptible, 'speech')
  const overAgent = current !== undefined && !cuts
  const hearing: Hearing = {
    text,
    startsAt,
    endsAt,
    overAgent,
    unreported: overAgent && !admits(session.relay.reportInputDuringAgentSpeech, 'speech'),
    partialAt:
      session.relay.partialPrompts && text.includes(' ') ? startsAt + Math.floor((endsAt - startsAt) / 2) : null,
  }
  const step = cuts ? interrupt(session, now) : { session, outputs: [] }
  return { ...step, session: { ...step.session, hearing: [...step.session.hearing, hearing] } }
}

/** The caller presses a key. */
export function pressKey(session: RelaySession, digit: string, now: number): RelayStep {
  const current = session.playing[0]
  const cuts = current !== undefined && admits(current.interruptible, 'dtmf')
  const isUnreported = current !== undefined && !cuts && !admits(session.relay.reportInputDuringAgentSpeech, 'dtmf')
  const step = cuts ? interrupt(session, now) : { session, outputs: [] }
  if (!session.relay.dtmfDetection || isUnreported) return step
  return { ...step, outputs: [...step.outputs, { kind: 'FRAME', frame: { type: 'dtmf', digit } }] }
}

/** The session is cut off, by the caller or by trouble: what has been spoken so far on either side is kept. */
export function closeRelay(session: RelaySession, now: number): RelayOutput[] {
  const { outputs } = cutPlaying(session, now)
  const heard = session.hearing.flatMap((hearing): RelayOutput[] => {
    const text = hearing.unreported ? '' : spokenUntil(hearing, now)
    return text === '' ? [] : [{ kind: 'HEARD', text, at: hearing.startsAt }]
  })
  return [...outputs, ...heard]
}

function nextHappening(session: RelaySession, at: number): RelayStep {
  const [spoken, ...later] = session.playing
  if (spoken?.endsAt === at)
    return { session: { ...noteSpoken(session, spoken), playing: later }, outputs: spoke(spoken) }
  const [heard, ...next] = session.hearing
  if (heard?.partialAt === at) {
    const text = spokenUntil(heard, at)
    const partial = !heard.unreported && text !== '' ? [promptOf(session, heard, text, false)] : []
    return { session: { ...session, hearing: [{ ...heard, partialAt: null }, ...next] }, outputs: partial }
  }
  if (heard) {
    const outputs: RelayOutput[] = heard.unreported
      ? []
      : [{ kind: 'HEARD', text: heard.text, at: heard.startsAt }, promptOf(session, heard, heard.text, true)]
    return { session: { ...session, hearing: next }, outputs }
  }
  const handoffData = session.ending?.handoffData ?? null
  return { session: { ...session, ending: null }, outputs: [{ kind: 'ENDED', handoffData }] }
}

function follow(step: RelayStep, next: RelayStep): RelayStep {
  return { session: next.session, outputs: [...step.outputs, ...next.outputs] }
}

function promptOf(session: RelaySession, hearing: Hearing, text: string, last: boolean): RelayOutput {
  const agentSpeaking = hearing.overAgent ? { agentSpeaking: true } : {}
  const lang = session.transcriptionLanguage
  return { kind: 'FRAME', frame: { type: 'prompt', voicePrompt: text, lang, last, ...agentSpeaking } }
}

function interrupt(session: RelaySession, now: number): RelayStep {
  const current = session.playing[0] as Playing
  const { outputs } = cutPlaying(session, now)
  const before = session.spoken?.turn === current.turn ? session.spoken : null
  const utterance = [...(before?.texts ?? []), current.isSpeech ? spokenUntil(current, now) : '']
    .filter(Boolean)
    .join(' ')
  const duration = now - (before?.since ?? current.startsAt)
  return {
    session: { ...session, playing: [], waiting: '', spoken: null },
    outputs: [
      ...outputs,
      {
        kind: 'FRAME',
        frame: { type: 'interrupt', utteranceUntilInterrupt: utterance, durationUntilInterruptMs: duration },
      },
    ],
  }
}

/** New text may cut what is preemptible, without telling anybody. */
function preempt(session: RelaySession, now: number): RelayStep {
  const current = session.playing[0]
  if (!current?.preemptible || current.turn === session.turn) return { session, outputs: [] }
  return { session: { ...session, playing: [], spoken: null }, outputs: cutPlaying(session, now).outputs }
}

/** What has been spoken by now of that which is being played; the rest is never said. */
function cutPlaying({ playing }: RelaySession, now: number): { outputs: RelayOutput[] } {
  const [current] = playing
  const text = current?.isSpeech ? spokenUntil(current, now) : ''
  return { outputs: current && text !== '' ? [{ kind: 'SPOKE', text, at: current.startsAt }] : [] }
}

function noteSpoken(session: RelaySession, { turn, text, startsAt, isSpeech }: Playing): RelaySession {
  const known = session.spoken?.turn === turn ? session.spoken : { turn, texts: [], since: startsAt }
  return { ...session, spoken: { ...known, texts: isSpeech ? [...known.texts, text] : known.texts } }
}

function spoke({ text, startsAt, isSpeech }: Playing): RelayOutput[] {
  return isSpeech ? [{ kind: 'SPOKE', text, at: startsAt }] : []
}

type Manner = Pick<Playing, 'interruptible' | 'preemptible'>

function mannerOf({ relay }: RelaySession, frame: { interruptible?: boolean; preemptible?: boolean }): Manner {
  const interruptible = frame.interruptible === undefined ? relay.interruptible : frame.interruptible ? 'any' : 'none'
  return { interruptible, preemptible: frame.preemptible ?? relay.preemptible }
}

function schedule(session: RelaySession, fragments: readonly string[], manner: Manner, now: number): Playing[] {
  const playing = [...session.playing]
  for (const text of fragments) {
    const startsAt = Math.max(now, playing.at(-1)?.endsAt ?? now)
    const endsAt = startsAt + speechMs(text, session.msPerCharacter)
    playing.push({ text, startsAt, endsAt, turn: session.turn, isSpeech: true, ...manner })
  }
  return playing
}

function withSound(
  session: RelaySession,
  frame: { loop: number; interruptible?: boolean; preemptible?: boolean },
  now: number,
): Playing[] {
  const startsAt = Math.max(now, session.playing.at(-1)?.endsAt ?? now)
  const endsAt = startsAt + soundMs * frame.loop
  const sound = { text: '', startsAt, endsAt, turn: session.turn, isSpeech: false }
  return [...session.playing, { ...sound, ...mannerOf(session, frame) }]
}

function admits(interruptible: Interruptible, by: 'speech' | 'dtmf'): boolean {
  return interruptible === 'any' || interruptible === by
}
