import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { reportDiagnostic } from '../../events/report.ts'
import { publicUrl } from '../../http/public-url.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { rewriteTwiml } from '../domain/rewriting.ts'
import type { VoiceContext } from './context.ts'
import { networkPath, queryOf } from './network-path.ts'

/** Asks the application what a call on the real network is to do, and puts Skein in the way of what it says. */
export function webhookRoute(app: FastifyInstance, context: VoiceContext): void {
  app.route({
    method: ['GET', 'POST'],
    url: `${networkPath}/Webhook`,
    schema: { hide: true },
    handler: async (request, reply) => {
      const { account, authToken, params } = request.caller
      const { url } = queryOf(request)
      if (!url) throw invalid('url', 'url is required in the query: it names the application')
      const { url: _, ...form } = params
      const method = request.method === 'GET' ? ('GET' as const) : ('POST' as const)
      const question = { account, authToken, url, method, params: form, token: newId(), requestId: request.id }
      const answer = await context.applications.send(question)
      if ('problem' in answer) {
        // The network then asks its own fallback.
        throw new Failure('unavailable', `The application gave no instructions: ${answer.problem.detail}.`)
      }
      const body = await rewritten(request, context, { text: answer.body, base: url, form })
      return reply
        .status(200)
        .type(answer.contentType || 'text/xml')
        .send(body)
    },
  })
}

/** What cannot be read is passed on as it is, and the debugger is told. */
async function rewritten(
  request: FastifyRequest,
  { configuredUrl, clock, store }: VoiceContext,
  { text, base, form }: { text: string; base: string; form: Record<string, string> },
): Promise<string> {
  const { account, party } = request.caller
  const parsed = parseTwiml(text)
  if ('problem' in parsed) {
    const at = await clock.now()
    const told = { level: 'error' as const, code: 12100, message: parsed.problem, requestId: request.id, at }
    await store.transact((tx) => reportDiagnostic(tx, account, told))
    return text
  }
  const { From: from = '', To: to = '', Direction = 'inbound', CallSid: callSid = '' } = form
  return rewriteTwiml(text, parsed.response, {
    prefix: `${publicUrl(request, configuredUrl)}/skein/v1/Voice/${party}`,
    base,
    from,
    to,
    callSid,
    direction: Direction.startsWith('outbound') ? 'outbound' : 'inbound',
    once: newId(),
  })
}
