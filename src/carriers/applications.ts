import type { AccountSecrets } from '../accounts/secrets.ts'
import { type FormParameters, signTwilio } from '../events/signature.ts'
import type { Outgoing } from '../http/outgoing/client.ts'
import { parseUrlOverrides, type UrlOverrides } from '../http/outgoing/url-overrides.ts'
import { parseWireUrl, withQuery } from '../http/outgoing/wire-url.ts'
import { version } from '../kernel/version.ts'
import type { ApplicationUrls } from './domain/number-settings.ts'

/** What an application is asked or told. */
export interface Question {
  account: number
  /** With the URL's fragment, which may change time-outs and retries. */
  url: string
  method: 'GET' | 'POST'
  params: FormParameters
  /** The same when it is asked again: receivers drop duplicates by it. */
  token: string
  requestId: string
  /** Signs in place of the account's own token, for an application that expects that of the account at a carrier. */
  authToken?: string
}

/** The application's answer, or why there is none. `url` is the one that was asked, without fragment. */
export type ApplicationAnswer =
  | { url: string; status: number; contentType: string; body: string }
  | { url: string; problem: ApplicationProblem }

/** Codes as the published debugger has them. */
export interface ApplicationProblem {
  code: 11200 | 11205 | 11206
  detail: string
}

const timeouts = { connectMs: 5_000, readMs: 15_000, totalMs: 15_000 }
/** One byte more than a TwiML document may have, so that a longer one is told from one that is just as long. */
const maxAnswerBytes = 65_537
/** As published: once more after a connection that failed, unless the URL's fragment says otherwise. */
const usualRetries: Required<Pick<UrlOverrides, 'retries' | 'retryOn'>> = { retries: 1, retryOn: ['ct'] }

/** Asks the applications of accounts by signed forms, as the published webhooks of messages and calls do. */
export class Applications {
  readonly #outgoing: Outgoing
  readonly #secrets: AccountSecrets

  constructor(outgoing: Outgoing, secrets: AccountSecrets) {
    this.#outgoing = outgoing
    this.#secrets = secrets
  }

  /** Asks at the URL and, when that gives no answer below 400, at its fallback, which is told of the error. */
  async ask(urls: ApplicationUrls, question: Omit<Question, 'url' | 'method'>): Promise<ApplicationAnswer> {
    const first = await this.send({ ...question, url: urls.url, method: urls.method })
    if (!('problem' in first) || !urls.fallback) return first
    const { code } = first.problem
    const params = { ...question.params, ErrorCode: String(code), ErrorUrl: first.url }
    return this.send({ ...question, ...urls.fallback, params })
  }

  /** One signed request, tried again as the URL's fragment says. */
  async send(question: Question): Promise<ApplicationAnswer> {
    const { url, overrides } = parseUrlOverrides(question.url)
    const { retries, retryOn } = { ...usualRetries, ...overrides }
    const authToken = question.authToken ?? (await this.#secrets.of(question.account)).authToken
    const request = requestOf({ ...question, url }, authToken)
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.#outgoing.send({
        ...request,
        timeouts: { ...timeouts, ...timeoutsOf(overrides) },
        maxResponseBytes: maxAnswerBytes,
      })
      if ('status' in outcome && outcome.status < 300) {
        const { status, headers, body } = outcome
        return { url, status, contentType: headers['content-type'] ?? '', body }
      }
      if (tries < retries && retryOn.includes(classOf(outcome))) continue
      return { url, problem: problemOf(outcome) }
    }
  }
}

function requestOf({ url, method, params, token, requestId }: Question, authToken: string) {
  const target = parseWireUrl(url)?.href ?? url
  const headers = {
    'User-Agent': `Skein/${version}`,
    'I-Twilio-Idempotency-Token': token,
    ...(requestId === '' ? {} : { 'Twilio-Request-Id': requestId }),
  }
  if (method === 'GET') {
    const asked = withQuery(target, encode(params))
    return { url: asked, method, headers: { ...headers, 'X-Twilio-Signature': signTwilio({ url: asked, authToken }) } }
  }
  return {
    url: target,
    method,
    headers: {
      ...headers,
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      'X-Twilio-Signature': signTwilio({ url: target, authToken, params }),
    },
    body: encode(params),
  }
}

function encode(params: FormParameters): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one.toWellFormed())
  }
  return form.toString()
}

type Outcome = { status: number } | { error: string; detail: string }

const readFailures = ['read_timeout', 'total_timeout', 'reset', 'protocol']

function classOf(outcome: Outcome): '4xx' | '5xx' | 'ct' | 'rt' {
  if ('status' in outcome) return outcome.status >= 500 ? '5xx' : '4xx'
  return readFailures.includes(outcome.error) ? 'rt' : 'ct'
}

function problemOf(outcome: Outcome): ApplicationProblem {
  if ('status' in outcome) return { code: 11200, detail: `it answered ${outcome.status}` }
  const code = outcome.error === 'protocol' ? 11206 : readFailures.includes(outcome.error) ? 11200 : 11205
  return { code, detail: outcome.detail }
}

function timeoutsOf({ connectMs, readMs, totalMs }: UrlOverrides) {
  return {
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(readMs === undefined ? {} : { readMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
  }
}
