import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { createOperator, deleteOperator, replaceOperator } from '../commands/operators.ts'
import { type Operator, operatorBody } from '../domain/operator.ts'
import { listOperators, listVersions, requireOperator } from '../operators.ts'
import { checkExamples } from '../training-examples.ts'
import type { IntelligenceContext } from './context.ts'
import { presentOperator, presentVersion, presentVersionItem } from './present.ts'
import {
  ListQuery,
  list,
  maxPageSize,
  type OfOne,
  OperatorAnswer,
  OperatorList,
  OperatorRequest,
  VersionAnswer,
  VersionList,
} from './schemas.ts'

const path = '/v3/ControlPlane/Operators'
const tags = ['Intelligence']

interface OfVersion {
  Params: { id: string; version: string }
}

/** Synchronous, unlike the control planes of the other APIs. */
export function operatorRoutes(app: FastifyInstance, { store, clock, limits }: IntelligenceContext): void {
  app.post<{ Body: OperatorRequest }>(
    path,
    {
      schema: {
        tags,
        summary: 'Create a language operator',
        body: OperatorRequest,
        response: withErrors({ 201: OperatorAnswer }),
      },
    },
    async ({ principal: { account }, body }, reply) => {
      const created = await createOperator(store, {
        account,
        id: newId(),
        body: readOperator(body),
        maximum: limits.operators,
        now: await clock.now(),
      })
      return tagged(reply.status(201), created)
    },
  )

  app.get<{ Querystring: ListQuery }>(
    path,
    {
      schema: {
        tags,
        summary: 'List language operators, own and built-in, the newest first',
        querystring: ListQuery,
        response: withErrors({ 200: OperatorList }),
      },
    },
    async ({ principal, query }) => {
      const page = await listOperators(store.read, principal.account, pageRequest(query, 'operators', maxPageSize))
      return { items: page.items.map(presentOperator), meta: pageMeta(list, 'operators', page) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    { schema: { tags, summary: 'Fetch a language operator', response: withErrors({ 200: OperatorAnswer }) } },
    async ({ principal, params }, reply) =>
      tagged(reply, await requireOperator(store.read, principal.account, idOf(params.id))),
  )

  app.put<OfOne & { Body: OperatorRequest }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Replace a language operator by a new version',
        body: OperatorRequest,
        response: withErrors({ 200: OperatorAnswer }, 412),
      },
    },
    async ({ principal: { account }, params, body, headers }, reply) => {
      const replaced = await replaceOperator(store, {
        account,
        id: idOf(params.id),
        body: readOperator(body),
        ifMatch: headers['if-match'],
        now: await clock.now(),
      })
      return tagged(reply, replaced)
    },
  )

  app.delete<OfOne>(
    `${path}/:id`,
    {
      schema: { tags, summary: 'Delete a language operator', response: withErrors({ 204: Type.Null() }) },
    },
    async ({ principal, params }, reply) => {
      await deleteOperator(store, principal.account, idOf(params.id))
      return reply.status(204).send()
    },
  )

  app.get<OfOne & { Querystring: ListQuery }>(
    `${path}/:id/Versions`,
    {
      schema: {
        tags,
        summary: 'List the versions of a language operator, the newest first',
        querystring: ListQuery,
        response: withErrors({ 200: VersionList }),
      },
    },
    async ({ principal, params, query }) => {
      const id = idOf(params.id)
      const page = await listVersions(store.read, principal.account, id, pageRequest(query, 'versions', maxPageSize))
      return { items: page.items.map(presentVersionItem), meta: pageMeta(list, 'versions', page) }
    },
  )

  app.get<OfVersion>(
    `${path}/:id/Versions/:version`,
    {
      schema: {
        tags,
        summary: 'Fetch a version of a language operator',
        response: withErrors({ 200: VersionAnswer }),
      },
    },
    async ({ principal, params }) => {
      const version = /^\d{1,15}$/.test(params.version) ? Number(params.version) : undefined
      if (version === undefined) throw notFound(`Versions are whole numbers, not ${params.version.slice(0, 20)}.`)
      return presentVersion(await requireOperator(store.read, principal.account, idOf(params.id), version))
    },
  )
}

/** Throws a refusal that names the field. */
export function readOperator(request: OperatorRequest) {
  const body = operatorBody(request)
  checkExamples(body)
  return body
}

function tagged(reply: FastifyReply, operator: Operator): FastifyReply {
  return reply.header('etag', String(operator.version)).send(presentOperator(operator))
}

function idOf(text: string): string {
  return pathId('operator', text, 'operator')
}
