import type { FastifyInstance } from 'fastify'
import { invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { outlasting } from '../../store/outlasting.ts'
import { takeReport } from '../call-reports.ts'
import { eventOf } from '../domain/call-progress.ts'
import type { VoiceContext } from './context.ts'
import { patience } from './network-caller.ts'
import { networkPath, queryOf } from './network-path.ts'

/** Takes the status callbacks of calls that Skein began on the real network, and passes on what the application asked for. */
export function callStatusRoute(app: FastifyInstance, context: VoiceContext): void {
  app.post(`${networkPath}/Calls`, { schema: { hide: true } }, async (request, reply) => {
    const { account, authToken, params } = request.caller
    const { CallSid, CallStatus, CallDuration = '0', From, To } = params
    const { forward, method, events = '', key } = queryOf(request)
    if (!CallSid) throw invalid('CallSid', 'CallSid is required')
    if (!CallStatus) throw invalid('CallStatus', 'CallStatus is required')
    const report = {
      callSid: CallSid,
      status: CallStatus,
      durationSeconds: Number(CallDuration) || 0,
      from: From,
      to: To,
      key,
    }
    await outlasting(() => takeReport(context, account, report), patience)
    if (forward && events.split(' ').includes(eventOf(CallStatus))) {
      const question = { account, authToken, url: forward, method: method === 'GET' ? 'GET' : 'POST' } as const
      // What the application makes of it does not matter to the network.
      void context.applications.send({ ...question, params, token: newId(), requestId: request.id })
    }
    return reply.status(204).send()
  })
}
