import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import { wireId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { outlasting } from '../store/outlasting.ts'
import type { Route } from './domain/verbs.ts'

/** Who talks on a call: the party outside, and the account's own number. */
export interface CallSides {
  callSid: string
  remote: string
  own: string
}

/** Words on the call. `agent` is who speaks for the account, as far as that is known. */
export interface Words {
  side: 'remote' | 'own'
  text: string
  /** When they began to be spoken; business time. */
  at: number
  agent?: Pick<TrafficItem, 'agentType' | 'agentAddress'>
  confidence?: number
  /** What whoever speaks is called, unless the conversation knows better. */
  name?: string
}

/** A relay session or transcription that wants its words in a conversation; without a route the capture rules decide. */
export interface CaptureStream {
  sid: string
  route: Route | null
  agent?: Pick<TrafficItem, 'agentType'>
}

interface Stream extends CaptureStream {
  /** Wire id; null while it does not capture. */
  conversationId: string | null
  index: number
}

interface Options {
  account: number
  sides: CallSides
  intake: TrafficIntake
  requestId: string
  log: Log
  /** Tells the debugger that words of this call would have been captured twice. */
  onSuppressed: (how: 'PASSIVE' | 'SECOND_STREAM') => void
  /** Tells the debugger that the conversation or configuration that TwiML names can not be used. */
  onUnusable: (why: string) => void
}

/**
 * Brings the words of one call to its conversation, in order and once: of several streams the one that began first is in
 * charge, and when it stops the next one is. What rules would capture gives way to a stream with a route.
 */
export class CallCapture {
  readonly #options: Options
  #streams: Stream[] = []
  #tail: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** What has been said, but is not yet committed. */
  get waiting(): number {
    return this.#waiting
  }

  /** Resolves when the conversation can be found by the call; while the database does not answer, the call does not wait for that. */
  start(stream: CaptureStream): Promise<void> {
    const out = Promise.withResolvers<void>()
    const started = this.#inOrder(async () => {
      const [first] = this.#streams
      if (first && stream.route === null) return this.#options.onSuppressed('PASSIVE')
      if (first?.route === null) {
        this.#options.onSuppressed('PASSIVE')
        await this.#stop(first, false)
      } else if (first) this.#options.onSuppressed('SECOND_STREAM')
      const started: Stream = { ...stream, conversationId: null, index: 0 }
      this.#streams.push(started)
      if (this.#streams[0] === started) await this.#begin(started, out.resolve)
    })
    return Promise.race([started, out.promise])
  }

  /** The TwiML captures the call by itself. Says so if a rule would have captured it too. */
  noteRule(): Promise<void> {
    return this.#inOrder(async () => {
      const { account, intake, requestId, sides } = this.#options
      // Under an id of its own, since the call itself is bound already.
      const channelId = `${sides.callSid} by rule`
      const item: TrafficItem = { kind: 'STREAM_STARTED', ...this.#sidesOf('remote'), channelId }
      const [result] = await intake.explain(account, [{ item, requestId }])
      if (result?.outcome === 'CAPTURED') this.#options.onSuppressed('PASSIVE')
    })
  }

  stop(sid: string, callEnded: boolean): Promise<void> {
    return this.#inOrder(async () => {
      const stream = this.#streams.find((one) => one.sid === sid)
      if (stream) await this.#stop(stream, callEnded)
    })
  }

  stopAll(): Promise<void> {
    return this.#inOrder(async () => {
      for (const stream of this.#streams.toReversed()) await this.#stop(stream, true)
    })
  }

  /** Takes the words in if the named stream is in charge. */
  utter(sid: string, words: Words): Promise<void> {
    return this.#inOrder(async () => {
      const [stream] = this.#streams
      if (!stream || stream.sid !== sid || stream.conversationId === null) return
      stream.index += 1
      await this.#capture({
        kind: 'COMMUNICATION',
        ...this.#sidesOf(words.side),
        ...words.agent,
        ...(words.name === undefined ? {} : { fromName: words.name }),
        content: {
          type: 'TRANSCRIPTION',
          text: words.text,
          transcription: {
            channel: words.side === 'remote' ? 0 : 1,
            ...(words.confidence === undefined ? {} : { confidence: words.confidence }),
          },
        },
        resourceId: `${sid}-${stream.index}`,
        conversationId: stream.conversationId,
        occurredAt: new Date(words.at).toISOString(),
      })
    })
  }

  /** Resolves when everything that was said is committed. */
  settled(): Promise<void> {
    return this.#tail
  }

  async #begin(stream: Stream, onOutage?: () => void): Promise<void> {
    const { route } = stream
    const item: TrafficItem = {
      kind: 'STREAM_STARTED',
      ...this.#sidesOf('remote'),
      ...stream.agent,
      ...(route?.conversationId ? { conversationId: route.conversationId } : {}),
      ...(route?.conversationConfiguration ? { configurationId: route.conversationConfiguration } : {}),
    }
    const result = await this.#capture(item, onOutage)
    const id = result?.outcome === 'CAPTURED' ? result.conversationId : null
    stream.conversationId = id === null ? null : wireId('conversation', id)
    if (id === null && route !== null) this.#options.onUnusable(result?.reason?.message ?? '')
    if (id === null && route === null) this.#streams = this.#streams.filter((one) => one !== stream)
  }

  async #stop(stream: Stream, callEnded: boolean): Promise<void> {
    const wasInCharge = this.#streams[0] === stream
    this.#streams = this.#streams.filter((one) => one !== stream)
    if (wasInCharge && stream.conversationId !== null) {
      await this.#capture({ kind: 'STREAM_STOPPED', channelId: this.#options.sides.callSid, callEnded })
    }
    const [next] = this.#streams
    if (wasInCharge && next && !callEnded) await this.#begin(next)
  }

  #sidesOf(side: 'remote' | 'own') {
    const { callSid, remote, own } = this.#options.sides
    const [from, to] = side === 'remote' ? [remote, own] : [own, remote]
    const direction = side === 'remote' ? ('INBOUND' as const) : ('OUTBOUND' as const)
    return { channel: 'VOICE' as const, channelId: callSid, from, to, direction }
  }

  /** What is said comes only once: it waits for a database that does not answer. */
  async #capture(item: TrafficItem, onOutage?: () => void) {
    const { account, intake, requestId } = this.#options
    const patience = onOutage && { onOutage }
    const [result] = await outlasting(() => intake.capture(account, [{ item, requestId }]), patience)
    return result
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    const done = this.#tail.then(work)
    this.#tail = done
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'words of a call could not be captured'))
      .finally(() => {
        this.#waiting -= 1
      })
    return this.#tail
  }
}
