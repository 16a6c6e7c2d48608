import { newId } from '../kernel/ids.ts'
import { sidOf } from '../kernel/sids.ts'
import type { CallCapture, Words } from './call-capture.ts'
import type { CallOrigin } from './call-origin.ts'
import type { CallTeller } from './call-teller.ts'
import type { Transcription } from './domain/verbs.ts'
import { type KnownTranscription, LiveTranscription } from './live-transcription.ts'

interface Options {
  origin: CallOrigin
  capture: CallCapture
  teller: CallTeller
  msPerCharacter: number
}

/** Whatever writes down what is said on a call: transcriptions that were started, and capture rules. */
export class CallTranscriptions {
  readonly #options: Options
  readonly #live: LiveTranscription[] = []
  /** All that there ever were, for whoever asks for one that is stopped. */
  readonly #all: LiveTranscription[] = []
  #passive: string | null = null

  constructor(options: Options) {
    this.#options = options
  }

  /** The first document is known. Where none orchestrates the call, the capture rules may want it transcribed. */
  applyRules(isOrchestrated: boolean): void {
    const { capture } = this.#options
    if (isOrchestrated) return void capture.noteRule()
    this.#passive = sidOf('GT', newId())
    void capture.start({ sid: this.#passive, route: null })
  }

  /** Resolves when the conversation can be found by the call. `base` is what the callback's URL is relative to. */
  async start(transcription: Transcription, base: string, now: number): Promise<LiveTranscription> {
    const { origin, capture, teller, msPerCharacter } = this.#options
    const common = { AccountSid: origin.accountSid, CallSid: origin.leg.sid }
    const live = new LiveTranscription({
      sid: sidOf('GT', newId()),
      transcription,
      base,
      msPerCharacter,
      send: (url, method, params) => teller.send({ url, method, params: { ...common, ...params } }),
    })
    this.#live.push(live)
    this.#all.push(live)
    const { conversationConfiguration, conversationId } = transcription
    if (conversationConfiguration !== null || conversationId !== null) {
      await capture.start({ sid: live.sid, route: { conversationConfiguration, conversationId } })
    }
    live.started(now)
    return live
  }

  /** Null: the one that was started last. */
  async stop(name: string | null, now: number): Promise<void> {
    const live = this.#live.findLast((one) => name === null || one.name === name)
    if (live) return this.#stop(live, now)
    const message = '<Stop> names no transcription that is running'
    this.#options.teller.tell({ level: 'warning', code: 12200, message })
  }

  /** By SID or name, the newest of that name. Undefined where there never was one; one that is stopped stays so. */
  async stopOne(named: string, now: number): Promise<KnownTranscription | undefined> {
    const one = this.#all.findLast(({ sid, name }) => sid === named || name === named)
    if (one && !one.known.isStopped) await this.#stop(one, now)
    return one?.known
  }

  /** Somebody has said this, from `words.at` until now. */
  write(words: Words, now: number): void {
    const { capture } = this.#options
    if (this.#passive !== null) void capture.utter(this.#passive, words)
    for (const transcription of this.#live) {
      if (!transcription.hears(words.side)) continue
      transcription.content(words, now)
      const name = transcription.labelOf(words.side)
      void capture.utter(transcription.sid, { ...words, confidence: 1, ...(name === null ? {} : { name }) })
    }
  }

  /** The call is over. */
  endAll(now: number): void {
    for (const transcription of this.#live.splice(0)) transcription.stopped(now)
  }

  async #stop(live: LiveTranscription, now: number): Promise<void> {
    this.#live.splice(this.#live.indexOf(live), 1)
    live.stopped(now)
    await this.#options.capture.stop(live.sid, false)
  }
}
