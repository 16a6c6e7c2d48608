import { soundMs, speechMs, spokenUntil, type Utterance } from './speech.ts'
import type { Gather, Prompt } from './verbs.ts'

/** Speech and keys that are being gathered, and what is said meanwhile. */
export interface Gathering {
  gather: Gather
  msPerCharacter: number
  /** Prompts still to come, the present one taken out. */
  prompts: Prompt[]
  prompting: Utterance | null
  /** Until when input may begin, or go on; null while prompts or the caller speak. */
  waitsUntil: number | null
  digits: string
  /** What the caller says. */
  hearing: Utterance | null
  /** All input is there; prompts may still have to be said to their end. */
  isComplete: boolean
  isOver: boolean
}

export interface GatheringStep {
  gathering: Gathering
  /** Prompts, or their beginnings, that have been spoken. */
  spoken: Utterance[]
}

export function gathering(gather: Gather, msPerCharacter: number, now: number): Gathering {
  const prompts = gather.prompts.flatMap(repeated)
  const blank = { gather, msPerCharacter, digits: '', hearing: null, isComplete: false, isOver: false }
  return prompt({ ...blank, prompts, prompting: null, waitsUntil: null }, now)
}

export function gatheringDueAt({ gather, prompting, hearing, waitsUntil, isComplete }: Gathering): number | null {
  const heardAt = hearing && !isComplete ? completeAt(gather, hearing) : null
  return [prompting?.endsAt ?? null, heardAt, waitsUntil].reduce(
    (least, at) => (at !== null && (least === null || at < least) ? at : least),
    null,
  )
}

/** What is due at exactly `now`: the end of a prompt, of the caller's words, or of the patience. */
export function passGathering(gathering: Gathering, now: number): GatheringStep {
  const { gather, hearing, prompting, isComplete } = gathering
  if (prompting?.endsAt === now) {
    return { gathering: prompt(gathering, now), spoken: prompting.text === '' ? [] : [prompting] }
  }
  if (hearing && !isComplete && completeAt(gather, hearing) === now)
    return { gathering: complete(gathering), spoken: [] }
  return { gathering: complete({ ...gathering, waitsUntil: null }), spoken: [] }
}

/** The caller begins to speak, or goes on. That ends the prompts, unless they are to be heard out. */
export function gatherSpeech(gathering: Gathering, text: string, now: number): GatheringStep {
  const { gather, hearing, msPerCharacter } = gathering
  const goesOn = hearing !== null && gather.speechTimeoutSeconds !== null
  if (!gather.speech || gathering.isComplete || (hearing && !goesOn)) return { gathering, spoken: [] }
  const startsAt = hearing?.startsAt ?? now
  const words = {
    text: hearing ? `${hearing.text} ${text}` : text,
    startsAt,
    endsAt: Math.max(now, hearing?.endsAt ?? now) + speechMs(text, msPerCharacter),
  }
  return bargeIn({ ...gathering, hearing: limited(gather, words), waitsUntil: null }, now)
}

/** The caller presses a key, which ends the prompts, unless they are to be heard out. */
export function gatherKey(gathering: Gathering, digit: string, now: number): GatheringStep {
  const { gather } = gathering
  if (!gather.keys || gathering.isComplete) return { gathering, spoken: [] }
  const isFinish = gather.finishOnKey.includes(digit)
  const digits = isFinish ? gathering.digits : gathering.digits + digit
  const step = bargeIn({ ...gathering, digits }, now)
  const isEnough = isFinish || digits.length === gather.numDigits
  const waitsUntil = step.gathering.prompting ? null : now + gather.timeoutSeconds * 1000
  return { ...step, gathering: isEnough ? complete(step.gathering) : { ...step.gathering, waitsUntil } }
}

/** The parameters of the action's request, NOTHING where the call just goes on, undefined while it still gathers. */
export function gatherResult({
  isOver,
  hearing,
  digits,
  gather,
}: Gathering): Record<string, string> | 'NOTHING' | undefined {
  if (!isOver) return undefined
  if (digits !== '') return { Digits: digits }
  if (hearing) return { SpeechResult: hearing.text, Confidence: '1.0' }
  return gather.actionOnEmptyResult ? { Digits: '' } : 'NOTHING'
}

function complete(gathering: Gathering): Gathering {
  const isOver = gathering.prompting === null && gathering.prompts.length === 0
  return { ...gathering, waitsUntil: null, isComplete: true, isOver }
}

function completeAt({ speechTimeoutSeconds }: Gather, { endsAt }: Utterance): number {
  return endsAt + (speechTimeoutSeconds ?? 0) * 1000
}

function limited({ maxSpeechSeconds }: Gather, words: Utterance): Utterance {
  const limit = maxSpeechSeconds === null ? words.endsAt : words.startsAt + maxSpeechSeconds * 1000
  return limit >= words.endsAt ? words : { ...words, text: spokenUntil(words, limit), endsAt: limit }
}

function prompt(gathering: Gathering, now: number): Gathering {
  const [next, ...prompts] = gathering.prompts
  if (!next) {
    const heard = { ...gathering, prompting: null }
    if (gathering.isComplete) return complete(heard)
    return { ...heard, waitsUntil: gathering.hearing ? null : now + gathering.gather.timeoutSeconds * 1000 }
  }
  const text = next.verb === 'Say' ? next.text : ''
  const ms = next.verb === 'Say' ? speechMs(text, gathering.msPerCharacter) : silenceMs(next)
  return { ...gathering, prompts, prompting: { text, startsAt: now, endsAt: now + ms } }
}

function silenceMs(prompt: Exclude<Prompt, { verb: 'Say' }>): number {
  if (prompt.verb === 'Pause') return prompt.seconds * 1000
  return prompt.url === null ? 0 : soundMs * prompt.times
}

function repeated(prompt: Prompt): Prompt[] {
  return prompt.verb === 'Say' ? Array.from({ length: prompt.times }, () => prompt) : [prompt]
}

function bargeIn(gathering: Gathering, now: number): GatheringStep {
  const { gather, prompting } = gathering
  if (!gather.bargeIn) return { gathering, spoken: [] }
  const text = prompting ? spokenUntil(prompting, now) : ''
  const spoken = prompting && text !== '' ? [{ ...prompting, text, endsAt: now }] : []
  return { gathering: { ...gathering, prompting: null, prompts: [] }, spoken }
}
