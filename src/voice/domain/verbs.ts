/** What a call can be told to do, as read from TwiML: attributes in their units, defaults filled in. */

export type Method = 'GET' | 'POST'

/** A URL as the document has it, relative to the one that it was fetched from. */
export interface Request {
  url: string
  method: Method
}

export interface Say {
  verb: 'Say'
  text: string
  times: number
}

/** `url` is null where only keys are played. */
export interface Play {
  verb: 'Play'
  url: string | null
  digits: string
  times: number
}

export interface Pause {
  verb: 'Pause'
  seconds: number
}

export type Prompt = Say | Play | Pause

export interface Gather {
  verb: 'Gather'
  speech: boolean
  keys: boolean
  timeoutSeconds: number
  /** How many keys end it; null: only the finishing key or the time-out does. */
  numDigits: number | null
  finishOnKey: string
  action: Request | null
  actionOnEmptyResult: boolean
  /** Whether input cuts the prompts off; else they are said to their end. */
  bargeIn: boolean
  /** How much longer than the caller's words it listens for more; null: not at all. */
  speechTimeoutSeconds: number | null
  /** What is said for longer is cut there. */
  maxSpeechSeconds: number | null
  prompts: Prompt[]
}

/** Whom to call, and what is done with whoever answers. */
export interface DialTarget {
  noun: 'Number' | 'Client' | 'Sip'
  /** A number, `client:` and an identity, or a SIP URI. */
  address: string
  /** A document that the called party hears alone, before it is connected. */
  whisper: Request | null
  /** Keys that are pressed as soon as it is answered. */
  sendDigits: string
  statusCallback: StatusCallback | null
}

export const callEvents = ['initiated', 'ringing', 'answered', 'completed'] as const
export type CallEvent = (typeof callEvents)[number]

/** Where to tell how a call goes, and of what. */
export interface StatusCallback {
  url: string
  method: Method
  events: readonly CallEvent[]
}

export interface Dial {
  verb: 'Dial'
  targets: DialTarget[]
  timeoutSeconds: number
  /** The longest the bridged call may last. */
  timeLimitSeconds: number
  callerId: string | null
  /** The caller's star ends the bridged call. */
  hangupOnStar: boolean
  /** A call that has come in is answered only when somebody is connected to it. */
  answerOnBridge: boolean
  /** One after the other, not all at once. */
  sequential: boolean
  action: Request | null
}

/** How an orchestrated relay session or transcription finds its conversation. */
export interface Route {
  conversationConfiguration: string | null
  conversationId: string | null
}

/** By what speech may be cut off, or what is reported while it goes on. */
export const interruptibles = ['none', 'dtmf', 'speech', 'any'] as const
export type Interruptible = (typeof interruptibles)[number]

export const relayDebugs = ['speaker-events', 'tokens-played'] as const
export type RelayDebug = (typeof relayDebugs)[number]

export interface Relay extends Route {
  url: string
  welcomeGreeting: string | null
  welcomeGreetingInterruptible: Interruptible
  interruptible: Interruptible
  reportInputDuringAgentSpeech: Interruptible
  preemptible: boolean
  dtmfDetection: boolean
  partialPrompts: boolean
  /** What the application is told beside the conversation. */
  debug: RelayDebug[]
  language: string
  ttsLanguage: string
  transcriptionLanguage: string
  /** Further languages that the application may switch to. */
  languages: string[]
  parameters: Record<string, string>
}

export interface Connect {
  verb: 'Connect'
  relay: Relay
  action: Request | null
}

export type Track = 'inbound_track' | 'outbound_track' | 'both_tracks'

export interface Transcription extends Route {
  name: string | null
  track: Track
  statusCallback: Request | null
  inboundTrackLabel: string | null
  outboundTrackLabel: string | null
  partialResults: boolean
  languageCode: string
  transcriptionEngine: string
  speechModel: string
  profanityFilter: boolean
  hints: string
  enableAutomaticPunctuation: boolean
}

export interface Start {
  verb: 'Start'
  transcription: Transcription
}

export interface Stop {
  verb: 'Stop'
  /** Null: the only one, or the last one that was started without a name. */
  name: string | null
}

export type Verb =
  | Prompt
  | Gather
  | Dial
  | Connect
  | Start
  | Stop
  | { verb: 'Redirect'; request: Request }
  | { verb: 'Hangup' }
  | { verb: 'Reject'; reason: 'rejected' | 'busy' }
