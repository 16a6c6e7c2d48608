import type { Outgoing } from '../../http/outgoing/client.ts'
import type { OutgoingOutcome, OutgoingResponse } from '../../http/outgoing/exchange.ts'
import { version } from '../../kernel/version.ts'
import { retryAfterMs } from '../domain/retrying.ts'
import type { EngineFailure, ModelUsage } from '../engine.ts'

export interface WireOptions {
  outgoing: Outgoing
  /** For everything that one operator asks, in wall milliseconds. */
  timeoutMs: number
  signal: AbortSignal
}

const connectMs = 5_000
const maxResponseBytes = 4 * 1024 * 1024
/** Statuses that may pass: nothing is wrong with the request. */
const passing = new Set([408, 425, 429])
/** Of a service that counts no tokens: about as many characters are one. */
const charactersPerToken = 4

/** The way of one operator's requests to the model's service: what was counted, and what went wrong, stays here. */
export class Wire {
  readonly usage: ModelUsage = { requests: 0, inputTokens: 0, outputTokens: 0 }
  /** The first trouble; holds no text of anybody, and no key. */
  trouble: EngineFailure | undefined
  readonly #options: WireOptions
  readonly #deadline: number

  constructor(options: WireOptions) {
    this.#options = options
    this.#deadline = performance.now() + options.timeoutMs
  }

  /** As `fetch`, for the SDK. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const body = String(init.body ?? '')
    const totalMs = Math.max(1, Math.ceil(this.#deadline - performance.now()))
    this.usage.requests += 1
    const outcome = await this.#options.outgoing.send({
      url: String(input),
      method: 'POST',
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'user-agent': `Skein/${version}` },
      body,
      timeouts: { connectMs: Math.min(connectMs, totalMs), readMs: totalMs, totalMs },
      maxResponseBytes,
      signal: this.#options.signal,
    })
    this.trouble ??= troubleOf(outcome)
    if ('error' in outcome) throw new Error(outcome.error)
    this.#count(outcome, body.length)
    return new Response(outcome.body, { status: outcome.status, headers: { 'content-type': 'application/json' } })
  }

  #count({ status, body }: OutgoingResponse, sent: number): void {
    if (status !== 200) return
    const { prompt_tokens: input, completion_tokens: output } = counted(body)
    this.usage.inputTokens += tokens(input) ?? Math.ceil(sent / charactersPerToken)
    this.usage.outputTokens += tokens(output) ?? Math.ceil(body.length / charactersPerToken)
  }
}

function troubleOf(outcome: OutgoingOutcome): EngineFailure | undefined {
  const passes = { retry: { afterMs: null } }
  if ('error' in outcome) {
    const isLate = outcome.error === 'read_timeout' || outcome.error === 'total_timeout'
    const what = isLate ? 'The model did not answer in time.' : `The model could not be reached: ${outcome.error}.`
    return { failure: what, ...passes }
  }
  const { status, headers, body, truncated } = outcome
  if (truncated) return { failure: 'The answer of the model is too long.' }
  if (status === 200) {
    return parsed(body) === undefined ? { failure: 'The answer of the model broke off.', ...passes } : undefined
  }
  const failure = `The service of the model answered ${status}.`
  if (!passing.has(status) && status < 500) return { failure }
  return { failure, retry: { afterMs: retryAfterMs(headers['retry-after'], Date.now()) } }
}

function counted(body: string): Record<string, unknown> {
  const { usage } = (parsed(body) ?? {}) as { usage?: Record<string, unknown> }
  return usage ?? {}
}

function tokens(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
