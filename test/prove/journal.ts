import type { Answer, Headers, HttpClient } from './http-client.ts'

/** One request as the client remembers it, whether or not an answer came. */
export interface Attempt {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: object
  headers?: Headers
  /** Texts of the communications that it brings, each of which no other request has. */
  texts: string[]
  /** Whether sending it again must have the effect of sending it once. */
  repeatable: boolean
  /** Wire id of the conversation that it deletes. */
  deletes?: string
  /** Absent when the connection broke before the whole answer was there. */
  answer?: Answer
}

/** What a client knows of what it has asked for. What was answered with 2xx must be so forever. */
export class Journal {
  /** Text to the wire id of the conversation that the answer named. */
  readonly stored = new Map<string, string>()
  /** Messages that were accepted to be sent, by their text; SIDs. */
  readonly sent = new Map<string, string>()
  /** Actions that were accepted: their text, by where each can be fetched, with their conversation. */
  readonly actions = new Map<string, { text: string; conversationId: string }>()
  readonly conversations = new Set<string>()
  readonly closed = new Set<string>()
  readonly deleted = new Set<string>()
  /** Deletions that may or may not have been accepted. */
  readonly doomed = new Set<string>()
  readonly profiles = new Set<string>()
  readonly configurations = new Set<string>()
  /** Paths of operations that were accepted. */
  readonly operations = new Set<string>()
  readonly unanswered: Attempt[] = []
  /** Answered requests with an idempotency key. */
  readonly keyed: Attempt[] = []
  readonly serverErrors: string[] = []
  answered = 0
  readonly #mayBeUnavailable: boolean

  /** Where the database may go away, 503 is no fault: it says as little of what was done as a connection that breaks. */
  constructor({ mayBeUnavailable = false } = {}) {
    this.#mayBeUnavailable = mayBeUnavailable
  }

  /** Sends the request and writes down what came of it. Answers undefined when no answer came. */
  async send(client: HttpClient, attempt: Attempt): Promise<Answer | undefined> {
    if (attempt.deletes) this.doomed.add(attempt.deletes)
    try {
      const answer = await client.send(attempt.method, attempt.path, attempt.body, attempt.headers)
      attempt.answer = answer
      this.#record(attempt, answer)
      return answer
    } catch {
      this.unanswered.push(attempt)
      return undefined
    }
  }

  /** Whether the answer is a fault of the server, which is written down. */
  note(asked: string, { status, text }: Answer): void {
    if (status >= 500 && !this.#isNoAnswer(status)) this.serverErrors.push(`${asked}: ${status} ${text}`)
  }

  isGone(conversationId: string): boolean {
    return this.deleted.has(conversationId) || this.doomed.has(conversationId)
  }

  #record(attempt: Attempt, answer: Answer): void {
    const { status, body } = answer
    if (this.#isNoAnswer(status)) {
      this.unanswered.push(attempt)
      return
    }
    this.answered += 1
    if (attempt.deletes && status !== 202) this.doomed.delete(attempt.deletes)
    this.note(`${attempt.method} ${attempt.path}`, answer)
    if (status >= 300) return
    if (attempt.headers?.['idempotency-key']) this.keyed.push(attempt)
    if (status === 202 && body.statusUrl) this.operations.add(new URL(body.statusUrl).pathname)
    if (attempt.deletes) this.deleted.add(attempt.deletes)
    const [first = ''] = attempt.texts
    if (attempt.path === '/skein/v1/Traffic') this.#recordTraffic(attempt, answer)
    else if (attempt.path.endsWith('/Messages')) this.sent.set(first, body.sid)
    else if (attempt.path.endsWith('/Actions')) {
      this.actions.set(`${attempt.path}/${body.id}`, { text: first, conversationId: body.conversationId })
    } else if (attempt.path.endsWith('/Communications')) this.stored.set(first, body.conversationId)
    else if (attempt.path === '/v2/Conversations') this.conversations.add(body.id)
    else if (attempt.path.endsWith('/Profiles')) this.profiles.add(body.id)
    else if (attempt.path === '/v2/ControlPlane/Configurations') this.configurations.add(body.related.configurationId)
    else if (attempt.method === 'PUT' && body.status === 'CLOSED') this.closed.add(body.id)
  }

  #isNoAnswer(status: number): boolean {
    return status === 503 && this.#mayBeUnavailable
  }

  #recordTraffic({ texts }: Attempt, { body }: Answer): void {
    for (const [at, text] of texts.entries()) {
      const result = body.results[at]
      if (result.outcome === 'CAPTURED' || result.outcome === 'DUPLICATE') this.stored.set(text, result.conversationId)
    }
  }
}
