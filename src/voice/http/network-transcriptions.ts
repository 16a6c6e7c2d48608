import type { FastifyInstance } from 'fastify'
import { invalid } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { outlasting } from '../../store/outlasting.ts'
import { readTranscriptionEvent } from '../domain/transcription-event.ts'
import { takeTranscription } from '../transcription-intake.ts'
import type { VoiceContext } from './context.ts'
import { patience } from './network-caller.ts'
import { networkPath, queryOf } from './network-path.ts'

/** As long as a participant's name may be. */
const maxLabel = 256

/** Takes the status callbacks of a transcription on the real network. */
export function transcriptionRoute(app: FastifyInstance, context: VoiceContext): void {
  app.post(`${networkPath}/Transcriptions`, { schema: { hide: true } }, async (request, reply) => {
    const { caller } = request
    const query = queryOf(request)
    const event = readTranscriptionEvent(caller.params)
    if ('problem' in event) throw invalid(event.field, event.problem)
    const { from, to, inboundLabel, outboundLabel } = query
    if (!from) throw invalid('from', 'from is required in the query: the callback does not say who calls')
    if (!to) throw invalid('to', 'to is required in the query: the callback does not say who is called')
    const call = {
      from,
      to,
      isOutbound: query.direction === 'outbound',
      route: { configurationId: query.configurationId, conversationId: query.conversationId },
      agent: query.agent,
      labels: {
        ...(inboundLabel ? { inbound_track: inboundLabel.slice(0, maxLabel) } : {}),
        ...(outboundLabel ? { outbound_track: outboundLabel.slice(0, maxLabel) } : {}),
      },
      requestId: request.id,
    }
    await outlasting(() => takeTranscription(context, caller.account, event, call), patience)
    const { forward } = query
    if (forward) {
      const { account, authToken, params } = caller
      const question = { account, authToken, url: forward, method: 'POST' as const, params }
      // What the application makes of it does not matter to the network.
      void context.applications.send({ ...question, token: newId(), requestId: request.id })
    }
    return reply.status(204).send()
  })
}
