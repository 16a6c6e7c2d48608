import type { TwimlElement, TwimlWarning } from '../../carriers/domain/twiml-element.ts'
import { Attributes } from './attributes.ts'
import { nested, warn } from './nested.ts'
import { type Interruptible, interruptibles, type Relay, type Route, relayDebugs, type Transcription } from './verbs.ts'

/** Undefined, with a warning, where it cannot be dialled at all. */
export function readRelay(element: TwimlElement, warnings: TwimlWarning[]): Relay | undefined {
  const attributes = new Attributes(element, warnings)
  const language = attributes.text('language') ?? 'en-US'
  const url = attributes.text('url')
  const relay: Omit<Relay, 'url' | 'languages' | 'parameters'> = {
    ...readRoute(attributes),
    welcomeGreeting: attributes.text('welcomeGreeting'),
    welcomeGreetingInterruptible: readInterruptible(attributes, 'welcomeGreetingInterruptible', 'any'),
    interruptible: readInterruptible(attributes, 'interruptible', 'any'),
    reportInputDuringAgentSpeech: readInterruptible(attributes, 'reportInputDuringAgentSpeech', 'none'),
    preemptible: attributes.flag('preemptible', false),
    dtmfDetection: attributes.flag('dtmfDetection', false),
    partialPrompts: attributes.flag('partialPrompts', false),
    debug: attributes.words('debug', relayDebugs),
    language,
    ttsLanguage: attributes.text('ttsLanguage') ?? language,
    transcriptionLanguage: attributes.text('transcriptionLanguage') ?? language,
  }
  attributes.ofSound('ttsProvider', 'voice', 'transcriptionProvider', 'speechModel', 'interruptSensitivity', 'hints')
  attributes.ofSound(
    'profanityFilter',
    'elevenlabsTextNormalization',
    'deepgramSmartFormat',
    'backgroundNoiseReduction',
  )
  attributes.ofSound('deepgramsmartformat', 'backgroundnoisereduction', 'ignoreBackchannel', 'ignorebackchannel')
  attributes.ofSound('speechTimeout', 'speechtimeout')
  attributes.unserved('intelligenceService', 'events')
  attributes.warnOfUnknown()
  const { languages, parameters } = readRelayChildren(element, warnings)
  if (url !== null && /^wss?:\/\//i.test(url)) return { ...relay, url, languages, parameters }
  warn(warnings, 'url of <ConversationRelay> must begin with wss://')
  return undefined
}

export function readTranscription(element: TwimlElement, warnings: TwimlWarning[]): Transcription {
  const attributes = new Attributes(element, warnings)
  const transcription: Transcription = {
    ...readRoute(attributes),
    name: attributes.text('name'),
    track: attributes.word('track', ['inbound_track', 'outbound_track', 'both_tracks'], 'both_tracks'),
    statusCallback: attributes.request('statusCallbackUrl', 'statusCallbackMethod'),
    inboundTrackLabel: readLabel(attributes, 'inboundTrackLabel'),
    outboundTrackLabel: readLabel(attributes, 'outboundTrackLabel'),
    partialResults: attributes.flag('partialResults', false),
    languageCode: attributes.text('languageCode') ?? 'en-US',
    transcriptionEngine: attributes.text('transcriptionEngine') ?? 'google',
    speechModel: attributes.text('speechModel') ?? 'telephony',
    profanityFilter: attributes.flag('profanityFilter', true),
    hints: attributes.text('hints') ?? '',
    enableAutomaticPunctuation: attributes.flag('enableAutomaticPunctuation', true),
  }
  attributes.unserved('intelligenceService', 'enableProviderData', 'transcriptionConfigurationId')
  attributes.warnOfUnknown()
  nested(element, [], warnings)
  return transcription
}

/** As long as a participant's name may be. */
function readLabel(attributes: Attributes, name: string): string | null {
  return attributes.text(name)?.slice(0, 256) ?? null
}

function readRoute(attributes: Attributes): Route {
  return {
    conversationConfiguration: attributes.text('conversationConfiguration'),
    conversationId: attributes.text('conversationId'),
  }
}

function readInterruptible(attributes: Attributes, name: string, otherwise: Interruptible): Interruptible {
  // Documents of the first time had true and false.
  const word = attributes.word(name, [...interruptibles, 'true', 'false'], otherwise)
  if (word === 'true') return 'any'
  return word === 'false' ? 'none' : word
}

function readRelayChildren(element: TwimlElement, warnings: TwimlWarning[]): Pick<Relay, 'languages' | 'parameters'> {
  const languages: string[] = []
  const parameters: Record<string, string> = {}
  for (const child of element.children) {
    const attributes = new Attributes(child, warnings)
    if (child.name === 'Language') {
      const code = attributes.text('code')
      if (code !== null) languages.push(code)
      else warn(warnings, '<Language> has no code')
      attributes.ofSound('ttsProvider', 'voice', 'transcriptionProvider', 'speechModel')
    } else if (child.name === 'Parameter') {
      const name = attributes.text('name')
      const value = attributes.raw('value') ?? ''
      if (name !== null) parameters[name] = value
      else warn(warnings, '<Parameter> has no name')
    } else {
      warn(warnings, `<ConversationRelay> has no use for <${child.name}>`)
      continue
    }
    attributes.warnOfUnknown()
  }
  return { languages, parameters }
}
