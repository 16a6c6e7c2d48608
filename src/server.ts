import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Authenticator } from './accounts/authenticator.ts'
import { Epochs } from './accounts/epochs.ts'
import { type NewAccount, provideFirstAccount } from './accounts/first-account.ts'
import { AccountSecrets } from './accounts/secrets.ts'
import { Sessions } from './accounts/sessions.ts'
import { buildApp } from './app.ts'
import { Applications } from './carriers/applications.ts'
import type { Carrier } from './carriers/carrier.ts'
import { Carriers } from './carriers/carriers.ts'
import { adoptNumbers } from './carriers/claiming-numbers.ts'
import { Connections } from './carriers/connections/connections.ts'
import { Receipts } from './carriers/connections/receipts.ts'
import { forgetCarried } from './carriers/forgetting.ts'
import type { MessageTraffic } from './carriers/message-traffic.ts'
import { NumberBook } from './carriers/numbers.ts'
import { TwilioCarrier } from './carriers/twilio/twilio-carrier.ts'
import { WhatsAppCarrier } from './carriers/whatsapp/whatsapp-carrier.ts'
import { ChatCarrier } from './classic/chat-carrier.ts'
import { forgetBridgedConversation, mirrorBridged } from './classic/mirror.ts'
import { Presence } from './classic/presence.ts'
import { foreseeBound } from './classic/receiving.ts'
import { ClassicSending } from './classic/sending.ts'
import { VirtualClock } from './clock/virtual-clock.ts'
import type { Config } from './config.ts'
import type { CommandContext } from './conversations/commands/working.ts'
import { configurationUsing } from './conversations/configurations.ts'
import { Conversations } from './conversations/conversations.ts'
import { readOpen } from './conversations/open-conversations.ts'
import { communicationReader } from './conversations/recall-context.ts'
import type { OrchestratorSettings } from './conversations/settings.ts'
import { Deliverer } from './events/deliverer.ts'
import { EventRetention, type RetentionAges } from './events/retention.ts'
import { callbackSender } from './events/sending.ts'
import { Tallies } from './events/tallies.ts'
import { createOutgoing, type Outgoing } from './http/outgoing/client.ts'
import { createGuard } from './http/outgoing/guard.ts'
import { readIntelligence } from './intelligence/diagnosis.ts'
import { forgetFindings } from './intelligence/forgetting.ts'
import { Intelligence } from './intelligence/intelligence.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Log } from './kernel/log.ts'
import { Loop, type Work } from './kernel/work.ts'
import { Embedder } from './memory/embedding/embedder.ts'
import { EmbeddingEndpoint } from './memory/embedding/endpoint.ts'
import { QueryEmbedder } from './memory/embedding/query-embedder.ts'
import { Importer } from './memory/imports/importer.ts'
import { memoryOperationHandlers } from './memory/operations.ts'
import { RecallCache } from './memory/recall-cache.ts'
import { Operations } from './operations/operations.ts'
import { Retention } from './operations/retention.ts'
import { openVault } from './secret-key.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { Calls } from './voice/calls.ts'
import { forgetCalls } from './voice/forgetting.ts'
import { leadThrough } from './voice/leading-through.ts'
import { RelayProxies } from './voice/relay-proxies.ts'
import { VirtualCalls } from './voice/virtual-calls.ts'

/** Where a virtual clock starts when the database has none yet: an ordinary Monday morning. */
const virtualStart = Date.parse('2026-01-05T09:00:00.000Z')
/** How often a node looks for work that another node, or its own crash, left behind. */
const pollMs = 1_000

export interface RunningServer {
  /** Where it listens, as a URL without trailing slash. */
  url: string
  /** Set on the first start only: credentials that are never shown again. */
  firstAccount: NewAccount | undefined
  /**
   * Takes no new requests, finishes those in progress and the rounds of the loops, then closes the database. False when
   * the time for that was up before they ended.
   */
  stop(): Promise<boolean>
}

/** The whole server but for listening and the loops: what tests drive by injection and one step at a time. */
export interface Assembly {
  app: FastifyInstance
  clock: Clock
  /** Everything that happens without a request, in the order in which rounds run; operations come first. */
  works: readonly Work[]
  carriers: Carriers
  /** What commands are called with by rooms above, and by tests of what has no route. */
  commands: CommandContext
  firstAccount: NewAccount | undefined
  /** Begins no more deliveries and waits for those in flight; then ends the thread that takes in traffic. */
  stopSending(): Promise<void>
}

/** What tests put in place of the world outside. */
export interface Outside {
  outgoing?: Outgoing
  /** Beside those that the server has. */
  carriers?: readonly ((traffic: MessageTraffic) => Carrier)[]
}

