import type { Words } from './call-capture.ts'
import { speechMs, spokenUntil } from './domain/speech.ts'
import type { Request, Transcription } from './domain/verbs.ts'

interface Options {
  sid: string
  transcription: Transcription
  /** The document's URL, which a relative callback URL is relative to. */
  base: string
  msPerCharacter: number
  send: (url: string, method: Request['method'], params: Record<string, string>) => void
}

/** How a transcription stands. Times in epoch milliseconds of business time. */
export interface KnownTranscription {
  sid: string
  name: string | null
  isStopped: boolean
  updatedAt: number
}

/** A transcription of a live call: tells the application's callback, numbered, what the vendor's would. */
export class LiveTranscription {
  readonly sid: string
  readonly name: string | null
  readonly #options: Options
  #sequence = 0
  #isStopped = false
  #updatedAt = 0

  constructor(options: Options) {
    this.#options = options
    this.sid = options.sid
    this.name = options.transcription.name
  }

  hears(side: Words['side']): boolean {
    const { track } = this.#options.transcription
    return track === 'both_tracks' || (side === 'remote') === (track === 'inbound_track')
  }

  /** The name that the document gives to whoever is on this side. */
  labelOf(side: Words['side']): string | null {
    const { inboundTrackLabel, outboundTrackLabel } = this.#options.transcription
    return side === 'remote' ? inboundTrackLabel : outboundTrackLabel
  }

  get known(): KnownTranscription {
    return { sid: this.sid, name: this.name, isStopped: this.#isStopped, updatedAt: this.#updatedAt }
  }

  started(now: number): void {
    this.#updatedAt = now
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

  /** The words, and before them what would have been known of them half-way, where that is wanted. */
  content({ side, text, at }: Words, now: number): void {
    const { transcription, msPerCharacter } = this.#options
    const common = {
      LanguageCode: transcription.languageCode,
      Track: side === 'remote' ? 'inbound_track' : 'outbound_track',
    }
    const halfway = at + Math.floor(speechMs(text, msPerCharacter) / 2)
    const partial = spokenUntil({ text, startsAt: at, endsAt: at + speechMs(text, msPerCharacter) }, halfway)
    if (transcription.partialResults && partial !== '') {
      const data = JSON.stringify({ transcript: partial })
      const interim = { ...common, TranscriptionData: data, Stability: '0.9', Final: 'false' }
      this.#tell('transcription-content', halfway, interim)
    }
    const data = JSON.stringify({ transcript: text, confidence: 1 })
    this.#tell('transcription-content', now, { ...common, TranscriptionData: data, Final: 'true' })
  }

  stopped(now: number): void {
    this.#isStopped = true
    this.#updatedAt = now
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
