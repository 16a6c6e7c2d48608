import type { FastifyInstance } from 'fastify'
import { reportDiagnostic } from '../../events/report.ts'
import { signTwilio, verifyTwilio } from '../../events/signature.ts'
import type { Outgoing } from '../../http/outgoing/client.ts'
import { parseUrlOverrides } from '../../http/outgoing/url-overrides.ts'
import { parseWireUrl, withQuery } from '../../http/outgoing/wire-url.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { version } from '../../kernel/version.ts'
import type { Store } from '../../store/store.ts'
import type { ApplicationUrl, TwilioConnection } from '../connections/connection.ts'
import {
  formOf,
  jsonOf,
  type Opened,
  observe,
  refusals,
  signedRoute,
  type WebhookAnswer,
  type WebhookCall,
  type WebhookContext,
} from '../connections/webhooks.ts'
import { readBatch, type SinkEvent } from '../domain/cloud-events.ts'
import { readIncoming, readStatus } from '../domain/twilio-webhook.ts'
import type { TwilioApi } from './api.ts'

interface Context extends WebhookContext {
  store: Store
  outgoing: Outgoing
  api: TwilioApi
}

type Call = WebhookCall<TwilioConnection>
type Form = Record<string, string | string[]>

/** An answer without instructions: the sender hears nothing back. */
const noInstructions = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
const nothing: WebhookAnswer = { status: 200, body: '', type: 'text/plain' }
const timeouts = { connectMs: 5_000, readMs: 14_000, totalMs: 14_000 }
const maxAnswerBytes = 1024 * 1024

/** What Twilio calls: a number's incoming messages, the statuses of messages, and the sink of its Event Streams. */
export function twilioWebhooks(scope: FastifyInstance, context: Context): void {
  signedRoute<TwilioConnection, Form>(scope, context, {
    name: 'Messages',
    signature: 'x-twilio-signature',
    carrier: 'twilio',
    summary: 'An incoming message at a number that is kept at Twilio',
    open: openForm,
    handle: (call, form) => incoming(context, call, form),
  })
  signedRoute<TwilioConnection, Form>(scope, context, {
    name: 'Statuses',
    signature: 'x-twilio-signature',
    carrier: 'twilio',
    summary: 'A change of status of a message that went through Twilio',
    open: openForm,
    handle: (call, form) => status(context, call, form),
  })
  signedRoute<TwilioConnection, SinkEvent[]>(scope, context, {
    name: 'Events',
    signature: 'x-twilio-signature',
    carrier: 'twilio',
    summary: 'A batch of events of a Twilio account, for a sink of Event Streams',
    open: openBatch,
    handle: (call, batch) => events(context, call, batch),
  })
}

function openForm(call: Call): Opened<Form> {
  const { url, connection } = call
  const { secrets, settings } = connection
  const form = formOf(call)
  const verification = verifyTwilio({
    url,
    signature: signatureOf(call),
    authToken: secrets.authToken,
    params: form,
  })
  if (!verification.valid) return { refused: refusals.forged, detail: verification.detail }
  if (form.AccountSid === settings.accountSid) return { content: form }
  return { refused: refusals.foreign, detail: `It names ${String(form.AccountSid).slice(0, 40)}.` }
}

function openBatch(call: Call): Opened<SinkEvent[]> {
  const { url, raw, connection } = call
  const { secrets, settings } = connection
  const verification = verifyTwilio({
    url,
    signature: signatureOf(call),
    authToken: secrets.authToken,
    body: raw,
  })
  if (!verification.valid) return { refused: refusals.forged, detail: verification.detail }
  const batch = readBatch(jsonOf(call))
  if (!batch) throw invalid('body', 'The body is no batch of CloudEvents.')
  const isForeign = batch.some((event) => 'accountSid' in event && event.accountSid !== settings.accountSid)
  return isForeign ? { refused: refusals.foreign, detail: 'Nothing of the batch was taken.' } : { content: batch }
}

async function incoming(context: Context, { connection, cause }: Call, form: Form): Promise<WebhookAnswer> {
  const read = readIncoming(form)
  if ('fault' in read) throw invalid(read.fault.field, read.fault.message)
  await observe(context, cause, [read.message])
  const { application } = connection.settings
  return application
    ? passOn(context, connection, application, form)
    : { status: 200, body: noInstructions, type: 'text/xml' }
}

async function status(context: Context, { connection, cause }: Call, form: Form): Promise<WebhookAnswer> {
  const read = readStatus(form)
  if ('fault' in read) throw invalid(read.fault.field, read.fault.message)
  await context.traffic.report(cause, read.report, fetcher(context, connection))
  const { statusApplication } = connection.settings
  return statusApplication ? passOn(context, connection, statusApplication, form) : nothing
}

async function events(context: Context, call: Call, batch: readonly SinkEvent[]): Promise<WebhookAnswer> {
  const { connection, cause } = call
  const messages = batch.flatMap((event) => (event.kind === 'MESSAGE' ? [event.message] : []))
  if (messages.length > 0) await observe(context, cause, messages)
  for (const event of batch) {
    if (event.kind === 'STATUS') await context.traffic.report(cause, event.report, fetcher(context, connection))
    if (event.kind === 'TEST') await noteTest(context, call, event)
  }
  return nothing
}

function fetcher({ api }: Context, connection: TwilioConnection) {
  return { fetchMessage: (_: number, messageId: string) => api.fetchMessage(connection, messageId) }
}

/** Whoever sets a sink up is asked for the id in its test event; the debugger has it. */
async function noteTest(
  { store, clock }: Context,
  { connection, cause }: Call,
  { testId }: SinkEvent & { kind: 'TEST' },
): Promise<void> {
  const at = await clock.now()
  const resource = wireId('carrierConnection', connection.id)
  const message = 'A sink of Event Streams was tested.'
  await store.transact((tx) =>
    reportDiagnostic(tx, connection.account, {
      level: 'info',
      code: 530943,
      message,
      resource,
      details: { testId },
      requestId: cause.requestId,
      at,
    }),
  )
}

/** Asks the application as the carrier would have, and answers what it answered. */
async function passOn(
  { outgoing }: Context,
  { secrets }: TwilioConnection,
  application: ApplicationUrl,
  form: Form,
): Promise<WebhookAnswer> {
  const { url: written } = parseUrlOverrides(application.url)
  const configured = parseWireUrl(written)?.href ?? written
  const { authToken } = secrets
  const parameters = encoded(form)
  const isGet = application.method === 'GET'
  const url = isGet ? withQuery(configured, parameters) : configured
  const outcome = await outgoing.send({
    url,
    method: application.method,
    headers: {
      'User-Agent': `Skein/${version}`,
      'X-Twilio-Signature': isGet ? signTwilio({ url, authToken }) : signTwilio({ url, authToken, params: form }),
      ...(isGet ? {} : { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
    },
    ...(isGet ? {} : { body: parameters }),
    timeouts,
    maxResponseBytes: maxAnswerBytes,
  })
  if ('error' in outcome || outcome.truncated) {
    const why = 'error' in outcome ? outcome.detail : 'its answer is too long'
    throw new Failure('unavailable', `The application did not answer: ${why}.`)
  }
  const { status: answered, body, headers } = outcome
  return { status: answered, body, type: headers['content-type'] ?? 'text/xml', isAnswerOfApplication: true }
}

function encoded(form: Form): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one)
  }
  return parameters.toString()
}

function signatureOf({ request }: Call): string | undefined {
  const header = request.headers['x-twilio-signature']
  return typeof header === 'string' ? header : undefined
}
