import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify'
import type { Registry } from 'prom-client'
import { type KeysContext, keysRoutes } from './accounts/http/keys.ts'
import { rotationRoutes } from './accounts/http/rotation.ts'
import { type SessionContext, sessionRoutes, signInRoute } from './accounts/http/session.ts'
import { type ConnectionsContext, connectionRoutes } from './carriers/connections/http.ts'
import type { CarriersContext } from './carriers/http/context.ts'
import { carriersRoutes, carrierWebhooks } from './carriers/http/routes.ts'
import type { ClassicContext } from './classic/http/context.ts'
import { classicRoutes } from './classic/http/routes.ts'
import { type ClockContext, clockRoutes } from './clock/http/routes.ts'
import { type Config, limitVariableOf } from './config.ts'
import { limitsRoutes } from './console/http/limits.ts'
import { consoleRoutes } from './console/http/routes.ts'
import { webAppRoutes } from './console/http/web-app.ts'
import type { ConversationsContext } from './conversations/http/context.ts'
import { conversationsRoutes } from './conversations/http/routes.ts'
import type { EventsContext } from './events/http/context.ts'
import { eventsRoutes } from './events/http/routes.ts'
import { authenticationHook } from './http/auth.ts'
import { installBodyParser, parseQuery, validatorCompiler } from './http/edge.ts'
import { installErrorHandling, refuseUnreadable, sendFrameworkError } from './http/errors.ts'
import { answerHeadRequests } from './http/head-requests.ts'
import { healthRoutes } from './http/health.ts'
import { installMetrics } from './http/metrics.ts'
import { openApi } from './http/openapi.ts'
import { ErrorSchema } from './http/schemas.ts'
import { openScope } from './http/scope.ts'
import { serializersWhenNeeded } from './http/serializers.ts'
import { SlowBodies } from './http/slow-bodies.ts'
import type { IntelligenceContext } from './intelligence/http/context.ts'
import { intelligenceRoutes } from './intelligence/http/routes.ts'
import { Failure } from './kernel/failure.ts'
import { newSid } from './kernel/ids.ts'
import type { Log } from './kernel/log.ts'
import type { MemoryContext } from './memory/http/context.ts'
import { memoryRoutes } from './memory/http/routes.ts'
import { uploadRoutes } from './memory/http/uploads.ts'
import { operationListRoutes } from './operations/http/routes.ts'
import type { Store } from './store/store.ts'
import type { VoiceContext } from './voice/http/context.ts'
import { voiceWebhooks } from './voice/http/network.ts'
import { voiceRoutes } from './voice/http/routes.ts'

export interface AppContext
  extends CarriersContext,
    ClassicContext,
    ClockContext,
    ConnectionsContext,
    ConversationsContext,
    EventsContext,
    IntelligenceContext,
    KeysContext,
    MemoryContext,
    SessionContext,
    VoiceContext {
  config: Config
  log: Log
  store: Store
}

/** The HTTP app: the order of its hooks and all of its routes. Listens nowhere; tests inject requests into it. */
export async function buildApp(context: AppContext): Promise<FastifyInstance> {
  const { config } = context
  const options: FastifyServerOptions = {
    loggerInstance: context.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // What is logged of a request names its id; a logger made for each would cost more than all that is logged.
    childLoggerFactory: (logger) => logger,
    genReqId: () => newSid('RQ'),
    requestIdHeader: false,
    // On a connection that is open already, a request during shutdown is answered like any other, and the last.
    return503OnClosing: false,
    bodyLimit: config.bodyLimitBytes,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    forceCloseConnections: 'idle',
    // As long as an upload may take; `SlowBodies` holds all others to a minute, and Node their headers.
    requestTimeout: context.uploadLifetimeMs,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: sendFrameworkError,
    // Nothing that is registered here waits for anything; a timer for each route would only cost.
    pluginTimeout: 0,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildSerializer: serializersWhenNeeded } },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 600, querystringParser: parseQuery },
  }
  const app: FastifyInstance = fastify(config.tls ? Object.assign(options, { https: config.tls }) : options)

  app.setValidatorCompiler(validatorCompiler)
  app.addSchema(ErrorSchema)
  installBodyParser(app)
  installErrorHandling(app, config.publicUrl)
  new SlowBodies().install(app)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('twilio-request-id', request.id)
    if (request.url.includes('%00')) done(new Failure('invalid', 'The URL must not contain the NUL character.'))
    else done()
  })
  answerHeadRequests(app)
  const metrics: Registry = installMetrics(app, context.store)
  await app.register(swagger, openApi())

  healthRoutes(app, context.store, metrics)
  uploadRoutes(app, context)
  consoleRoutes(app)
  await webAppRoutes(app)
  signInRoute(app, context)
  carrierWebhooks(app, context)
  voiceWebhooks(app, context)
  await openScope(app, 'api', async (api) => {
    api.addHook(
      'onRequest',
      authenticationHook(context.authenticate, (token) => context.sessions.find(token)),
    )
    if (config.requestsPerSecond > 0) await api.register(rateLimit, perAccount(config.requestsPerSecond))
    conversationsRoutes(api, context)
    classicRoutes(api, context)
    memoryRoutes(api, context)
    carriersRoutes(api, context)
    connectionRoutes(api, context)
    voiceRoutes(api, context)
    intelligenceRoutes(api, context)
    eventsRoutes(api, context)
    operationListRoutes(api, context)
    clockRoutes(api, context)
    keysRoutes(api, context)
    rotationRoutes(api, context)
    sessionRoutes(api, context)
    limitsRoutes(api, context, limitVariableOf)
  })
  return app
}

/** Refuses before the body is read, so that a refused request has no effect whatever. */
function perAccount(requestsPerSecond: number) {
  return {
    hook: 'preParsing' as const,
    max: requestsPerSecond,
    timeWindow: 1000,
    keyGenerator: (request: { principal: { account: number } }) => String(request.principal.account),
    errorResponseBuilder: () =>
      Object.assign(new Error(`This account may send ${requestsPerSecond} requests a second.`), { statusCode: 429 }),
  }
}
