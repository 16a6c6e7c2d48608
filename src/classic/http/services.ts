import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { createRole, createService, deleteService } from '../commands/services.ts'
import { requireService } from '../finding.ts'
import { roleBySid, rolesOf, servicesAfter, servicesBefore } from '../service-rows.ts'
import { RoleBody, ServiceBody } from './bodies.ts'
import { type ClassicContext, tags, viewerOf } from './context.ts'
import { ClassicMeta, ClassicQuery, classicPage, positionOfSid, sidAt } from './paging.ts'
import { presentRole, presentService, RoleSchema, ServiceSchema } from './present.ts'

const ServiceParams = Type.Object({ service: Type.String() })
const RoleParams = Type.Object({ service: Type.String(), role: Type.String() })

export function serviceRoutes(app: FastifyInstance, context: ClassicContext): void {
  const { store, clock, limits } = context

  app.post<{ Body: Static<typeof ServiceBody> }>(
    '/v1/Services',
    {
      schema: {
        tags,
        summary: 'Create a classic service',
        body: ServiceBody,
        response: withErrors({ 201: ServiceSchema }),
      },
    },
    async (request, reply) => {
      const { account } = request.principal
      const fields = { friendlyName: request.body.FriendlyName, now: await clock.now() }
      const service = await createService(store, limits, account, fields)
      return reply.status(201).send(presentService(viewerOf(request, context), service))
    },
  )

  app.get(
    '/v1/Services',
    {
      schema: {
        tags,
        summary: 'List the account’s classic services, the newest first',
        querystring: ClassicQuery,
        response: withErrors({ 200: Type.Object({ meta: ClassicMeta, services: Type.Array(ServiceSchema) }) }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const { rows, meta } = await classicPage(request, context.configuredUrl, {
        key: 'services',
        read: (direction, at, limit) =>
          direction === 'next'
            ? store.read.all(servicesBefore, { account, after: sidAt('IS', at, 'last'), limit })
            : store.read.all(servicesAfter, { account, after: sidAt('IS', at, 'first'), limit }),
        positionOf: ({ sid }) => positionOfSid(sid),
      })
      return { meta, services: rows.map((row) => presentService(viewerOf(request, context), row)) }
    },
  )

  app.get<{ Params: Static<typeof ServiceParams> }>(
    '/v1/Services/:service',
    {
      schema: {
        tags,
        summary: 'Fetch a classic service',
        params: ServiceParams,
        response: withErrors({ 200: ServiceSchema }),
      },
    },
    async (request) => {
      const service = await requireService(store.read, request.principal.account, request.params.service)
      return presentService(viewerOf(request, context), service)
    },
  )

  app.delete<{ Params: Static<typeof ServiceParams> }>(
    '/v1/Services/:service',
    {
      schema: {
        tags,
        summary: 'Delete a classic service with everything in it',
        params: ServiceParams,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await deleteService(store, request.principal.account, request.params.service)
      return reply.status(204).send()
    },
  )
}

/** Roles tell agents from customers; they grant and refuse nothing. */
export function roleRoutes(app: FastifyInstance, context: ClassicContext): void {
  const { store, clock } = context

  app.post<{ Params: Static<typeof ServiceParams>; Body: Static<typeof RoleBody> }>(
    '/v1/Services/:service/Roles',
    {
      schema: {
        tags,
        summary: 'Create a role of a classic service',
        params: ServiceParams,
        body: RoleBody,
        response: withErrors({ 201: RoleSchema }, 409),
      },
    },
    async (request, reply) => {
      const { FriendlyName: friendlyName, Type: type, Permission } = request.body
      const permissions = typeof Permission === 'string' ? [Permission] : Permission
      const { account } = request.principal
      const role = { friendlyName, type, permissions }
      const row = await createRole(store, account, request.params.service, role, await clock.now())
      return reply.status(201).send(presentRole(viewerOf(request, context), row))
    },
  )

  app.get<{ Params: Static<typeof ServiceParams> }>(
    '/v1/Services/:service/Roles',
    {
      schema: {
        tags,
        summary: 'List the roles of a classic service, the oldest first',
        params: ServiceParams,
        querystring: ClassicQuery,
        response: withErrors({ 200: Type.Object({ meta: ClassicMeta, roles: Type.Array(RoleSchema) }) }),
      },
    },
    async (request) => {
      const { account } = request.principal
      const serviceSid = request.params.service
      await requireService(store.read, account, serviceSid)
      const all = await store.read.all(rolesOf, { account, serviceSid })
      const { rows, meta } = await classicPage(request, context.configuredUrl, {
        key: 'roles',
        read: async (direction, at, limit) => {
          const after = sidAt('RL', at, direction === 'next' ? 'first' : 'last')
          const beyond = all.filter(({ sid }) => (direction === 'next' ? sid > after : sid < after))
          return (direction === 'next' ? beyond : beyond.reverse()).slice(0, limit)
        },
        positionOf: ({ sid }) => positionOfSid(sid),
      })
      return { meta, roles: rows.map((row) => presentRole(viewerOf(request, context), row)) }
    },
  )

  app.get<{ Params: Static<typeof RoleParams> }>(
    '/v1/Services/:service/Roles/:role',
    {
      schema: {
        tags,
        summary: 'Fetch a role of a classic service',
        params: RoleParams,
        response: withErrors({ 200: RoleSchema }),
      },
    },
    async (request) => {
      const { service: serviceSid, role: sid } = request.params
      const row = await store.read.get(roleBySid, { account: request.principal.account, serviceSid, sid })
      if (!row) throw notFound(`Service ${serviceSid} has no role ${sid}.`)
      return presentRole(viewerOf(request, context), row)
    },
  )
}
