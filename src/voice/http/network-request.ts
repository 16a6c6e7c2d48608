import type { FastifyRequest } from 'fastify'
import { accountBySid } from '../../accounts/rows.ts'
import { reportDiagnostic } from '../../events/report.ts'
import { type FormParameters, verifyTwilio } from '../../events/signature.ts'
import type { Form } from '../../http/forms.ts'
import { publicUrl } from '../../http/public-url.ts'
import { Failure } from '../../kernel/failure.ts'
import { singleValues } from './form-values.ts'
import type { VoiceContext } from './routes.ts'

/** Who is behind a request of the real network, once its signature has been checked. */
export interface NetworkCaller {
  account: number
  accountSid: string
  authToken: string
  /** The form, or the query of a GET. */
  params: Record<string, string>
}

/** Forged, replayed elsewhere or changed on the way. */
const forged = 530953

/**
 * Checks that a request comes from the network: it is signed with the auth token of the account in its path. Everything
 * else is refused alike, and the debugger of the account, if there is one, hears of it.
 */
export async function verifyNetwork(request: FastifyRequest, context: VoiceContext): Promise<NetworkCaller> {
  const { accountSid = '' } = request.params as { accountSid?: string }
  const { store, secrets, clock } = context
  const row = await store.read.get(accountBySid, { sid: accountSid })
  const refusal = new Failure('forbidden', 'The request is not signed with the auth token of this account.')
  if (!row) throw refusal
  const { account } = row
  const { authToken } = await secrets.of(account)
  const form = request.method === 'POST' ? ((request.body ?? {}) as Form) : undefined
  const verdict = isSigned(request, context, authToken, form)
  if (verdict === undefined) {
    return { account, accountSid, authToken, params: singleValues(form ?? (request.query as Form)) }
  }
  const message = `A request to ${request.routeOptions.url} was refused: ${verdict}.`
  const at = await clock.now()
  await store.transact((tx) =>
    reportDiagnostic(tx, account, {
      level: 'warning',
      code: forged,
      message,
      channel: 'VOICE',
      requestId: request.id,
      at,
    }),
  )
  throw refusal
}

/** The fault, or undefined. An upgrade may be signed over its URL, or over the URL without query and the query as a form. */
function isSigned(
  request: FastifyRequest,
  { configuredUrl }: VoiceContext,
  authToken: string,
  form: Form | undefined,
): string | undefined {
  const isUpgrade = request.headers.upgrade?.toLowerCase() === 'websocket'
  const prefix = publicUrl(request, configuredUrl)
  const url = (isUpgrade ? prefix.replace(/^http/, 'ws') : prefix) + request.url
  const header = request.headers['x-twilio-signature']
  const signature = Array.isArray(header) ? header[0] : header
  const params: FormParameters = form ?? {}
  const verdict = verifyTwilio({ url, signature, authToken, params })
  if (verdict.valid) return undefined
  if (!isUpgrade) return verdict.detail
  const [plain = '', query = ''] = url.split('?', 2)
  const asForm = Object.fromEntries(new URLSearchParams(query))
  return verifyTwilio({ url: plain, signature, authToken, params: asForm }).valid ? undefined : verdict.detail
}
