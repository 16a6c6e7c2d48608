import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { pageQuery, withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { type IdKind, parseWireId } from '../../kernel/ids.ts'
import { listResults, removeResult, requireResult } from '../results.ts'
import type { IntelligenceContext } from './context.ts'
import { presentResult, ResultAnswer, ResultList } from './present-result.ts'
import { list, maxPageSize, type OfOne } from './schemas.ts'

const path = '/v3/OperatorResults'
const tags = ['Intelligence']
const name = 'operatorResults'

const Query = Type.Object({
  ...pageQuery,
  conversationId: Type.Optional(Type.String()),
  intelligenceConfigurationId: Type.Optional(Type.String()),
  operatorId: Type.Optional(Type.String()),
})
type Query = Static<typeof Query>

export function resultRoutes(app: FastifyInstance, { store }: IntelligenceContext): void {
  app.get<{ Querystring: Query }>(
    path,
    {
      schema: {
        tags,
        summary: 'List operator results, the newest first',
        querystring: Query,
        response: withErrors({ 200: ResultList }),
      },
    },
    async ({ principal: { account, accountSid }, query }) => {
      const filter = {
        conversationId: idIn('conversationId', 'conversation', query.conversationId),
        configurationId: idIn(
          'intelligenceConfigurationId',
          'intelligenceConfiguration',
          query.intelligenceConfigurationId,
        ),
        operatorId: idIn('operatorId', 'operator', query.operatorId),
      }
      const page = await listResults(store.read, account, pageRequest(query, name, maxPageSize), filter)
      return { items: page.items.map((row) => presentResult(accountSid, row)), meta: pageMeta(list, name, page) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    { schema: { tags, summary: 'Fetch an operator result', response: withErrors({ 200: ResultAnswer }) } },
    async ({ principal: { account, accountSid }, params }) =>
      presentResult(accountSid, await requireResult(store.read, account, idOf(params.id))),
  )

  app.delete<OfOne>(
    `${path}/:id`,
    { schema: { tags, summary: 'Delete an operator result', response: withErrors({ 204: Type.Null() }) } },
    async ({ principal, params }, reply) => {
      await removeResult(store, principal.account, idOf(params.id))
      return reply.status(204).send()
    },
  )
}

/** The id, without prefix, that a filter names. Throws when it is none of its kind. */
export function idIn(field: string, kind: IdKind, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const id = parseWireId(kind, text)
  if (id === undefined) throw invalid(field, `${field} is no id of its kind`)
  return id
}

function idOf(text: string): string {
  return pathId('operatorResult', text, 'operator result')
}
