import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { DateTime, Nullable, Words, wireDate, withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { TrafficResult } from '../commands/traffic-result.ts'
import { callTypes, channels, deliveryStatuses } from '../domain/model.ts'
import type { TrafficTrace } from '../domain/trace.ts'
import { agentTypes, type TrafficItem, trafficKinds } from '../domain/traffic.ts'
import { ContentBody } from './content.ts'
import type { ConversationsContext } from './context.ts'
import { presentTrace, TraceSchema } from './trace-present.ts'

const address = { type: 'string', minLength: 1, maxLength: 254 } as const

const Item = Type.Object(
  {
    kind: Type.Optional(Words(trafficKinds)),
    channel: Type.Optional(Words(channels)),
    from: Type.Optional(Type.Unsafe<string>(address)),
    fromName: Type.Optional(
      Nullable(
        Type.String({ maxLength: 256, description: 'What the sender is called, for a participant without name.' }),
      ),
    ),
    fromAliases: Type.Optional(
      Type.Array(Type.Unsafe<string>(address), {
        maxItems: 5,
        description: 'Further addresses of the sender on this channel, such as a WhatsApp id beside the number.',
      }),
    ),
    to: Type.Optional(
      Type.Unsafe<string | string[]>({
        type: ['string', 'array'],
        minLength: 1,
        maxLength: 254,
        minItems: 1,
        items: address,
        description: 'One address, or up to 49.',
      }),
    ),
    content: Type.Optional(ContentBody),
    resourceId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 255 }))),
    channelId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 255 }))),
    callType: Type.Optional(Nullable(Words([...callTypes, 'SIP']))),
    chatService: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 255 }))),
    direction: Type.Optional(Nullable(Words(['INBOUND', 'OUTBOUND']))),
    deliveryStatus: Type.Optional(Nullable(Words(deliveryStatuses))),
    callEnded: Type.Optional(Nullable(Type.Boolean())),
    agentType: Type.Optional(Nullable(Words(agentTypes))),
    agentAddress: Type.Optional(Nullable(Type.Unsafe<string>(address))),
    occurredAt: Type.Optional(Nullable(Type.String({ format: 'date-time', maxLength: 40 }))),
    conversationId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 }))),
    configurationId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 }))),
  },
  { title: 'TrafficItem' },
)

export const TrafficBody = Type.Unsafe<TrafficItem | TrafficItem[]>({
  ...Item,
  type: ['object', 'array'],
  items: Item,
  minItems: 1,
  description: 'One item, or an array of up to 1,000 that are processed in order.',
})

const Result = Type.Object({
  outcome: Words(['CAPTURED', 'DUPLICATE', 'NOT_CAPTURED', 'REFUSED']),
  conversationId: Nullable(Type.String()),
  communicationId: Nullable(Type.String()),
  created: Type.Boolean(),
  reason: Nullable(Type.Object({ code: Type.Integer(), message: Type.String(), field: Type.Optional(Type.String()) })),
})
export const Results = Type.Object({ results: Type.Array(Result) })
const Explained = Type.Object({
  results: Type.Array(Type.Object({ ...Result.properties, trace: Nullable(TraceSchema) })),
  at: DateTime,
})

type TrafficRequestBody = { Body: TrafficItem | TrafficItem[] }

/** Our own intake: what every source of traffic is turned into. */
export function trafficRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { intake } = context.conversations

  app.post<TrafficRequestBody>(
    '/skein/v1/Traffic',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Take in observed traffic: messages, utterances, delivery statuses, streams',
        body: TrafficBody,
        response: withErrors({ 200: Results }),
      },
    },
    async (request) => {
      const results = await intake.capture(request.principal.account, requestsOf(request, context))
      return { results: results.map(presentResult) }
    },
  )

  app.post<TrafficRequestBody>(
    '/skein/v1/Traffic/Explain',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Explain what would become of traffic, saving nothing',
        body: TrafficBody,
        response: withErrors({ 200: Explained }),
      },
    },
    async (request) => {
      const results = await intake.explain(request.principal.account, requestsOf(request, context))
      return {
        results: results.map((result) => ({ ...presentExplained(result), trace: presentOrNull(result.trace) })),
        at: wireDate(await context.clock.now()),
      }
    },
  )
}

function requestsOf(request: FastifyRequest<TrafficRequestBody>, { limits }: ConversationsContext) {
  const items = Array.isArray(request.body) ? request.body : [request.body]
  if (items.length > limits.trafficItems) throw invalid('body', `A request has at most ${limits.trafficItems} items.`)
  for (const [at, { to }] of items.entries()) {
    if (Array.isArray(to) && to.length > limits.recipients) {
      throw invalid(Array.isArray(request.body) ? `[${at}].to` : 'to', `to has at most ${limits.recipients} addresses`)
    }
  }
  return items.map((item) => ({ item, requestId: request.id }))
}

function presentResult(result: TrafficResult): Static<typeof Result> {
  return {
    outcome: result.outcome,
    conversationId: result.conversationId === null ? null : wireId('conversation', result.conversationId),
    communicationId: result.communicationId === null ? null : wireId('communication', result.communicationId),
    created: result.created,
    reason: result.reason,
  }
}

/** Ids that would only be made by saving are left out of an explanation. */
function presentExplained(result: TrafficResult): Static<typeof Result> {
  const presented = presentResult(result)
  if (result.outcome === 'DUPLICATE') return presented
  return { ...presented, communicationId: null, conversationId: result.created ? null : presented.conversationId }
}

function presentOrNull(trace: TrafficTrace | null) {
  return trace === null ? null : presentTrace(trace)
}
