import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { participantTypes } from '../../conversations/domain/model.ts'
import { pathId } from '../../http/path-id.ts'
import { Words, withErrors } from '../../http/schemas.ts'
import { replaceFilter } from '../commands/configurations.ts'
import { requireConfiguration, ruleOf } from '../configurations.ts'
import { noFilter, type RuleFilter, usualPauseSeconds } from '../domain/filter.ts'
import type { IntelligenceContext } from './context.ts'

const path = '/skein/v1/IntelligenceConfigurations/:id/Rules/:ruleId/Filter'
const tags = ['Intelligence']

const Filter = Type.Object(
  {
    participantTypes: Type.Optional(
      Type.Array(Words(participantTypes), {
        uniqueItems: true,
        description: 'Whose words trigger the rule and are read. Empty: everybody’s.',
      }),
    ),
    turns: Type.Optional(
      Type.Boolean({ description: 'Whether what somebody says on end on a call counts once, when it is over.' }),
    ),
    turnPauseSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 120,
        default: usualPauseSeconds,
        description: 'A silence that long ends a turn.',
      }),
    ),
  },
  { additionalProperties: false },
)
type Filter = Static<typeof Filter>
const FilterAnswer = Type.Object({
  participantTypes: Type.Array(Type.String()),
  turns: Type.Boolean(),
  turnPauseSeconds: Type.Integer(),
})

interface OfRule {
  Params: { id: string; ruleId: string }
}

/** What narrows a rule. It has no place in the published body, and stays when a rule is replaced under its id. */
export function ruleFilterRoutes(app: FastifyInstance, { store, clock }: IntelligenceContext): void {
  app.get<OfRule>(
    path,
    { schema: { tags, summary: 'Fetch the filter of a rule', response: withErrors({ 200: FilterAnswer }) } },
    async ({ principal: { account }, params }) => {
      const { id, ruleId } = idsOf(params)
      return ruleOf(await requireConfiguration(store.read, account, id), ruleId).filter ?? noFilter
    },
  )

  app.put<OfRule & { Body: Filter }>(
    path,
    {
      schema: {
        tags,
        summary: 'Replace the filter of a rule; what is left out is as without one',
        body: Filter,
        response: withErrors({ 200: FilterAnswer }),
      },
    },
    async ({ principal: { account }, params, body }) => {
      const filter: RuleFilter = { ...noFilter, ...body }
      await replaceFilter(store, { account, ...idsOf(params), filter, now: await clock.now() })
      return filter
    },
  )
}

function idsOf({ id, ruleId }: OfRule['Params']): { id: string; ruleId: string } {
  return {
    id: pathId('intelligenceConfiguration', id, 'intelligence configuration'),
    ruleId: pathId('intelligenceRule', ruleId, 'rule'),
  }
}
