import type { Outgoing } from '../../http/outgoing/client.ts'
import type { OutgoingOutcome, OutgoingTimeouts } from '../../http/outgoing/exchange.ts'
import { version } from '../../kernel/version.ts'
import { type Vector, vectorsIn } from '../domain/vectors.ts'

/** A service with the embeddings call of OpenAI's API, as the operator has set it. */
export interface EmbeddingSettings {
  /** What `/embeddings` is added to, without trailing slash. */
  url: string
  key: string | undefined
  model: string
  /** Tells apart what one name of a model has stood for; undefined as long as it is one thing. */
  version?: string | undefined
}

/** Trouble is `refused` when the texts themselves may be the reason, so that fewer of them may pass. */
export type EmbeddingOutcome =
  | { vectors: Vector[] }
  | { trouble: string; refused: boolean; retryAfterSeconds: number | undefined }

const maxResponseBytes = 16 * 1024 * 1024
/** Statuses that are about the texts, and not about who asks or how often. */
const aboutTexts = new Set([400, 413, 422])

/** Asks the service for vectors. Trouble is an outcome, and never names the key. */
export class EmbeddingEndpoint {
  /** Vectors compare only with those of the same space. */
  readonly space: string
  readonly #outgoing: Outgoing
  readonly #settings: EmbeddingSettings

  constructor(outgoing: Outgoing, settings: EmbeddingSettings) {
    this.space = settings.version === undefined ? settings.model : `${settings.model} ${settings.version}`
    this.#outgoing = outgoing
    this.#settings = settings
  }

  /** One vector of length 1 for each text. */
  async embed(texts: readonly string[], timeouts: OutgoingTimeouts): Promise<EmbeddingOutcome> {
    const { url, key, model } = this.#settings
    const outcome = await this.#outgoing.send({
      url: `${url}/embeddings`,
      method: 'POST',
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        'Content-Type': 'application/json',
        'User-Agent': `Skein/${version}`,
      },
      body: JSON.stringify({ model, input: texts }),
      timeouts,
      maxResponseBytes,
    })
    return readOutcome(outcome, texts.length)
  }
}

function readOutcome(outcome: OutgoingOutcome, count: number): EmbeddingOutcome {
  if ('error' in outcome) return troubled(`${outcome.error}: ${outcome.detail}`)
  const { status, headers, body, truncated } = outcome
  if (status !== 200) {
    const seconds = Number(headers['retry-after'])
    const wait = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
    return { ...troubled(`it answered ${status}`), refused: aboutTexts.has(status), retryAfterSeconds: wait }
  }
  if (truncated) return troubled(`the answer is longer than ${maxResponseBytes} bytes`)
  const vectors = vectorsIn(parse(body), count)
  return typeof vectors === 'string' ? troubled(vectors) : { vectors }
}

function troubled(trouble: string) {
  return { trouble, refused: false, retryAfterSeconds: undefined }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
