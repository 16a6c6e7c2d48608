import type { CallStatus } from './call-status.ts'
import {
  type Gathering,
  gathering,
  gatheringDueAt,
  gatherKey,
  gatherResult,
  gatherSpeech,
  passGathering,
} from './gathering.ts'
import { soundMs, speechMs, spokenUntil, type Utterance } from './speech.ts'
import type { Connect, Dial, Request, Transcription, Verb } from './verbs.ts'

export type Activity =
  /** Waits for a document. */
  | { kind: 'FETCHING' }
  /** Says, plays or is silent; `text` is empty where there are no words. */
  | ({ kind: 'TALKING' } & Utterance)
  | { kind: 'GATHERING'; gathering: Gathering }
  | { kind: 'DIALLING'; dial: Dial }
  | { kind: 'RELAYING'; connect: Connect }
  | { kind: 'OVER' }

/** What a call is doing and what it is told to do next. */
export interface CallScript {
  msPerCharacter: number
  answered: boolean
  /** What comes after the last verb: a party that was dialled is connected then. */
  atEnd: 'HANG_UP' | 'BRIDGE'
  /** Where the document came from: what is relative in it is relative to this. */
  base: string
  verbs: Verb[]
  activity: Activity
}

export type CallEffect =
  | { kind: 'ANSWER' }
  /** Ask for a document. `parameters` stand beside those of every request. */
  | { kind: 'FETCH'; request: Request; parameters: Record<string, string> }
  /** Words that the other side has heard from us. */
  | { kind: 'SPOKE'; text: string; at: number }
  | { kind: 'KEYS'; digits: string }
  | { kind: 'DIAL'; dial: Dial }
  | { kind: 'RELAY'; connect: Connect }
  | { kind: 'START'; transcription: Transcription }
  | { kind: 'STOP'; name: string | null }
  | { kind: 'BRIDGE' }
  | { kind: 'HANG_UP'; status: CallStatus }

export interface CallStep {
  script: CallScript
  effects: CallEffect[]
}

/** A call that waits for its first document. */
export function newScript(
  msPerCharacter: number,
  answered: boolean,
  atEnd: CallScript['atEnd'] = 'HANG_UP',
): CallScript {
  return { msPerCharacter, answered, atEnd, base: '', verbs: [], activity: { kind: 'FETCHING' } }
}

/** A document arrived: it takes the place of whatever the call was doing. */
export function obey(script: CallScript, document: { base: string; verbs: Verb[] }, now: number): CallStep {
  const cut = cutTalking(script, now)
  return after(cut, proceed({ ...cut.script, ...document }, now))
}

/** Lets everything happen that is due by `now`. */
export function passTime(script: CallScript, now: number): CallStep {
  let step: CallStep = { script, effects: [] }
  for (let at = scriptDueAt(step.script); at !== null && at <= now; at = scriptDueAt(step.script)) {
    step = after(step, nextHappening(step.script, at))
  }
  return step
}

export function scriptDueAt({ activity }: CallScript): number | null {
  if (activity.kind === 'TALKING') return activity.endsAt
  return activity.kind === 'GATHERING' ? gatheringDueAt(activity.gathering) : null
}

/** The caller begins to say something. Only what gathers speech takes notice. */
export function hear(script: CallScript, text: string, now: number): CallStep {
  if (script.activity.kind !== 'GATHERING') return { script, effects: [] }
  return gathered(script, gatherSpeech(script.activity.gathering, text, now), now)
}

/** The caller presses a key. */
export function press(script: CallScript, digit: string, now: number): CallStep {
  if (script.activity.kind !== 'GATHERING') return { script, effects: [] }
  return gathered(script, gatherKey(script.activity.gathering, digit, now), now)
}

/** Somebody who was dialled is connected to the caller, who hears that as an answer at the latest. */
export function bridged(script: CallScript): CallStep {
  if (script.answered) return { script, effects: [] }
  return { script: { ...script, answered: true }, effects: [{ kind: 'ANSWER' }] }
}

/** The dialled call is over, or nobody answered: asks what to do, or goes on. */
export function dialEnded(script: CallScript, parameters: Record<string, string>, now: number): CallStep {
  if (script.activity.kind !== 'DIALLING') return { script, effects: [] }
  return askOrProceed(script, script.activity.dial.action, parameters, now)
}

/** The relay session is over: asks what to do, or goes on. */
export function relayEnded(script: CallScript, parameters: Record<string, string>, now: number): CallStep {
  if (script.activity.kind !== 'RELAYING') return { script, effects: [] }
  return askOrProceed(script, script.activity.connect.action, parameters, now)
}

/** Somebody hung up. Words that were being said are kept as far as they were said. */
export function cutOff(script: CallScript, now: number): CallStep {
  const cut = cutTalking(script, now)
  return { ...cut, script: { ...cut.script, verbs: [], activity: { kind: 'OVER' } } }
}

/** Whether anything in a document orchestrates the call by itself, so that rules need not. */
export function orchestrates(verbs: readonly Verb[]): boolean {
  return verbs.some((verb) => {
    const noun = verb.verb === 'Connect' ? verb.relay : verb.verb === 'Start' ? verb.transcription : undefined
    return noun !== undefined && (noun.conversationConfiguration !== null || noun.conversationId !== null)
  })
}

function proceed(script: CallScript, now: number): CallStep {
  let step: CallStep = { script, effects: [] }
  do step = after(step, beginNext(step.script, now))
  while (step.script.activity.kind === 'FETCHING' && !step.effects.some(({ kind }) => kind === 'FETCH'))
  return step
}

