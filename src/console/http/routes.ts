import type { FastifyInstance } from 'fastify'
import { errorPages, unknownCodePage } from '../error-pages.ts'
import { errorsPath } from '../explanations.ts'
import { sendPage } from '../page.ts'
import { exampleVoiceRoutes } from './example-voice.ts'

/** Pages for people; these need no credentials and tell nothing about any account. */
export function consoleRoutes(app: FastifyInstance): void {
  const schema = { hide: true }
  app.get(errorsPath, { schema }, async (_request, reply) => sendPage(reply, 200, errorPages().index))
  app.get<{ Params: { code: string } }>(`${errorsPath}/:code`, { schema }, async ({ params: { code } }, reply) => {
    const known = /^\d{1,6}$/.test(code) ? errorPages().byCode.get(Number(code)) : undefined
    return known === undefined ? sendPage(reply, 404, unknownCodePage(code)) : sendPage(reply, 200, known)
  })
  exampleVoiceRoutes(app)
}
