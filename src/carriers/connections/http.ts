import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { RouteContext } from '../../http/context.ts'
import { parseWireUrl } from '../../http/outgoing/wire-url.ts'
import { pathId } from '../../http/path-id.ts'
import { publicUrl } from '../../http/public-url.ts'
import { DateTime, Nullable, Shaped, Words, wireDate, withErrors } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import {
  type ApplicationUrl,
  type Connection,
  type TwilioConnection,
  voiceBase,
  type WhatsAppConnection,
} from './connection.ts'
import type { Connections } from './connections.ts'

export interface ConnectionsContext extends RouteContext {
  connections: Connections
  allowPrivateCallbacks: boolean
}

const secret = (description: string) => Type.String({ minLength: 8, maxLength: 1_000, description })
const url = Shaped('^https?://', 'must be an http or https URL', { minLength: 8, maxLength: 2_048 })
const Application = Type.Object({ url, method: Type.Optional(Words(['GET', 'POST'])) })
const name = Type.Optional(Nullable(Type.String({ maxLength: 256 })))
const number = Type.String({ minLength: 3, maxLength: 254 })
const backfillMinutes = Type.Integer({ minimum: 0, maximum: 10_080 })

/** Fields of both carriers; which belong to the carrier that is named is checked when they are read. */
const fields = {
  name,
  baseUrl: Type.Optional(url),
  numbers: Type.Optional(Type.Array(number, { minItems: 1, maxItems: 1_000 })),
  authToken: Type.Optional(secret('Twilio')),
  application: Type.Optional(Type.Union([Application, Type.Null()])),
  statusApplication: Type.Optional(Type.Union([Application, Type.Null()])),
  backfillMinutes: Type.Optional(backfillMinutes),
  accessToken: Type.Optional(secret('WhatsApp')),
  appSecret: Type.Optional(secret('WhatsApp')),
  verifyToken: Type.Optional(secret('WhatsApp; made up if left out')),
}

const CreateBody = Type.Object({
  carrier: Words(['twilio', 'whatsapp']),
  accountSid: Type.Optional(Shaped('^AC[0-9a-f]{32}$', 'must be an account SID: AC and 32 hexadecimal digits')),
  phoneNumberId: Type.Optional(Shaped('^[0-9]{1,32}$', 'must be up to 32 digits')),
  ...fields,
})
const ChangeBody = Type.Object(fields)
type Create = Static<typeof CreateBody>
type Change = Static<typeof ChangeBody>

const Schema = Type.Object({
  id: Type.String(),
  carrier: Words(['twilio', 'whatsapp']),
  name: Nullable(Type.String()),
  accountSid: Nullable(Type.String()),
  phoneNumberId: Nullable(Type.String()),
  baseUrl: Type.String(),
  numbers: Type.Array(Type.String()),
  application: Type.Union([Application, Type.Null()]),
  statusApplication: Type.Union([Application, Type.Null()]),
  backfillMinutes: Nullable(Type.Integer()),
  webhooks: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
  createdAt: DateTime,
  updatedAt: DateTime,
})
/** The verify token is one that Skein may have made, so whoever connects is told it once. */
const CreatedSchema = Type.Object({ ...Schema.properties, verifyToken: Nullable(Type.String()) })

const path = '/skein/v1/Carriers'
const tags = ['Carriers']
const Params = Type.Object({ id: Type.String() })
type OfOne = { Params: Static<typeof Params> }

const twilioUrl = 'https://api.twilio.com'
const graphUrl = 'https://graph.facebook.com/v23.0'
const usualBackfillMinutes = 5