/** Begins the next verb. One that takes no time leaves the call at FETCHING, which here means: go on. */
function beginNext(script: CallScript, now: number): CallStep {
  const [verb, ...verbs] = script.verbs
  if (!script.answered && verb?.verb === 'Reject') {
    return hangUp(script, verb.reason === 'busy' ? 'busy' : 'no-answer')
  }
  const waits = verb?.verb === 'Dial' && verb.answerOnBridge
  const answer: CallEffect[] = script.answered || waits ? [] : [{ kind: 'ANSWER' }]
  const answered = script.answered || !waits
  const rest: CallScript = { ...script, answered, verbs, activity: { kind: 'FETCHING' } }
  const { script: next, effects } = verb ? begin(rest, verb, now) : end(rest)
  return { script: next, effects: [...answer, ...effects] }
}

function end(script: CallScript): CallStep {
  if (script.atEnd === 'HANG_UP') return hangUp(script, 'completed')
  return { script: { ...script, activity: { kind: 'OVER' } }, effects: [{ kind: 'BRIDGE' }] }
}

function begin(script: CallScript, verb: Verb, now: number): CallStep {
  switch (verb.verb) {
    case 'Say': {
      if (verb.text === '') return { script, effects: [] }
      const again: Verb[] = verb.times > 1 ? [{ ...verb, times: verb.times - 1 }] : []
      return talk(
        { ...script, verbs: [...again, ...script.verbs] },
        verb.text,
        speechMs(verb.text, script.msPerCharacter),
        now,
      )
    }
    case 'Play': {
      const effects: CallEffect[] = verb.digits === '' ? [] : [{ kind: 'KEYS', digits: verb.digits }]
      return verb.url === null
        ? { script, effects }
        : after({ script, effects }, talk(script, '', soundMs * verb.times, now))
    }
    case 'Pause':
      return talk(script, '', verb.seconds * 1000, now)
    case 'Gather':
      return doing(script, { kind: 'GATHERING', gathering: gathering(verb, script.msPerCharacter, now) })
    case 'Dial':
      if (verb.targets.length === 0) return { script, effects: [] }
      return doing(script, { kind: 'DIALLING', dial: verb }, { kind: 'DIAL', dial: verb })
    case 'Connect':
      return doing(script, { kind: 'RELAYING', connect: verb }, { kind: 'RELAY', connect: verb })
    case 'Start':
      return { script, effects: [{ kind: 'START', transcription: verb.transcription }] }
    case 'Stop':
      return { script, effects: [{ kind: 'STOP', name: verb.name }] }
    case 'Redirect':
      return ask(script, verb.request, {})
    case 'Hangup':
    case 'Reject':
      return hangUp(script, 'completed')
  }
}

function nextHappening(script: CallScript, at: number): CallStep {
  const { activity } = script
  if (activity.kind === 'GATHERING') return gathered(script, passGathering(activity.gathering, at), at)
  return after({ script, effects: activity.kind === 'TALKING' ? spoke(activity, at) : [] }, proceed(script, at))
}

function gathered(
  script: CallScript,
  { gathering: next, spoken }: ReturnType<typeof passGathering>,
  now: number,
): CallStep {
  const effects = spoken.map(({ text, startsAt }): CallEffect => ({ kind: 'SPOKE', text, at: startsAt }))
  const result = gatherResult(next)
  const step: CallStep = { script: { ...script, activity: { kind: 'GATHERING', gathering: next } }, effects }
  if (result === undefined) return step
  if (result === 'NOTHING') return after(step, proceed(script, now))
  // Without an action the same document is asked for again.
  return after(step, ask(script, next.gather.action ?? { url: script.base, method: 'POST' }, result))
}

function askOrProceed(
  script: CallScript,
  action: Request | null,
  parameters: Record<string, string>,
  now: number,
): CallStep {
  return action === null ? proceed(script, now) : ask(script, action, parameters)
}

function ask(script: CallScript, { url, method }: Request, parameters: Record<string, string>): CallStep {
  const absolute = URL.parse(url, script.base === '' ? undefined : script.base)?.href ?? url
  const effect: CallEffect = { kind: 'FETCH', request: { url: absolute, method }, parameters }
  return { script: { ...script, verbs: [], activity: { kind: 'FETCHING' } }, effects: [effect] }
}

function talk(script: CallScript, text: string, ms: number, now: number): CallStep {
  return doing(script, { kind: 'TALKING', text, startsAt: now, endsAt: now + ms })
}

function doing(script: CallScript, activity: Activity, ...effects: CallEffect[]): CallStep {
  return { script: { ...script, activity }, effects }
}

function hangUp(script: CallScript, status: CallStatus): CallStep {
  return { script: { ...script, verbs: [], activity: { kind: 'OVER' } }, effects: [{ kind: 'HANG_UP', status }] }
}

function cutTalking(script: CallScript, now: number): CallStep {
  const { activity } = script
  const talking = activity.kind === 'GATHERING' ? activity.gathering.prompting : activity
  const said = talking && 'endsAt' in talking ? spoke(talking, now) : []
  return { script, effects: said }
}

function spoke(utterance: Utterance, now: number): CallEffect[] {
  const text = spokenUntil(utterance, now)
  return text === '' ? [] : [{ kind: 'SPOKE', text, at: utterance.startsAt }]
}

function after(first: CallStep, next: CallStep): CallStep {
  return { script: next.script, effects: [...first.effects, ...next.effects] }
}
