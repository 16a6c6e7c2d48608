import { soundOnly, type TwimlElement, type TwimlWarning } from '../../carriers/domain/twiml-element.ts'
import { Attributes } from './attributes.ts'
import { nested, warn } from './nested.ts'
import { readDial } from './read-dial.ts'
import { readRelay, readTranscription } from './read-nouns.ts'
import type { Connect, Gather, Pause, Play, Prompt, Say, Start, Stop, Verb } from './verbs.ts'

/** What a document tells a call to do, and what in it nobody understands. */
export interface VoiceTwiml {
  verbs: Verb[]
  warnings: TwimlWarning[]
}

/** As the vendor has it: a repeated verb goes on for a long time, yet not for ever. */
const maxTimes = 1000
const daySeconds = 86_400

/** Reads the verbs of a voice document. Verbs and attributes that are unknown are passed over with a warning. */
export function readVoiceTwiml(response: TwimlElement): VoiceTwiml {
  const warnings: TwimlWarning[] = []
  const verbs = response.children.flatMap((element) => readVerb(element, warnings) ?? [])
  return { verbs, warnings }
}

function readVerb(element: TwimlElement, warnings: TwimlWarning[]): Verb | undefined {
  const read = Object.hasOwn(readers, element.name) ? readers[element.name] : undefined
  if (!read) {
    warn(warnings, `<${element.name}> is no verb that a call can be told here`)
    return undefined
  }
  const attributes = new Attributes(element, warnings)
  const verb = read(element, attributes, warnings)
  attributes.warnOfUnknown()
  return verb
}

/** What a called party may be told before it is connected; the other verbs are passed over with a warning. */
export function whispering(verbs: readonly Verb[]): VoiceTwiml {
  const warnings: TwimlWarning[] = []
  const kept = verbs.filter(({ verb }) => {
    if (whispers.includes(verb)) return true
    warn(warnings, `<${verb}> has no place in a document that a called party hears before it is connected`)
    return false
  })
  return { verbs: kept, warnings }
}

const whispers: readonly Verb['verb'][] = ['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup']

type ReadVerb = (element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]) => Verb | undefined

const readers: Readonly<Record<string, ReadVerb>> = {
  Say: readSay,
  Play: readPlay,
  Pause: readPause,
  Gather: readGather,
  Dial: readDial,
  Connect: readConnect,
  Start: readStart,
  Stop: readStop,
  Redirect: (element, attributes, warnings) => {
    const request = { url: element.text, method: attributes.method('method') }
    if (request.url !== '') return { verb: 'Redirect', request }
    warn(warnings, '<Redirect> names no URL')
    return undefined
  },
  Hangup: (element, _, warnings) => {
    nested(element, [], warnings)
    return { verb: 'Hangup' }
  },
  Reject: (_, attributes) => ({
    verb: 'Reject',
    reason: attributes.word('reason', ['rejected', 'busy'], 'rejected'),
  }),
}

/** Marks within the text are about how it sounds. */
const speechMarks = ['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w', 'mark', 'voice']

function readSay(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Say {
  attributes.ofSound('voice', 'language')
  for (const { name } of nested(element, speechMarks, warnings)) {
    warnings.push({ code: soundOnly, message: `<${name}> of <Say> is of no effect, since text stands for speech here` })
  }
  return { verb: 'Say', text: element.words ?? element.text, times: timesOf(attributes) }
}

function readPlay(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Play {
  const url = element.text === '' ? null : element.text
  const digits = attributes.matching('digits', /^[0-9*#wW]{1,200}$/, 'up to 200 of 0 to 9, *, # and w') ?? ''
  if (url === null && digits === '') warn(warnings, '<Play> names no sound and no digits')
  return { verb: 'Play', url, digits, times: timesOf(attributes) }
}

function readPause(_: TwimlElement, attributes: Attributes): Pause {
  return { verb: 'Pause', seconds: attributes.number('length', { least: 0, most: daySeconds, otherwise: 1 }) }
}

/** 0 stands for as often as can be. */
function timesOf(attributes: Attributes): number {
  return attributes.number('loop', { least: 0, most: maxTimes, otherwise: 1 }) || maxTimes
}

function readGather(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Gather {
  attributes.ofSound('language', 'hints', 'profanityFilter', 'speechModel', 'enhanced', 'debug')
  attributes.unserved('partialResultCallback', 'partialResultCallbackMethod')
  const input = attributes.words('input', ['dtmf', 'speech'])
  const finishOnKey = attributes.raw('finishOnKey')?.trim() ?? '#'
  if (!/^[0-9*#]{0,1}$/.test(finishOnKey))
    warn(warnings, 'finishOnKey of <Gather> must be one of 0 to 9, * and #, or empty')
  return {
    verb: 'Gather',
    speech: input.includes('speech'),
    keys: input.length === 0 || input.includes('dtmf'),
    timeoutSeconds: attributes.number('timeout', { least: 1, most: daySeconds, otherwise: 5 }),
    numDigits: attributes.numberOrNull('numDigits', { least: 1, most: 1000 }),
    finishOnKey,
    action: attributes.request('action', 'method'),
    actionOnEmptyResult: attributes.flag('actionOnEmptyResult', false),
    bargeIn: attributes.flag('bargeIn', true),
    speechTimeoutSeconds:
      attributes.raw('speechTimeout') === 'auto'
        ? null
        : attributes.numberOrNull('speechTimeout', { least: 1, most: daySeconds }),
    maxSpeechSeconds: attributes.numberOrNull('maxSpeechTime', { least: 1, most: daySeconds }),
    prompts: nested(element, ['Say', 'Play', 'Pause'], warnings).flatMap((child) => {
      const prompt = readVerb(child, warnings)
      return prompt === undefined ? [] : [prompt as Prompt]
    }),
  }
}

function readConnect(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Connect | undefined {
  const action = attributes.request('action', 'method')
  const [noun] = nested(element, ['ConversationRelay'], warnings)
  const relay = noun && readRelay(noun, warnings)
  if (!relay) warn(warnings, '<Connect> has no <ConversationRelay> with a url')
  return relay && { verb: 'Connect', relay, action }
}

function readStart(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Start | undefined {
  attributes.unserved('action', 'method')
  const [noun] = nested(element, ['Transcription'], warnings)
  if (!noun) warn(warnings, '<Start> has no <Transcription>')
  return noun && { verb: 'Start', transcription: readTranscription(noun, warnings) }
}

function readStop(element: TwimlElement, _: Attributes, warnings: TwimlWarning[]): Stop | undefined {
  const [noun] = nested(element, ['Transcription'], warnings)
  if (!noun) {
    warn(warnings, '<Stop> has no <Transcription>')
    return undefined
  }
  const attributes = new Attributes(noun, warnings)
  const stop: Stop = { verb: 'Stop', name: attributes.text('name') }
  attributes.warnOfUnknown()
  return stop
}
