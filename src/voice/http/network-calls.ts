import type { FastifyInstance } from 'fastify'
import { invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { findCall } from '../call-views.ts'
import { eventOf, progressed } from '../domain/call-progress.ts'
import { saveLeg } from '../saving-legs.ts'
import type { VoiceContext } from './context.ts'
import { networkPath, queryOf } from './network-path.ts'

/** Takes the status callbacks of calls that Skein began on the real network, and passes on what the application asked for. */
export function callStatusRoute(app: FastifyInstance, context: VoiceContext): void {
  app.post(`${networkPath}/Calls`, { schema: { hide: true } }, async (request, reply) => {
    const { account, authToken, params } = request.caller
    const { CallSid, CallStatus, CallDuration = '0' } = params
    if (!CallSid) throw invalid('CallSid', 'CallSid is required')
    if (!CallStatus) throw invalid('CallStatus', 'CallStatus is required')
    const { store, clock, applications } = context
    const leg = await findCall(store.read, account, CallSid)
    const now = await clock.now()
    const next = leg && progressed(leg, CallStatus, Number(CallDuration) || 0, now)
    if (next) await store.transact((tx) => saveLeg(tx, account, next, null))
    const { forward, method, events = '' } = queryOf(request)
    if (forward && events.split(' ').includes(eventOf(CallStatus))) {
      const question = { account, authToken, url: forward, method: method === 'GET' ? 'GET' : 'POST' } as const
      // What the application makes of it does not matter to the network.
      void applications.send({ ...question, params, token: newId(), requestId: request.id })
    }
    return reply.status(204).send()
  })
}
