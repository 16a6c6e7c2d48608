import type { Secrets } from './fuzz-secrets.ts'
import type { Json } from './http-client.ts'
import type { Verdict } from './verdict.ts'
import type { WireOutcome } from './wire-client.ts'

export interface Exchange {
  outcome: WireOutcome
  bytes: Buffer
  /** Whether the connection may end without an answer. */
  endsConnection: boolean
  claim: string
  secrets: Secrets
  verdict: Verdict
}

/** An answer is there, is no server error, has the documented body when it refuses, and tells no secrets. */
export function checkAnswer({ outcome, bytes, endsConnection, claim, secrets, verdict }: Exchange): void {
  const detail = () => ({ outcome: short(outcome), request: bytes.toString('latin1').slice(0, 800) })
  if (typeof outcome === 'string') {
    verdict.check(outcome === 'closed' && endsConnection, `${claim}: is answered`, detail)
    return
  }
  const { status, text } = outcome
  verdict.check(status >= 200 && status < 500, `${claim}: is no server error`, detail)
  const isHead = bytes.toString('latin1', 0, 5) === 'HEAD '
  if (status >= 400 && !isHead)
    verdict.check(isErrorBody(text, status), `${claim}: is refused in the documented form`, detail)
  const leak = secrets.leak(text + [...outcome.headers.values()].join('\n'), bytes)
  verdict.check(leak === undefined, `${claim}: tells nothing of another account`, () => ({ leak, ...detail() }))
}

function isErrorBody(text: string, status: number): boolean {
  const body = parsed(text)
  return (
    Number.isInteger(body?.code) &&
    typeof body.message === 'string' &&
    body.message !== '' &&
    typeof body.more_info === 'string' &&
    body.status === status &&
    body.httpStatusCode === status &&
    body.userError === status < 500 &&
    typeof body.params === 'object' &&
    body.params !== null
  )
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function short(outcome: WireOutcome): unknown {
  return typeof outcome === 'string' ? outcome : { status: outcome.status, text: outcome.text.slice(0, 500) }
}