/** How an operator or user connects an account at a carrier. Secrets go in and never come out. */
export function connectionRoutes(app: FastifyInstance, context: ConnectionsContext): void {
  const { connections, clock, limits } = context

  app.post<{ Body: Create }>(
    path,
    {
      schema: {
        tags,
        summary: 'Connect an account at a carrier',
        body: CreateBody,
        response: withErrors({ 201: CreatedSchema }),
      },
    },
    async (request, reply) => {
      const connection = newConnection(request, context, await clock.now())
      await connections.connect(limits, connection)
      const verifyToken = connection.carrier === 'whatsapp' ? connection.secrets.verifyToken : null
      return reply.status(201).send({ ...presentConnection(connection), verifyToken })
    },
  )

  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'List the account’s connections to carriers, the oldest first',
        response: withErrors({ 200: Type.Object({ carriers: Type.Array(Schema) }) }),
      },
    },
    async ({ principal }) => ({ carriers: (await connections.list(principal.account)).map(presentConnection) }),
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a connection to a carrier',
        params: Params,
        response: withErrors({ 200: Schema }),
      },
    },
    async ({ principal, params }) => presentConnection(await connections.require(principal.account, idOf(params.id))),
  )

  app.patch<OfOne & { Body: Change }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Change a connection to a carrier; secrets that are given replace those before',
        params: Params,
        body: ChangeBody,
        response: withErrors({ 200: Schema }),
      },
    },
    async ({ principal, params, body }) => {
      const now = await clock.now()
      return presentConnection(
        await connections.change(principal.account, idOf(params.id), (known) => changed(known, body, context, now)),
      )
    },
  )

  app.delete<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Disconnect from a carrier; its numbers stay the account’s own',
        params: Params,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async ({ principal, params }, reply) => {
      await connections.disconnect(principal.account, idOf(params.id))
      return reply.status(204).send()
    },
  )
}

function newConnection(
  request: FastifyRequest<{ Body: Create }>,
  context: ConnectionsContext,
  now: number,
): Connection {
  const { body, principal } = request
  refuseForeignFields(body, body.carrier)
  const id = newId()
  const webhookBase = `${publicUrl(request, context.configuredUrl)}${path}/${wireId('carrierConnection', id)}`
  const common = {
    account: principal.account,
    id,
    name: body.name ?? null,
    createdAt: now,
    updatedAt: now,
    fetchedTo: now,
  }
  const numbers = required(body.numbers, 'numbers')
  if (body.carrier === 'twilio') {
    return {
      ...common,
      carrier: 'twilio',
      settings: {
        accountSid: required(body.accountSid, 'accountSid'),
        baseUrl: checkedUrl(body.baseUrl ?? twilioUrl, 'baseUrl', context),
        webhookBase,
        numbers,
        application: applicationOf(body.application ?? null, 'application', context),
        statusApplication: applicationOf(body.statusApplication ?? null, 'statusApplication', context),
        backfillMinutes: body.backfillMinutes ?? usualBackfillMinutes,
      },
      secrets: { authToken: required(body.authToken, 'authToken') },
    }
  }
  return {
    ...common,
    carrier: 'whatsapp',
    settings: {
      phoneNumberId: required(body.phoneNumberId, 'phoneNumberId'),
      baseUrl: checkedUrl(body.baseUrl ?? graphUrl, 'baseUrl', context),
      webhookBase,
      numbers: single(numbers),
    },
    secrets: {
      accessToken: required(body.accessToken, 'accessToken'),
      appSecret: required(body.appSecret, 'appSecret'),
      verifyToken: body.verifyToken ?? randomBytes(24).toString('base64url'),
    },
  }
}

function changed(known: Connection, body: Change, context: ConnectionsContext, now: number): Connection {
  refuseForeignFields(body, known.carrier)
  const common = { name: body.name === undefined ? known.name : body.name, updatedAt: now }
  const baseUrl = body.baseUrl === undefined ? {} : { baseUrl: checkedUrl(body.baseUrl, 'baseUrl', context) }
  return known.carrier === 'twilio'
    ? changedTwilio({ ...known, ...common, settings: { ...known.settings, ...baseUrl } }, body, context)
    : changedWhatsApp({ ...known, ...common, settings: { ...known.settings, ...baseUrl } }, body)
}

