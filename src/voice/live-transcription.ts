import type { Words } from './call-capture.ts'
import type { Request, Transcription } from './domain/verbs.ts'

interface Options {
  sid: string
  transcription: Transcription
  /** The document's URL, which a relative callback URL is relative to. */
  base: string
  send: (url: string, method: Request['method'], params: Record<string, string>) => void
}

/** A transcription of a live call: tells the application's callback, numbered, what the vendor's would. */
export class LiveTranscription {
  readonly sid: string
  readonly name: string | null
  readonly #options: Options
  #sequence = 0

  constructor(options: Options) {
    this.#options = options
    this.sid = options.sid
    this.name = options.transcription.name
  }

  hears(side: Words['side']): boolean {
    const { track } = this.#options.transcription
    return track === 'both_tracks' || (side === 'remote') === (track === 'inbound_track')
  }

  started(now: number): void {
    const { transcription } = this.#options
    this.#tell('transcription-started', now, {
      LanguageCode: transcription.languageCode,
      TranscriptionEngine: transcription.transcriptionEngine,
      SpeechModel: transcription.speechModel,
      PartialResults: String(transcription.partialResults),
      Track: transcription.track,
      ProfanityFilter: String(transcription.profanityFilter),
      Hints: transcription.hints,
      EnableAutomaticPunctuation: String(transcription.enableAutomaticPunctuation),
      ...(transcription.inboundTrackLabel === null ? {} : { InboundTrackLabel: transcription.inboundTrackLabel }),
      ...(transcription.outboundTrackLabel === null ? {} : { OutboundTrackLabel: transcription.outboundTrackLabel }),
      ...(transcription.name === null ? {} : { Name: transcription.name }),
    })
  }

  content({ side, text }: Words, now: number): void {
    this.#tell('transcription-content', now, {
      LanguageCode: this.#options.transcription.languageCode,
      Track: side === 'remote' ? 'inbound_track' : 'outbound_track',
      TranscriptionData: JSON.stringify({ transcript: text, confidence: 1 }),
      Final: 'true',
    })
  }

  stopped(now: number): void {
    this.#tell('transcription-stopped', now, {})
  }

  #tell(event: string, now: number, more: Record<string, string>): void {
    const { transcription, base, send, sid } = this.#options
    const { statusCallback } = transcription
    if (statusCallback === null) return
    this.#sequence += 1
    send(URL.parse(statusCallback.url, base || undefined)?.href ?? statusCallback.url, statusCallback.method, {
      TranscriptionSid: sid,
      TranscriptionEvent: event,
      SequenceId: String(this.#sequence),
      Timestamp: new Date(now).toISOString(),
      ...more,
    })
  }
}
