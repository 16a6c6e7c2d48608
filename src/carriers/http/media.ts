import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { findCommunication } from '../../conversations/communications.ts'
import { pathId } from '../../http/path-id.ts'
import { Nullable, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { mediaOf } from '../rows.ts'
import type { CarriersContext } from './context.ts'

const Params = Type.Object({ id: Type.String() })
const Media = Type.Object({ url: Type.String(), contentType: Nullable(Type.String()) })

/** Attachments, which the published communication has no place for. */
export function mediaRoutes(app: FastifyInstance, { store }: CarriersContext): void {
  app.get<{ Params: Static<typeof Params> }>(
    '/skein/v1/Communications/:id/Media',
    {
      schema: {
        tags: ['Skein'],
        summary: 'List the attachments of a communication',
        params: Params,
        response: withErrors({ 200: Type.Object({ communicationId: Type.String(), media: Type.Array(Media) }) }),
      },
    },
    async ({ principal: { account }, params }) => {
      const communicationId = pathId('communication', params.id, 'communication')
      const communication = await findCommunication(store.read, account, communicationId)
      if (!communication) throw notFound(`There is no communication ${params.id}.`)
      const rows = await store.read.all(mediaOf, { account, communicationId })
      return {
        communicationId: params.id,
        media: rows.map((row) => ({ url: row.url, contentType: row.content_type })),
      }
    },
  )
}
