import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { reportDiagnostic } from '../../events/report.ts'
import { refusals } from '../domain/network-refusals.ts'
import type { Tell } from '../ports.ts'
import type { VoiceContext } from './context.ts'
import { networkPath, queryOf } from './network-path.ts'

/** Lets a relay session of the real network through to its application. */
export function relayRoute(app: FastifyInstance, context: VoiceContext): void {
  app.get(
    `${networkPath}/Relay`,
    // A handler of a socket can not answer HEAD too.
    { websocket: true, exposeHeadRoute: true, schema: { hide: true } },
    (socket, request) => {
      const { url, configurationId, conversationId, greeting } = queryOf(request)
      const { account, authToken } = request.caller
      if (!url) return socket.close(1008, 'url is required in the query')
      context.relayProxies.begin(socket, {
        account,
        authToken,
        url,
        greeting: greeting ?? '',
        route: { conversationConfiguration: configurationId ?? null, conversationId: conversationId ?? null },
        requestId: request.id,
        admit: (setup) => admits(request, context, setup),
        tell: (diagnostic) => {
          tell(request, context, diagnostic).catch((error: unknown) =>
            request.log.warn({ err: error }, 'what is wrong with a relay session could not be told'),
          )
        },
      })
    },
  )
}

/**
 * The signature of an upgrade is over a URL that may be the same for all calls. So the session's first message has to speak of
 * this account, and of the call that the URL was made for, and neither session nor URL may have been here before.
 */
async function admits(
  request: FastifyRequest,
  { receipts, clock, ignored }: VoiceContext,
  setup: Record<string, unknown>,
): Promise<boolean> {
  const { caller } = request
  const { call, once } = queryOf(request)
  const now = await clock.now()
  const refuse = (why: 'foreign' | 'replayed') => {
    const { code, message } = refusals[why]
    ignored.count(
      { account: caller.account, level: 'warning', code, message, channel: 'VOICE', requestId: request.id },
      now,
    )
    return false
  }
  const { accountSid = caller.accountSid, callSid, sessionId } = setup
  if (accountSid !== caller.accountSid || (call !== undefined && call !== callSid)) return refuse('foreign')
  const marks = [once && `once ${once}`, sessionId && `session ${sessionId}`].filter((one) => typeof one === 'string')
  const digests = marks
    .filter((one) => one !== '')
    .map((one) => createHash('sha256').update(`${caller.party} ${one}`).digest('base64url'))
  for (const digest of digests) if (await receipts.has(caller.account, digest, now)) return refuse('replayed')
  for (const digest of digests) receipts.note(caller.account, digest, now)
  return true
}

async function tell(
  { caller, id: requestId }: FastifyRequest,
  { store, clock }: VoiceContext,
  diagnostic: Parameters<Tell>[0],
): Promise<void> {
  const told = { ...diagnostic, channel: 'VOICE', requestId, at: await clock.now() }
  await store.transact((tx) => reportDiagnostic(tx, caller.account, told))
}
