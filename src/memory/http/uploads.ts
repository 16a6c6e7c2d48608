import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { accountBySid } from '../../accounts/rows.ts'
import { withErrors } from '../../http/schemas.ts'
import { openScope } from '../../http/scope.ts'
import { Failure } from '../../kernel/failure.ts'
import { parseWireId } from '../../kernel/ids.ts'
import { isSigned, takeUpload } from '../imports/uploading.ts'
import type { MemoryContext } from './context.ts'

const Query = Type.Object({
  account: Type.String({ maxLength: 40 }),
  store: Type.String({ maxLength: 40 }),
  until: Type.Integer(),
  signature: Type.String({ maxLength: 100 }),
})

/** Where files of imports go. No credentials: the address itself is signed and ends. */
export function uploadRoutes(app: FastifyInstance, context: MemoryContext): void {
  openScope(app, 'uploads', async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

    uploads.put<{ Params: { importId: string }; Querystring: Static<typeof Query>; Body: Readable | undefined }>(
      '/skein/v1/Uploads/:importId',
      {
        config: { takesLong: true },
        schema: {
          tags: ['Profile imports'],
          summary: 'Send the file of an import, once and within its time',
          consumes: ['text/csv'],
          security: [],
          querystring: Query,
          response: withErrors({ 200: Type.Object({ importId: Type.String() }) }, 403, 409),
        },
      },
      async (request) => {
        const { account: accountSid, store: storeId, until, signature } = request.query
        const id = parseWireId('memoryImport', request.params.importId) ?? ''
        if (!isSigned(context.vault, { accountSid, storeId, id, until }, signature)) {
          throw new Failure('forbidden', 'This is no address that an import has given out.')
        }
        if (until < Date.now())
          throw new Failure('forbidden', 'The time for this upload is over. Create the import again.')
        const account = (await context.store.read.get(accountBySid, { sid: accountSid }))?.account ?? 0
        await takeUpload(context.store, { account, storeId, id }, request.body ?? none(), await context.clock.now())
        context.pokeImports()
        return { importId: request.params.importId }
      },
    )
  })
}

async function* none(): AsyncGenerator<Uint8Array> {}
