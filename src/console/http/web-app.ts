import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { page, sendPage } from '../page.ts'
import { readWebApp, type WebApp } from '../web-app.ts'

const consolePath = '/console'

/** The console itself. It needs no credentials: what it shows comes from the API, which does. */
export async function webAppRoutes(app: FastifyInstance, folder?: string): Promise<void> {
  const webApp = readWebApp(folder)
  const schema = { hide: true }
  if (webApp && existsSync(webApp.assets)) {
    await app.register(fastifyStatic, {
      root: webApp.assets,
      prefix: `${consolePath}/assets/`,
      decorateReply: false,
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      index: false,
      schemaHide: true,
      setHeaders: (reply) => {
        reply.header('x-content-type-options', 'nosniff')
      },
    })
  }
  const answer = async (_request: unknown, reply: FastifyReply) =>
    webApp ? sendWebApp(reply, webApp) : sendPage(reply, 404, notBuilt)
  // Every view has an address of its own, which the page itself tells apart.
  app.get(consolePath, { schema }, answer)
  app.get(`${consolePath}/*`, { schema }, answer)
  app.get('/', { schema }, async (_request, reply) => reply.redirect(consolePath, 302))
}

const notBuilt = page(
  'The console has not been built',
  '<h1>The console has not been built</h1>\n<p>Run <code>npm run build --workspace web</code>, then start Skein again.</p>',
)

function sendWebApp(reply: FastifyReply, webApp: WebApp): FastifyReply {
  const { html, policy } = webApp.page()
  return reply
    .headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}
