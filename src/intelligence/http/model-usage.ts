import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { Meta, pageQuery, withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { usagePages } from '../usage.ts'
import type { IntelligenceContext } from './context.ts'

const list = 'days'
const maxPageSize = 1000
const Query = Type.Object(pageQuery)
const Listed = Type.Object({
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'YYYY-MM-DD, by business time and in UTC.' }),
      requests: Type.Integer({ description: 'To a model, those that failed included.' }),
      tokens: Type.Integer({ description: 'Of input and output together.' }),
    }),
  ),
  meta: Meta,
})
/** Before and after every day. */
const ends = { next: '~', previous: '' } as const

/** What the account has asked of models, the latest day first. Days on which nothing was asked are left out. */
export function modelUsageRoutes(app: FastifyInstance, { store }: IntelligenceContext): void {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/ModelUsage',
    {
      schema: {
        tags: ['Intelligence'],
        summary: 'List what models were asked day by day, the latest first',
        querystring: Query,
        response: withErrors({ 200: Listed }),
      },
    },
    async ({ principal: { account }, query }) => {
      const wanted = pageRequest(query, list, maxPageSize)
      const direction = wanted.from?.direction ?? 'next'
      const day = wanted.from?.at[0] ?? ends[direction]
      if (typeof day !== 'string') throw invalid('pageToken', 'pageToken is not one that this list gave out')
      const rows = await store.read.all(usagePages[direction], { account, day, limit: wanted.size + 1 })
      const page = pageOf(wanted, rows, (row) => [row.day])
      return { days: page.items, meta: pageMeta(list, list, page) }
    },
  )
}
