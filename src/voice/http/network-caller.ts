import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountBySid } from '../../accounts/rows.ts'
import { verifyTwilio } from '../../events/signature.ts'
import type { Form } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { Failure } from '../../kernel/failure.ts'
import { parseWireId } from '../../kernel/ids.ts'
import { refusals } from '../domain/network-refusals.ts'
import type { VoiceContext } from './context.ts'
import { singleValues } from './form-values.ts'

/** Who is behind a request of the real network, once its signature has been checked. */
export interface NetworkCaller {
  account: number
  /** As the path names it: the account's SID, or a carrier connection. */
  party: string
  /** The account at the network. */
  accountSid: string
  authToken: string
  /** The form, or the query of a GET. */
  params: Record<string, string>
}

type Party = Pick<NetworkCaller, 'account' | 'accountSid' | 'authToken'>

/** The network does not tell again what was not answered, and waits 15 s for an answer: checking a request and taking it in may each wait so long for the database. */
export const patience = { forMs: 5_000 }

/**
 * Checks that a request comes from the network: it is signed with the token of the carrier connection in its path, or of the
 * account, speaks of that account, and has not been answered before. Everything else is refused, and the debugger hears of it.
 */
export async function verifyNetwork(request: FastifyRequest, context: VoiceContext): Promise<NetworkCaller> {
  const { party: named = '' } = request.params as { party?: string }
  const party = await partyOf(named, context)
  // Whoever cannot sign shall not learn which connections there are.
  if (!party) throw new Failure('forbidden', refusals.forged.message)
  const form = request.method === 'POST' ? ((request.body ?? {}) as Form) : undefined
  const fault = faultOf(request, context, party.authToken, form)
  if (fault !== undefined) return refuse(request, context, party, 'forged', fault)
  const params = singleValues(form ?? (request.query as Form))
  const caller = { ...party, party: named, params }
  const { AccountSid = party.accountSid } = params
  if (AccountSid !== party.accountSid) return refuse(request, context, party, 'foreign', AccountSid.slice(0, 40))
  if (await context.receipts.has(party.account, digestOf(request, params), await context.clock.now())) {
    return refuse(request, context, party, 'replayed', `request ${request.id}`)
  }
  return caller
}

/** The request has been taken: once its answer has gone out, it is refused when it comes again. */
export async function noteAnswered(request: FastifyRequest, reply: FastifyReply, context: VoiceContext): Promise<void> {
  if (reply.statusCode >= 300 || isUpgrade(request)) return
  const { caller } = request
  const now = await context.clock.now()
  const digest = digestOf(request, caller.params)
  reply.raw.once('finish', () => {
    if (!reply.raw.socket?.errored) context.receipts.note(caller.account, digest, now)
  })
}

/** Counts the refusal for the debugger, which is told once a minute, and answers 403. */
async function refuse(
  { id: requestId }: Pick<FastifyRequest, 'id'>,
  { ignored, clock }: VoiceContext,
  { account }: Pick<Party, 'account'>,
  why: keyof typeof refusals,
  detail: string,
): Promise<never> {
  const { code, message } = refusals[why]
  ignored.count({ account, level: 'warning', code, message, channel: 'VOICE', requestId }, await clock.now())
  throw new Failure('forbidden', `${message} ${detail}`, { code })
}

async function partyOf(named: string, { store, secrets, connections }: VoiceContext): Promise<Party | undefined> {
  const id = parseWireId('carrierConnection', named)
  if (id === undefined) {
    const row = await store.read.get(accountBySid, { sid: named })
    if (!row) return undefined
    const { authToken } = await secrets.of(row.account)
    return { account: row.account, accountSid: named, authToken }
  }
  const connection = await connections.ofAnybody(id)
  if (connection?.carrier !== 'twilio') return undefined
  const { account, settings } = connection
  return { account, accountSid: settings.accountSid, authToken: connection.secrets.authToken }
}

/** What is wrong with the signature. An upgrade may be signed over its URL, or over the URL without query and the query as a form. */
function faultOf(
  request: FastifyRequest,
  { configuredUrl }: VoiceContext,
  authToken: string,
  form: Form | undefined,
): string | undefined {
  const prefix = publicUrl(request, configuredUrl)
  const url = (isUpgrade(request) ? prefix.replace(/^http/, 'ws') : prefix) + request.url
  const header = request.headers['x-twilio-signature']
  const signature = Array.isArray(header) ? header[0] : header
  const verdict = verifyTwilio({ url, signature, authToken, params: form ?? {} })
  if (verdict.valid) return undefined
  if (!isUpgrade(request)) return verdict.detail
  const [plain = '', query = ''] = url.split('?', 2)
  const asForm = Object.fromEntries(new URLSearchParams(query))
  return verifyTwilio({ url: plain, signature, authToken, params: asForm }).valid ? undefined : verdict.detail
}

function isUpgrade({ headers }: FastifyRequest): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * What makes two requests the same one. A call may well be sent to one document twice with the same form: the network's token
 * tells those two apart, which a signature does not cover.
 */
function digestOf({ url, headers }: FastifyRequest, params: Record<string, string>): string {
  const token = headers['i-twilio-idempotency-token'] ?? ''
  const content = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([url, content, token]))
    .digest('base64url')
}
