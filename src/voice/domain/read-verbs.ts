import { schemaWarning, type TwimlElement, type TwimlWarning } from '../../carriers/domain/twiml-element.ts'
import { Attributes } from './attributes.ts'
import { readRelay, readTranscription } from './read-nouns.ts'
import type { Connect, Dial, DialTarget, Gather, Pause, Play, Prompt, Say, Start, Stop, Verb } from './verbs.ts'

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
  Hangup: () => ({ verb: 'Hangup' }),
  Reject: (_, attributes) => ({
    verb: 'Reject',
    reason: attributes.word('reason', ['rejected', 'busy'], 'rejected'),
  }),
}

function readSay(element: TwimlElement, attributes: Attributes): Say {
  attributes.ignore('voice', 'language')
  return { verb: 'Say', text: element.text, times: timesOf(attributes) }
}

function readPlay(element: TwimlElement, attributes: Attributes): Play {
  const url = element.text === '' ? null : element.text
  return { verb: 'Play', url, digits: attributes.text('digits') ?? '', times: timesOf(attributes) }
}

function readPause(_: TwimlElement, attributes: Attributes): Pause {
  return { verb: 'Pause', seconds: attributes.number('length', { least: 0, most: daySeconds, otherwise: 1 }) }
}

/** 0 stands for as often as can be. */
function timesOf(attributes: Attributes): number {
  return attributes.number('loop', { least: 0, most: maxTimes, otherwise: 1 }) || maxTimes
}

function readGather(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Gather {
  attributes.ignore(
    'speechTimeout',
    'maxSpeechTime',
    'language',
    'hints',
    'profanityFilter',
    'speechModel',
    'enhanced',
    'bargeIn',
    'partialResultCallback',
    'partialResultCallbackMethod',
    'debug',
  )
  attributes.ignore('finishOnKey')
  const input = (attributes.text('input') ?? 'dtmf').toLowerCase().split(/[\s,]+/)
  return {
    verb: 'Gather',
    speech: input.includes('speech'),
    keys: input.includes('dtmf'),
    timeoutSeconds: attributes.number('timeout', { least: 1, most: daySeconds, otherwise: 5 }),
    numDigits: attributes.numberOrNull('numDigits', { least: 1, most: 1000 }),
    finishOnKey: element.attributes.finishOnKey ?? '#',
    action: attributes.request('action', 'method'),
    actionOnEmptyResult: attributes.flag('actionOnEmptyResult', false),
    prompts: nested(element, ['Say', 'Play', 'Pause'], warnings).flatMap((child) => {
      const prompt = readVerb(child, warnings)
      return prompt === undefined ? [] : [prompt as Prompt]
    }),
  }
}

function readDial(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Dial {
  attributes.ignore('answerOnBridge', 'hangupOnStar', 'record', 'ringTone', 'sequential', 'referUrl', 'referMethod')
  attributes.ignore('recordingStatusCallback', 'recordingStatusCallbackMethod', 'recordingTrack', 'trim')
  const nouns = nested(element, ['Number', 'Client', 'Sip'], warnings)
  const bare = element.text === '' ? [] : [{ noun: 'Number' as const, address: element.text }]
  const targets = [...bare, ...nouns.flatMap((noun) => readTarget(noun, warnings) ?? [])]
  if (targets.length === 0) warn(warnings, '<Dial> names nobody to call')
  return {
    verb: 'Dial',
    targets,
    timeoutSeconds: attributes.number('timeout', { least: 1, most: 600, otherwise: 30 }),
    timeLimitSeconds: attributes.numberOrNull('timeLimit', { least: 1, most: daySeconds }),
    callerId: attributes.text('callerId'),
    action: attributes.request('action', 'method'),
  }
}

function readTarget(element: TwimlElement, warnings: TwimlWarning[]): DialTarget | undefined {
  const attributes = new Attributes(element, warnings)
  attributes.ignore(
    'url',
    'method',
    'sendDigits',
    'statusCallback',
    'statusCallbackEvent',
    'statusCallbackMethod',
    'byoc',
  )
  attributes.ignore('username', 'password', 'machineDetection')
  attributes.warnOfUnknown()
  if (element.name !== 'Client') {
    if (element.text === '') return undefined
    return { noun: element.name as 'Number' | 'Sip', address: element.text }
  }
  const parts = nested(element, ['Identity', 'Parameter'], warnings)
  const identity = parts.find(({ name }) => name === 'Identity')?.text ?? element.text
  if (identity === '') return undefined
  return { noun: 'Client', address: `client:${identity.replace(/^client:/, '')}` }
}

function readConnect(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Connect | undefined {
  const action = attributes.request('action', 'method')
  const [noun] = nested(element, ['ConversationRelay'], warnings)
  const relay = noun && readRelay(noun, warnings)
  if (!relay) warn(warnings, '<Connect> has no <ConversationRelay> with a url')
  return relay && { verb: 'Connect', relay, action }
}

function readStart(element: TwimlElement, _: Attributes, warnings: TwimlWarning[]): Start | undefined {
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

/** The children that an element may have; of the others a warning tells. */
function nested(element: TwimlElement, names: readonly string[], warnings: TwimlWarning[]): TwimlElement[] {
  return element.children.filter(({ name }) => {
    if (names.includes(name)) return true
    warn(warnings, `<${element.name}> has no use for <${name}>`)
    return false
  })
}

function warn(warnings: TwimlWarning[], message: string): void {
  warnings.push({ code: schemaWarning, message })
}
