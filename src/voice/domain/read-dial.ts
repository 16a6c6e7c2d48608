import type { TwimlElement, TwimlWarning } from '../../carriers/domain/twiml-element.ts'
import { Attributes } from './attributes.ts'
import { nested, warn } from './nested.ts'
import { callEvents, type Dial, type DialTarget, type StatusCallback } from './verbs.ts'

/** As published: a bridged call ends after four hours. */
const usualTimeLimitSeconds = 14_400
const daySeconds = 86_400
const mostTargets = 10

export function readDial(element: TwimlElement, attributes: Attributes, warnings: TwimlWarning[]): Dial {
  attributes.ofSound('ringTone')
  attributes.unserved('record', 'recordingConfigurationId', 'recordingTrack', 'trim', 'events', 'passports')
  attributes.unserved('recordingStatusCallback', 'recordingStatusCallbackEvent', 'recordingStatusCallbackMethod')
  attributes.unserved('referUrl', 'referMethod')
  const nouns = nested(element, ['Number', 'Client', 'Sip'], warnings)
  const bare = element.text === '' ? [] : [{ ...plainTarget, noun: 'Number' as const, address: element.text }]
  const targets = [...bare, ...nouns.flatMap((noun) => readTarget(noun, warnings) ?? [])]
  if (targets.length === 0) warn(warnings, '<Dial> names nobody to call')
  if (targets.length > mostTargets) warn(warnings, `<Dial> calls at most ${mostTargets}; the others are passed over`)
  return {
    verb: 'Dial',
    targets: targets.slice(0, mostTargets),
    timeoutSeconds: attributes.number('timeout', { least: 1, most: 600, otherwise: 30 }),
    timeLimitSeconds: attributes.number('timeLimit', { least: 1, most: daySeconds, otherwise: usualTimeLimitSeconds }),
    callerId: attributes.text('callerId'),
    hangupOnStar: attributes.flag('hangupOnStar', false),
    answerOnBridge: attributes.flag('answerOnBridge', false),
    sequential: attributes.flag('sequential', false),
    action: attributes.request('action', 'method'),
  }
}

const plainTarget = { whisper: null, sendDigits: '', statusCallback: null }
const machineDetection = [
  'machineDetection',
  'machineDetectionSilenceTimeout',
  'machineDetectionSpeechEndThreshold',
  'machineDetectionSpeechThreshold',
  'machineDetectionTimeout',
  'amdStatusCallback',
  'amdStatusCallbackMethod',
]

function readTarget(element: TwimlElement, warnings: TwimlWarning[]): DialTarget | undefined {
  const attributes = new Attributes(element, warnings)
  const target = {
    whisper: attributes.request('url', 'method'),
    sendDigits: element.name === 'Number' ? readKeys(attributes) : '',
    statusCallback: readStatusCallback(attributes),
  }
  if (element.name !== 'Client') attributes.unserved(...machineDetection)
  if (element.name === 'Number') attributes.unserved('byoc')
  if (element.name === 'Sip') attributes.unserved('username', 'password')
  attributes.warnOfUnknown()
  if (element.name === 'Client') return clientTarget(element, target, warnings)
  nested(element, [], warnings)
  if (element.text === '') return undefined
  return { ...target, noun: element.name as 'Number' | 'Sip', address: element.text }
}

function clientTarget(
  element: TwimlElement,
  target: Omit<DialTarget, 'noun' | 'address'>,
  warnings: TwimlWarning[],
): DialTarget | undefined {
  const parts = nested(element, ['Identity', 'Parameter'], warnings)
  if (parts.some(({ name }) => name === 'Parameter')) {
    warn(warnings, '<Parameter> of <Client> is not served here and has no effect')
  }
  const identity = parts.find(({ name }) => name === 'Identity')?.text ?? element.text
  return identity === ''
    ? undefined
    : { ...target, noun: 'Client', address: `client:${identity.replace(/^client:/, '')}` }
}

function readKeys(attributes: Attributes): string {
  return attributes.matching('sendDigits', /^[0-9*#wW]{1,64}$/, 'up to 64 of 0 to 9, *, # and w') ?? ''
}

/** As published: of its end alone, unless other events are named. */
function readStatusCallback(attributes: Attributes): StatusCallback | null {
  const request = attributes.request('statusCallback', 'statusCallbackMethod')
  const events = attributes.words('statusCallbackEvent', callEvents)
  return request && { ...request, events: events.length === 0 ? ['completed'] : events }
}
