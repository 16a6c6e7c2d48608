import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { newId, parseWireId } from '../../kernel/ids.ts'
import { requestExecution } from '../commands/request-execution.ts'
import type { IntelligenceContext } from './context.ts'
import { idIn } from './results.ts'

const id = Type.String({ minLength: 1, maxLength: 128 })
const Body = Type.Object({
  intelligenceConfigurationId: id,
  ruleId: id,
  conversationId: id,
  rule: Type.Optional(
    Type.Unsafe<{ operators?: { id: string; parameters: Record<string, unknown> }[] } | null>({
      type: ['object', 'null'],
      properties: {
        operators: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'object',
            required: ['id', 'parameters'],
            properties: {
              id: { type: 'string', minLength: 1, maxLength: 128 },
              parameters: { type: 'object', additionalProperties: true },
            },
          },
        },
      },
    }),
  ),
})
type Body = Static<typeof Body>

/** The official client reads a JSON body, so there is one with nothing in it. */
const Accepted = Type.Object({})

export function ruleExecutionRoutes(app: FastifyInstance, context: IntelligenceContext): void {
  const { store, clock, conversations, intelligence } = context
  app.post<{ Body: Body }>(
    '/v3/RuleExecutions',
    {
      schema: {
        tags: ['Intelligence'],
        summary: 'Execute a rule for a conversation, as it is now',
        body: Body,
        response: withErrors({ 202: Accepted }, 422),
      },
    },
    async ({ principal: { account }, body, id: requestId }, reply) => {
      await requestExecution(
        { store, cache: conversations.cache },
        {
          account,
          id: newId(),
          configurationId: required('intelligenceConfigurationId', 'intelligenceConfiguration', body),
          ruleId: required('ruleId', 'intelligenceRule', body),
          conversationId: required('conversationId', 'conversation', body),
          overrides: (body.rule?.operators ?? []).map((one, at) => overrideOf(one, `rule.operators[${at}]`)),
          requestId,
          now: await clock.now(),
        },
      )
      intelligence.pokeExecutions()
      return reply.status(202).send({})
    },
  )
}

function required(
  field: 'intelligenceConfigurationId' | 'ruleId' | 'conversationId',
  kind: Parameters<typeof idIn>[1],
  body: Body,
): string {
  return idIn(field, kind, body[field]) as string
}

function overrideOf({ id: text, parameters }: { id: string; parameters: Record<string, unknown> }, field: string) {
  const operatorId = parseWireId('operator', text)
  if (operatorId === undefined) throw invalid(`${field}.id`, `The rule has no operator ${text}.`)
  return { id: operatorId, parameters, field }
}
