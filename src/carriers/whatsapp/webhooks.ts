import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { AccountCache } from '../../conversations/account-cache.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import type { Store } from '../../store/store.ts'
import type { WhatsAppConnection } from '../connections/connection.ts'
import {
  jsonOf,
  type Opened,
  observe,
  refusals,
  signedRoute,
  type WebhookAnswer,
  type WebhookCall,
  type WebhookContext,
  webhookRoute,
} from '../connections/webhooks.ts'
import { readNotification, type WhatsAppChange } from '../domain/whatsapp-webhook.ts'
import { learnAliases } from './acquaintance.ts'

interface Context extends WebhookContext {
  store: Store
  cache: AccountCache
}

type Call = WebhookCall<WhatsAppConnection>

/** What Meta calls: the handshake by which a webhook is set up, and notifications. */
export function whatsAppWebhooks(scope: FastifyInstance, context: Context): void {
  webhookRoute<WhatsAppConnection>(scope, context, {
    method: 'GET',
    name: 'WhatsApp',
    carrier: 'whatsapp',
    summary: 'The handshake by which WhatsApp’s webhook is set up',
    handle: shakeHands,
  })
  signedRoute<WhatsAppConnection, WhatsAppChange[]>(scope, context, {
    name: 'WhatsApp',
    signature: 'x-hub-signature-256',
    carrier: 'whatsapp',
    summary: 'Notifications of a WhatsApp business number',
    open: openNotification,
    handle: (call, changes) => notify(context, call, changes),
  })
}

async function shakeHands({ connection, request }: Call): Promise<WebhookAnswer> {
  const query = request.query as Record<string, unknown>
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query
  if (mode !== 'subscribe' || typeof token !== 'string' || !isEqual(token, connection.secrets.verifyToken)) {
    // In the words in which an unknown connection is refused: whoever does not know the token shall not learn which there are.
    throw new Failure('forbidden', 'The signature does not hold.')
  }
  if (typeof challenge !== 'string' || !/^[\w.-]{1,256}$/.test(challenge)) {
    throw invalid('hub.challenge', 'hub.challenge must be letters, digits, dots and dashes')
  }
  return { status: 200, body: challenge, type: 'text/plain' }
}

function openNotification(call: Call): Opened<WhatsAppChange[]> {
  const { settings, secrets } = call.connection
  const signature = call.request.headers['x-hub-signature-256']
  if (typeof signature !== 'string') return { refused: refusals.forged, detail: 'There is no X-Hub-Signature-256.' }
  const expected = `sha256=${createHmac('sha256', secrets.appSecret).update(call.raw).digest('hex')}`
  if (!isEqual(signature, expected)) return { refused: refusals.forged, detail: 'Signed with another app secret.' }
  const own = settings.numbers[0] ?? ''
  const changes = readNotification(jsonOf(call), new Map([[settings.phoneNumberId, own]]))
  if (!changes) throw invalid('body', 'The body is no notification of WhatsApp.')
  const isForeign = changes.some(({ phoneNumberId }) => phoneNumberId !== settings.phoneNumberId)
  return isForeign
    ? { refused: refusals.foreign, detail: 'Nothing of the notification was taken.' }
    : { content: changes }
}

async function notify(context: Context, { cause }: Call, changes: WhatsAppChange[]): Promise<WebhookAnswer> {
  const { traffic } = context
  const messages = changes.flatMap((change) => change.messages)
  if (messages.length > 0) await learnAliases(context, cause, messages, await observe(context, cause, messages))
  for (const report of changes.flatMap((change) => change.reports)) await traffic.report(cause, report)
  return { status: 200, body: '', type: 'text/plain' }
}

/** In constant time for texts of one length. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
