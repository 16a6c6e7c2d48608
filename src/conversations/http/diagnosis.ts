import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pathId } from '../../http/path-id.ts'
import { Nullable, StringMap, Words, withErrors } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { TrafficResult } from '../commands/traffic-result.ts'
import { findConversation } from '../conversation-views.ts'
import { conversationFacts, type Expected, messageFacts } from '../diagnosing.ts'
import { checkOutcomes } from '../domain/check.ts'
import { conversationChecks, diagnoseConversation } from '../domain/diagnosis.ts'
import { diagnoseMessage, type Message, messageChecks, ruleFaults } from '../domain/message-diagnosis.ts'
import { callTypes, channels } from '../domain/model.ts'
import type { ConversationsContext } from './context.ts'
import { unknownConversation } from './conversation-path.ts'

const Params = Type.Object({ id: Type.String() })
const address = Type.String({ minLength: 1, maxLength: 254 })
const Query = Type.Object({
  channel: Words(channels),
  from: address,
  to: address,
  callType: Type.Optional(Words([...callTypes, 'SIP'])),
})

const checksOf = (names: readonly string[]) =>
  Type.Array(
    Type.Object({
      check: Words(names),
      outcome: Words(checkOutcomes),
      message: Type.String(),
      remedy: Nullable(Type.String()),
      ids: Type.Array(Type.String()),
    }),
  )

const ConversationDiagnosis = Type.Object({ conversationId: Type.String(), checks: checksOf(conversationChecks) })
const MessageDiagnosis = Type.Object({
  outcome: Type.String(),
  conversationId: Nullable(Type.String({ description: 'The open conversation that it would join.' })),
  checks: checksOf(messageChecks),
  rules: Type.Array(
    Type.Object({
      configurationId: Type.String(),
      channel: Words(channels),
      index: Type.Integer(),
      from: Type.String(),
      to: Type.String(),
      metadata: StringMap,
      faults: Type.Array(Words(ruleFaults)),
    }),
    { description: 'Rules that match, with no faults, or nearly do.' },
  ),
})

/** The troubleshooting guide, answered from what is stored: for one conversation, and for a message that was not captured. */
export function diagnosisRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { store, clock, conversations, readIntelligence } = context
  const sourceOf = async (account: number) => ({
    read: store.read,
    cache: conversations.cache,
    account,
    now: await clock.now(),
  })

  app.get<{ Params: Static<typeof Params> }>(
    '/skein/v1/Conversations/:id/Diagnosis',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Run the troubleshooting checklist on a conversation',
        params: Params,
        response: withErrors({ 200: ConversationDiagnosis }),
      },
    },
    async ({ principal: { account }, params }) => {
      const source = await sourceOf(account)
      const view = await findConversation(source, pathId('conversation', params.id, 'conversation'))
      if (!view) throw unknownConversation(params.id)
      const checks = diagnoseConversation(await conversationFacts(source, view, readIntelligence))
      return { conversationId: params.id, checks }
    },
  )

  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/Diagnosis',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Explain what would become of a message, and what keeps it from being captured',
        querystring: Query,
        response: withErrors({ 200: MessageDiagnosis }),
      },
    },
    async ({ principal: { account }, query, id }) => {
      const message = messageOf(query)
      const { channel, from, to, callType } = message
      const item = { channel, from, to, content: { type: 'TEXT', text: '' }, callType: callType ?? null } as const
      const [result] = await conversations.intake.explain(account, [{ item, requestId: id }])
      const expected = expectedOf(result as TrafficResult)
      const facts = await messageFacts(await sourceOf(account), conversations.hashAddress, message, expected)
      const outcome = (result as TrafficResult).outcome
      return { outcome, conversationId: expected.conversationId, ...diagnoseMessage(facts) }
    },
  )
}

/** In a query a plus that is not written as %2B means a space; no address begins with one. */
function messageOf({ channel, from, to, callType }: Static<typeof Query>): Message {
  const withPlus = (text: string) => text.replace(/^ (?=\d)/, '+')
  const calls = channel === 'VOICE'
  return {
    channel,
    from: withPlus(from),
    to: withPlus(to),
    callType: calls ? (callType === 'SIP' ? 'PUBLIC_SIP' : callType) : undefined,
  }
}

function expectedOf({ outcome, reason, created, conversationId, trace }: TrafficResult): Expected {
  const taken = outcome === 'CAPTURED'
  return {
    conversationId: taken && !created && conversationId !== null ? wireId('conversation', conversationId) : null,
    refusal: taken ? null : (reason?.message ?? outcome),
    winner: trace?.rule ? wireId('configuration', trace.rule.configurationId) : null,
  }
}