function changedTwilio(known: TwilioConnection, body: Change, context: ConnectionsContext): TwilioConnection {
  const { application, statusApplication, numbers, backfillMinutes, authToken } = body
  return {
    ...known,
    settings: {
      ...known.settings,
      ...(numbers === undefined ? {} : { numbers }),
      ...(backfillMinutes === undefined ? {} : { backfillMinutes }),
      ...(application === undefined ? {} : { application: applicationOf(application, 'application', context) }),
      ...(statusApplication === undefined
        ? {}
        : { statusApplication: applicationOf(statusApplication, 'statusApplication', context) }),
    },
    secrets: { authToken: authToken ?? known.secrets.authToken },
  }
}

function changedWhatsApp(known: WhatsAppConnection, body: Change): WhatsAppConnection {
  const { accessToken, appSecret, verifyToken } = known.secrets
  return {
    ...known,
    settings: { ...known.settings, ...(body.numbers === undefined ? {} : { numbers: single(body.numbers) }) },
    secrets: {
      accessToken: body.accessToken ?? accessToken,
      appSecret: body.appSecret ?? appSecret,
      verifyToken: body.verifyToken ?? verifyToken,
    },
  }
}

const ofTwilio = ['accountSid', 'authToken', 'application', 'statusApplication', 'backfillMinutes']
const ofWhatsApp = ['phoneNumberId', 'accessToken', 'appSecret', 'verifyToken']

function refuseForeignFields(body: Partial<Create>, carrier: Connection['carrier']): void {
  const foreign = (carrier === 'twilio' ? ofWhatsApp : ofTwilio).find((field) => field in body)
  if (foreign) throw invalid(foreign, `${foreign} is not a field of the carrier ${carrier}`)
}

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw invalid(field, `${field} is required`)
  return value
}

function single(numbers: string[]): string[] {
  if (numbers.length !== 1) throw invalid('numbers', 'numbers: a WhatsApp connection has one number')
  return numbers
}

/** Kept without a slash at its end. */
function checkedUrl(text: string, field: string, { allowPrivateCallbacks }: ConnectionsContext): string {
  const wire = parseWireUrl(text)
  if (!wire) throw invalid(field, `${field} is not a URL`)
  if (wire.protocol !== 'https:' && !allowPrivateCallbacks) throw invalid(field, `${field} must begin with https://`)
  return text.replace(/\/+$/, '')
}

function applicationOf(
  given: { url: string; method?: 'GET' | 'POST' } | null,
  field: string,
  context: ConnectionsContext,
): ApplicationUrl | null {
  if (given === null) return null
  checkedUrl(given.url, `${field}.url`, context)
  return { url: given.url, method: given.method ?? 'POST' }
}

function idOf(text: string): string {
  return pathId('carrierConnection', text, 'carrier connection')
}

function presentConnection(connection: Connection): Static<typeof Schema> {
  const { id, carrier, name, settings, createdAt, updatedAt } = connection
  const twilio = connection.carrier === 'twilio' ? connection.settings : undefined
  const voice = connection.carrier === 'twilio' ? { voice: `${voiceBase(connection)}/Webhook` } : {}
  const { webhookBase } = settings
  return {
    id: wireId('carrierConnection', id),
    carrier,
    name,
    accountSid: twilio?.accountSid ?? null,
    phoneNumberId: connection.carrier === 'whatsapp' ? connection.settings.phoneNumberId : null,
    baseUrl: settings.baseUrl,
    numbers: settings.numbers,
    application: twilio?.application ?? null,
    statusApplication: twilio?.statusApplication ?? null,
    backfillMinutes: twilio?.backfillMinutes ?? null,
    webhooks: twilio
      ? {
          ...voice,
          messages: `${webhookBase}/Messages`,
          statuses: `${webhookBase}/Statuses`,
          events: `${webhookBase}/Events`,
        }
      : { whatsapp: `${webhookBase}/WhatsApp` },
    createdAt: wireDate(createdAt),
    updatedAt: wireDate(updatedAt),
  }
}