/** Assembles the server, starts its loops and listens. */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const store = await openStore(config.database, { log, poolSize: config.databasePool })
  try {
    let loops: Loop[] = []
    const wake = (name: string) => loops.find((loop) => loop.work.name === name)?.poke()
    const { app, clock, works, firstAccount, stopSending } = await assemble(config, log, store, wake)
    loops = works.map(
      (work) => new Loop(work, { log, now: () => clock.now(), pollMs, realTime: clock.mode === 'system' }),
    )
    await listen(app, config)
    for (const loop of loops) loop.start()
    return {
      url: urlOf(config, app.server.address() as AddressInfo),
      firstAccount,
      stop: async () => {
        // A connection that is answered from now on must not stay open for another request.
        app.server.keepAliveTimeout = 1
        // Loops begin no new round while requests end: what those leave behind is in the database and waits there.
        const ending = Promise.all([app.close(), ...loops.map((loop) => loop.stop())]).then(stopSending)
        const finished = await withinSeconds(config.shutdownSeconds, ending)
        if (!finished) app.server.closeAllConnections()
        await store.close()
        return finished
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Builds rooms and routes on an open store and hands the lower rooms what they need of the upper ones. */
export async function assemble(
  config: Config,
  log: Log,
  store: Store,
  wake: (work: string) => void,
  outside: Outside = {},
): Promise<Assembly> {
  const vault = await openVault(config, store)
  const firstAccount = await provideFirstAccount(store, vault, config.account)
  const clock = config.clock === 'virtual' ? await VirtualClock.open(store, virtualStart) : systemClock
  const epochs = new Epochs(store)
  const authenticator = new Authenticator(store.read, epochs, vault)
  const onFollowed = () => {
    wake('deliveries')
    intelligence.hear()
  }
  const tallies = new Tallies({ store, readOpen, log })
  const conversations = new Conversations({
    store,
    clock,
    log,
    tallies,
    settings: settingsOf(config),
    onFollowed,
    vault,
    alsoForget: [forgetCarried, forgetBridgedConversation, forgetCalls, forgetFindings],
    onBridged: mirrorBridged,
  })
  // Services that the operator has set are the operator's own choice, and often stand beside Skein.
  const outgoingToOwn = outside.outgoing ?? createOutgoing({ allowPrivate: true })
  const intelligence = new Intelligence({
    commands: conversations.commands,
    log,
    settings: {
      maxCharacters: config.ruleCharacters,
      perAccount: config.ruleExecutions,
      observationsPerProfile: config.limits.observationsPerProfile,
      summariesPerProfile: config.limits.summariesPerProfile,
      memoryOverflow: config.memoryOverflow,
      model: config.model,
    },
    wake,
    isIntakeBusy: () => conversations.intake.isBusy,
    outgoing: outgoingToOwn,
  })
  const scrub = () => store.scrub()
  const handlers = { ...conversations.operationHandlers, ...memoryOperationHandlers(configurationUsing, scrub) }
  const operations = new Operations({ store, log, handlers })
  const outgoing = outside.outgoing ?? createOutgoing({ allowPrivate: config.allowPrivateCallbacks })
  const send = callbackSender(outgoing)
  const endpoint = config.embedding && new EmbeddingEndpoint(outgoingToOwn, config.embedding)
  const queryEmbedder = endpoint && new QueryEmbedder({ endpoint, log })
  const secrets = new AccountSecrets(store.read, epochs, vault)
  const deliverer = new Deliverer({
    store,
    clock,
    log,
    secrets,
    tallies,
    send,
    random: Math.random,
    onRoom: () => wake('deliveries'),
  })
  const connections = new Connections(store, vault, epochs)
  const receipts = new Receipts(store, log)
  const webhooks = { connections, receipts, clock, ignored: conversations.ignored, configuredUrl: config.publicUrl }
  const applications = new Applications(outgoing, secrets)
  const carriers = new Carriers({
    store,
    clock,
    log,
    intake: conversations.intake,
    applications,
    numbers: new NumberBook(store.read, epochs),
    wake: () => {
      for (const { name } of carriers.works) wake(name)
    },
    calls: {
      startCall: (call) => virtualCalls.startCall(call),
      changeCall: (call, change) => virtualCalls.changeCall(call, change),
    },
    foresee: foreseeBound(conversations.commands, new Presence(store.read, epochs)),
    carriers: [
      ...(outside.carriers ?? []),
      (traffic) => new TwilioCarrier({ ...webhooks, leadThrough, store, log, traffic, outgoing }),
      () => new ChatCarrier({ read: store.read, cache: conversations.commands.cache }),
      (traffic) => new WhatsAppCarrier({ ...webhooks, store, cache: conversations.commands.cache, traffic, outgoing }),
    ],
  })
  await adoptNumbers(store, carriers.all, await clock.now())
  const voice = {
    store,
    clock,
    log,
    intake: conversations.intake,
    applications,
    secrets,
    guard: createGuard({ allowPrivate: config.allowPrivateCallbacks }),
    settings: { msPerCharacter: config.speechMsPerCharacter, replyMs: config.replyMs },
  }
  const calls = new Calls({ ...voice, wake: () => wake('calls') })
  const virtualCalls = new VirtualCalls({ store, clock, secrets, calls })
  const relayProxies = new RelayProxies({ ...voice, wake: () => wake('relay-proxies') })
  const works: Work[] = [
    operations,
    calls,
    relayProxies,
    ...conversations.works,
    ...carriers.works,
    new ClassicSending({ store, intake: conversations.intake, carriers: () => carriers }),
    ...intelligence.works,
    deliverer,
    new Importer({
      store,
      log,
      keptMs: config.importRetentionDays * dayMs,
      maxProblems: config.limits.importProblems,
    }),
    ...(endpoint ? [new Embedder({ store, endpoint, log })] : []),
    new Retention(store),
    new EventRetention(store, agesOf(config)),
    tallies,
  ]
  const app = await buildApp({
    config,
    log,
    store,
    vault,
    clock,
    works,
    conversations,
    tallies,
    intelligence,
    readIntelligence,
    carriers,
    connections,
    receipts,
    ignored: conversations.ignored,
    virtual: carriers.virtual,
    calls,
    relayProxies,
    applications,
    intake: conversations.intake,
    secrets,
    sessions: new Sessions(store, vault, config.sessionHours * 3_600_000),
    send,
    pokeDeliveries: () => wake('deliveries'),
    pokeImports: () => wake('imports'),
    uploadLifetimeMs: config.uploadMinutes * 60_000,
    limits: config.limits,
    allowPrivateCallbacks: config.allowPrivateCallbacks,
    configuredUrl: config.publicUrl,
    pokeOperations: () => wake('operations'),
    isStoreReferenced: configurationUsing,
    memoryOverflow: config.memoryOverflow,
    memoryRedirects: config.memoryRedirects,
    identityEffects: conversations.identityEffects,
    recallCache: new RecallCache(store.read, { model: endpoint?.space }),
    ...(queryEmbedder ? { vectorOfQuery: (query) => queryEmbedder.vectorOf(query) } : {}),
    readCommunications: communicationReader(store.read),
    authenticate: (name, secret) => authenticator.authenticate(name, secret),
  })
  const stopSending = async () => {
    await Promise.all([calls.stop(), relayProxies.stop()])
    await Promise.all([deliverer.stop(), carriers.stop(), intelligence.stop()])
    await Promise.all([outgoing.close(), outgoingToOwn.close()])
  }
  return { app, clock, works, carriers, commands: conversations.commands, firstAccount, stopSending }
}

const dayMs = 24 * 60 * 60 * 1000

function agesOf(config: Config): RetentionAges {
  return {
    eventsMs: config.eventRetentionDays * dayMs,
    deliveriesMs: config.deliveryRetentionDays * dayMs,
    diagnosticsMs: config.diagnosticRetentionDays * dayMs,
  }
}

function settingsOf(config: Config): OrchestratorSettings {
  return {
    limits: config.limits,
    allowPrivateCallbacks: config.allowPrivateCallbacks,
    passiveProfiles: config.passiveProfiles,
    graceMs: config.streamGraceSeconds * 1000,
    silentCallMs: config.silentCallMinutes === undefined ? undefined : config.silentCallMinutes * 60_000,
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} on ${host} is in use already. Choose another with --port or SKEIN_PORT.`,
      EACCES: `Port ${port} on ${host} may not be opened by this user. Choose another with --port or SKEIN_PORT.`,
      EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host or SKEIN_HOST.`,
    }
    throw new Error(reasons[code ?? ''] ?? `The server can not listen on ${host}:${port}: ${message}`, { cause })
  }
}

function urlOf(config: Config, address: AddressInfo): string {
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${config.tls ? 'https' : 'http'}://${host}:${address.port}`
}

/** Whether the work ended in time. */
async function withinSeconds(seconds: number, work: PromiseLike<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000)
  })
  try {
    return await Promise.race([Promise.resolve(work).then(() => true), limit])
  } finally {
    clearTimeout(timer)
  }
}
