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
  /** The caller is speaking. */
  hearing: Utterance | null
  isOver: boolean
}

export interface GatheringStep {
  gathering: Gathering
  /** Prompts, or their beginnings, that have been spoken. */
  spoken: Utterance[]
}

export function gathering(gather: Gather, msPerCharacter: number, now: number): Gathering {
  const prompts = gather.prompts.flatMap(repeated)
  const blank = { gather, msPerCharacter, digits: '', hearing: null, isOver: false }
  return prompt({ ...blank, prompts, prompting: null, waitsUntil: null }, now)
}

export function gatheringDueAt({ prompting, hearing, waitsUntil }: Gathering): number | null {
  return hearing?.endsAt ?? prompting?.endsAt ?? waitsUntil
}

/** What is due at exactly `now`: the end of a prompt, of the caller's words, or of the patience. */
export function passGathering(gathering: Gathering, now: number): GatheringStep {
  const { hearing, prompting } = gathering
  if (hearing) return { gathering: { ...gathering, isOver: true }, spoken: [] }
  if (prompting) return { gathering: prompt(gathering, now), spoken: prompting.text === '' ? [] : [prompting] }
  return { gathering: { ...gathering, isOver: true }, spoken: [] }
}

/** The caller begins to speak, which ends the prompts. */
export function gatherSpeech(gathering: Gathering, text: string, now: number): GatheringStep {
  if (!gathering.gather.speech || gathering.hearing) return { gathering, spoken: [] }
  const hearing = { text, startsAt: now, endsAt: now + speechMs(text, gathering.msPerCharacter) }
  return bargeIn({ ...gathering, hearing, waitsUntil: null }, now)
}

/** The caller presses a key, which ends the prompts. */
export function gatherKey(gathering: Gathering, digit: string, now: number): GatheringStep {
  const { gather } = gathering
  if (!gather.keys) return { gathering, spoken: [] }
  const waitsUntil = now + gather.timeoutSeconds * 1000
  if (gather.finishOnKey.includes(digit)) return bargeIn({ ...gathering, waitsUntil, isOver: true }, now)
  const digits = gathering.digits + digit
  return bargeIn({ ...gathering, digits, waitsUntil, isOver: digits.length === gather.numDigits }, now)
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

function prompt(gathering: Gathering, now: number): Gathering {
  const [next, ...prompts] = gathering.prompts
  if (!next) return { ...gathering, prompting: null, waitsUntil: now + gathering.gather.timeoutSeconds * 1000 }
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
  const { prompting } = gathering
  const text = prompting ? spokenUntil(prompting, now) : ''
  const spoken = prompting && text !== '' ? [{ ...prompting, text, endsAt: now }] : []
  return { gathering: { ...gathering, prompting: null, prompts: [] }, spoken }
}
