import assert from 'node:assert/strict'
import twilio from 'twilio'
import { clientDifferences } from './client-view.ts'
import { metaOf, refusal } from './common-tables.ts'
import { type Inspection, inspect, newInspection, type Table } from './fields.ts'
import { type Exchange, Recorder } from './recorder.ts'
import type { Server } from './server.ts'

/** As JSON.parse gives it: cases look into it freely. */
export type Json = ReturnType<typeof JSON.parse>

export interface Answer<T> {
  /** What the official client made of it. */
  instance: T
  /** What was sent. */
  body: Json
  headers: Readonly<Record<string, string>>
}

export interface Refusal {
  status: number
  code: number
  message?: RegExp
  /** `params.field`. */
  field?: string
}

export interface RawRequest {
  body?: unknown
  headers?: Record<string, string>
  /** Without credentials, or with others than the API key. */
  credentials?: string | undefined
}

interface Listed<T> {
  instances: T[]
}

/** The official client at work on one server, with every exchange kept and every answer checked field by field. */
export class Session {
  readonly server: Server
  readonly recorder = new Recorder()
  readonly client: twilio.Twilio
  /** What all checks of this session have met so far. */
  readonly inspection: Inspection = newInspection()

  /**
   * Whether an operation can be seen before it has ended: on SQLite one process does all, and has always done it before
   * the next request is read.
   */
  seesWaiting = true

  constructor(server: Server, credentials?: { name: string; secret: string }) {
    const { name, secret } = credentials ?? { name: server.keySid, secret: server.keySecret }
    this.server = server
    this.client = twilio(name, secret, { accountSid: server.accountSid, httpClient: this.recorder })
    this.client.conversations.baseUrl = server.url
    this.client.memory.baseUrl = server.url
    this.client.intelligence.baseUrl = server.url
  }

  /** Expects success: the status, every field of the table in the answer and in the client's object, and these values. */
  async answered<T extends object>(
    table: Table,
    expected: { status: number; values?: object },
    call: () => Promise<T>,
  ): Promise<Answer<T>> {
    const instance = await call()
    const { status, headers } = this.recorder.last
    const body = this.recorder.last.body as Json
    assert.equal(status, expected.status)
    this.inspected(table, body)
    assert.deepEqual(clientDifferences(instance, body, table), [])
    if (expected.values) assert.partialDeepStrictEqual(body, expected.values)
    return { instance, body, headers }
  }

  /** Expects one page of a list: `meta`, and every item in the answer and in the client's objects. */
  async listed<T extends object>(table: Table, key: string, call: () => Promise<Listed<T>>): Promise<Answer<T[]>> {
    const { instances } = await call()
    const { status, headers } = this.recorder.last
    const body = this.recorder.last.body as Json
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body).sort(), [key, 'meta'].sort())
    this.inspected(metaOf(key), body.meta)
    assert.equal(body.meta.pageSize, body[key].length, 'meta.pageSize is the number of items in the answer')
    assert.equal(instances.length, body[key].length)
    for (const [at, instance] of instances.entries()) {
      this.inspected(table, body[key][at])
      assert.deepEqual(clientDifferences(instance, body[key][at], table), [])
    }
    return { instance: instances, body, headers }
  }

  /** Expects one page of a list of plain ids, which the client hands on as they are. */
  async listedIds(key: string, id: RegExp, call: () => Promise<string[]>): Promise<Answer<string[]>> {
    const instance = await call()
    const body = this.recorder.last.body as Json
    assert.equal(this.recorder.last.status, 200)
    assert.deepEqual(Object.keys(body).sort(), [key, 'meta'].sort())
    this.inspected(metaOf(key), body.meta)
    assert.equal(body.meta.pageSize, body[key].length, 'meta.pageSize is the number of items in the answer')
    for (const one of body[key]) assert.match(one, id)
    assert.deepEqual(instance, body[key])
    return { instance, body, headers: this.recorder.last.headers }
  }

  /** Expects a refusal that the official client throws as the exception its callers catch. */
  async refused(expected: Refusal, call: () => Promise<unknown>): Promise<Exchange> {
    const sentBefore = this.recorder.exchanges.length
    const thrown = await call().then(
      () => assert.fail(`the call should have been refused: ${JSON.stringify(expected)}`),
      (error: unknown) => error,
    )
    assert.ok(thrown instanceof twilio.RestException, `the client threw ${thrown}`)
    assert.equal(this.recorder.exchanges.length, sentBefore + 1, 'the client sent the request')
    const { last } = this.recorder
    this.refusal(last, expected)
    const { status, code, message, more_info } = last.body as Json
    assert.deepEqual([thrown.status, thrown.code, thrown.message, thrown.moreInfo], [status, code, message, more_info])
    return last
  }

  /** Expects that an answer is a refusal with a body as every client reads it. */
  refusal({ status, headers, body }: Exchange, expected: Refusal): void {
    const given = body as Json
    assert.deepEqual([status, given.code], [expected.status, expected.code], JSON.stringify({ expected, given }))
    this.inspected(refusal, given)
    assert.equal(given.status, status)
    assert.equal(given.httpStatusCode, status)
    assert.equal(given.userError, status < 500)
    assert.equal(given.more_info, `https://www.twilio.com/docs/errors/${given.code}`)
    assert.match(headers['twilio-request-id'] ?? '', /^RQ[0-9a-f]{32}$/)
    if (expected.message) assert.match(given.message, expected.message)
    if (expected.field !== undefined) assert.equal(given.params.field, expected.field, given.message)
  }

  /** Sends a request by itself, for what the official client cannot send. */
  async send(method: string, path: string, request: RawRequest = {}): Promise<Exchange & { body: Json }> {
    const { keySid, keySecret, url } = this.server
    const credentials = 'credentials' in request ? request.credentials : `${keySid}:${keySecret}`
    const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credentials === undefined ? {} : { authorization: `Basic ${btoa(credentials)}` }),
        ...request.headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false
    const exchange = {
      sender: 'suite' as const,
      method,
      path: new URL(path, url).pathname,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: isJson ? (JSON.parse(text) as Json) : text,
    }
    this.recorder.exchanges.push(exchange)
    return exchange
  }

  /** Fails with everything that the table has to complain of. */
  inspected(table: Table, value: unknown): void {
    const { seen } = this.inspection
    const own: Inspection = { problems: [], seen }
    inspect(table, value, table.name, own)
    assert.deepEqual(own.problems, [])
  }
}

/** A body or value that the client's types forbid and its code sends all the same. */
export function unchecked<T>(value: unknown): T {
  return value as T
}
