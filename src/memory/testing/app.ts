import { type FastifyInstance, fastify, type InjectOptions } from 'fastify'
import { Vault } from '../../accounts/vault.ts'
import { installBodyParser, parseQuery, validatorCompiler } from '../../http/edge.ts'
import { installErrorHandling } from '../../http/errors.ts'
import { ErrorSchema } from '../../http/schemas.ts'
import { serializersWhenNeeded } from '../../http/serializers.ts'
import { newSid } from '../../kernel/ids.ts'
import { defaultLimits } from '../../kernel/limits.ts'
import { openLog } from '../../kernel/log.ts'
import type { RecalledCommunication } from '../communications.ts'
import type { MemoryContext } from '../http/context.ts'
import { memoryRoutes } from '../http/routes.ts'
import { uploadRoutes } from '../http/uploads.ts'
import { RecallCache } from '../recall-cache.ts'
import { noEffects, type World } from './world.ts'

/** As JSON.parse gives it: tests look into it freely. */
type Json = ReturnType<typeof JSON.parse>

export interface Answer {
  status: number
  body: Json
  headers: Readonly<Record<string, string>>
}

/** The routes of this room on a world of one account. Operations run when the test says so. */
export class MemoryApp {
  readonly world: World
  readonly app: FastifyInstance
  /** What conversations, by id without prefix, have to say. */
  readonly communications = new Map<string, RecalledCommunication[]>()
  /** How often the loop of operations was told to look. */
  pokes = 0

  static async open(
    world: World,
    options: Pick<MemoryContext, 'memoryRedirects' | 'memoryOverflow'> = {},
  ): Promise<MemoryApp> {
    const opened = new MemoryApp(world, options)
    await opened.app.ready()
    return opened
  }

  private constructor(world: World, options: Pick<MemoryContext, 'memoryRedirects' | 'memoryOverflow'>) {
    this.world = world
    this.app = fastify({
      genReqId: () => newSid('RQ'),
      schemaController: { compilersFactory: { buildSerializer: serializersWhenNeeded } },
      routerOptions: { querystringParser: parseQuery, ignoreTrailingSlash: true },
    })
    this.app.setValidatorCompiler(validatorCompiler)
    this.app.addSchema(ErrorSchema)
    installBodyParser(this.app)
    installErrorHandling(this.app)
    this.app.addHook('onRequest', async (request) => {
      request.principal = { account: world.account, accountSid: `AC${world.account}` }
    })
    const context: MemoryContext = {
      ...options,
      store: world.store,
      clock: { mode: 'virtual', now: async () => world.now },
      limits: defaultLimits,
      log: openLog('silent', false),
      configuredUrl: 'https://skein.example',
      pokeOperations: () => {
        this.pokes += 1
      },
      identityEffects: noEffects,
      recallCache: new RecallCache(world.store.read),
      readCommunications: async (_account, id, limit) => (this.communications.get(id) ?? []).slice(-limit),
      vault: new Vault(Buffer.alloc(32, 7)),
      uploadLifetimeMs: 3_600_000,
      pokeImports: () => {},
      isStoreReferenced: async (_tx, _account, id) => world.references.get(id),
    }
    memoryRoutes(this.app, context)
    uploadRoutes(this.app, context)
  }

  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: Json, headers = {}) {
    const options: InjectOptions = { method, url, headers, ...(body === undefined ? {} : { payload: body }) }
    const reply = await this.app.inject(options)
    return {
      status: reply.statusCode,
      body: reply.json() as Json,
      headers: reply.headers as Record<string, string>,
    } satisfies Answer
  }

  /** Sends a request of the control plane, runs its operation and answers that. */
  async complete(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: Json): Promise<Json> {
    const accepted = await this.send(method, url, body)
    if (accepted.status !== 202) throw new Error(`not accepted: ${JSON.stringify(accepted.body)}`)
    await this.world.runOperations()
    return (await this.send('GET', new URL(accepted.body.statusUrl).pathname)).body
  }

  /** Wire id of a new ACTIVE store. */
  async activeStore(displayName = 'main'): Promise<string> {
    return (await this.complete('POST', '/v1/ControlPlane/Stores', { displayName })).result.id
  }
}
