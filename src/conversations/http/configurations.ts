import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { IdempotencyHeaders, idempotentRequest } from '../../accounts/idempotency-key.ts'
import { sendStored } from '../../http/accepted.ts'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import {
  acceptCreation,
  acceptDeletion,
  acceptPatch,
  acceptReplacement,
  type ConfigurationChange,
} from '../commands/accept-configuration.ts'
import { presentConfiguration } from '../configuration-present.ts'
import { findConfiguration, listConfigurations } from '../configurations.ts'
import type { ConfigurationPatch, ConfigurationRequest } from '../domain/configuration.ts'
import {
  ConfigurationList,
  ConfigurationQuery,
  ConfigurationSchema,
  configurationBodies,
} from './configuration-schemas.ts'
import type { ConversationsContext } from './context.ts'
import { AcceptedSchema, operationUrl } from './operations.ts'

const path = '/v2/ControlPlane/Configurations'
const list = 'configurations'
const maxPageSize = 1000
const tags = ['Configurations']
const Params = Type.Object({ id: Type.String() })

interface OfOne {
  Params: Static<typeof Params>
}

export function configurationRoutes(app: FastifyInstance, context: ConversationsContext): void {
  readingRoutes(app, context)
  writingRoutes(app, context)
}

function readingRoutes(app: FastifyInstance, { store }: ConversationsContext): void {
  app.get<{ Querystring: Static<typeof ConfigurationQuery> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List configurations, the newest first',
        querystring: ConfigurationQuery,
        response: withErrors({ 200: ConfigurationList }),
      },
    },
    async ({ principal, query }) => {
      const storeId = query.memoryStoreId?.replace(/^mem_(store|service)_/, '')
      const wanted = pageRequest(query, list, maxPageSize)
      const page = await listConfigurations(store.read, principal.account, wanted, storeId)
      return { meta: pageMeta(list, list, page), configurations: page.items.map(presentConfiguration) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch a configuration',
        params: Params,
        response: withErrors({ 200: ConfigurationSchema }),
      },
    },
    async ({ principal, params }) => {
      const id = pathId('configuration', params.id, 'configuration')
      const configuration = await findConfiguration(store.read, principal.account, id)
      if (!configuration) throw notFound(`There is no configuration ${params.id}.`)
      return presentConfiguration(configuration)
    },
  )
}

function writingRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { store, clock, limits, configuredUrl, conversations } = context
  const policy = conversations.settings
  const bodies = configurationBodies(limits)
  const schema = { tags, headers: IdempotencyHeaders, response: withErrors({ 202: AcceptedSchema }, 409) }
  const ofOne = { ...schema, params: Params }

  const changeOf = async (request: FastifyRequest, configurationId: string): Promise<ConfigurationChange> => {
    const operationId = newId()
    return {
      account: request.principal.account,
      configurationId,
      operationId,
      statusUrl: operationUrl(request, configuredUrl, operationId),
      requestId: request.id,
      idempotent: idempotentRequest(request),
      now: await clock.now(),
    }
  }
  const changeOfOne = (request: FastifyRequest<OfOne>) =>
    changeOf(request as FastifyRequest, pathId('configuration', request.params.id, 'configuration'))

  app.post<{ Body: ConfigurationRequest }>(
    path,
    { schema: { ...schema, summary: 'Create a configuration', body: bodies.creation } },
    async (request, reply) => {
      const answer = await acceptCreation(store, policy, await changeOf(request, newId()), request.body)
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )
  app.put<OfOne & { Body: ConfigurationRequest }>(
    `${path}/:id`,
    { schema: { ...ofOne, summary: 'Replace a configuration: what is left out is cleared', body: bodies.replacement } },
    async (request, reply) => {
      const answer = await acceptReplacement(store, policy, await changeOfOne(request), request.body)
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )
  app.patch<OfOne & { Body: ConfigurationPatch }>(
    `${path}/:id`,
    { schema: { ...ofOne, summary: 'Change the given fields of a configuration', body: bodies.patch } },
    async (request, reply) => {
      const answer = await acceptPatch(store, policy, await changeOfOne(request), request.body)
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )
  app.delete<OfOne>(
    `${path}/:id`,
    { schema: { ...ofOne, summary: 'Delete a configuration; its open conversations live on' } },
    async (request, reply) => {
      const answer = await acceptDeletion(store, await changeOfOne(request))
      context.pokeOperations()
      return sendStored(reply, answer)
    },
  )
}
