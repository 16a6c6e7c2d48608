import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { RouteContext } from '../../http/context.ts'
import { DateTime, Meta, wireDate, withErrors } from '../../http/schemas.ts'
import { createKey, listKeys, newKey, revokeApiKey } from '../commands/api-keys.ts'
import type { Vault } from '../vault.ts'

export interface KeysContext extends RouteContext {
  vault: Vault
}

const NewKeyBody = Type.Object({ name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) })
const KeyParams = Type.Object({ sid: Type.String() })
const key = { sid: Type.String(), name: Type.String(), createdAt: DateTime }
const tags = ['Skein']

/** The API keys of the caller's own account, so that they can be managed while the server runs. Keys live by wall time. */
export function keysRoutes(app: FastifyInstance, { store, vault, limits }: KeysContext): void {
  app.get(
    '/skein/v1/Keys',
    {
      schema: {
        tags,
        summary: 'List the API keys in force',
        response: withErrors({ 200: Type.Object({ keys: Type.Array(Type.Object(key)), meta: Meta }) }),
      },
    },
    async (request) => {
      const keys = (await listKeys(store.read, request.principal.account)).map((row) => ({
        ...row,
        createdAt: wireDate(row.createdAt),
      }))
      return { keys, meta: { key: 'keys', pageSize: keys.length, nextToken: null, previousToken: null } }
    },
  )

  app.post<{ Body: Type.Static<typeof NewKeyBody> }>(
    '/skein/v1/Keys',
    {
      schema: {
        tags,
        summary: 'Create an API key; its secret is answered this once',
        body: NewKeyBody,
        response: withErrors({ 201: Type.Object({ ...key, secret: Type.String() }) }),
      },
    },
    async (request, reply) => {
      const created = newKey(request.body.name ?? 'key')
      const now = Date.now()
      await createKey(store, vault, request.principal.account, { key: created, maximum: limits.apiKeys, now })
      return reply.status(201).send({ ...created, createdAt: wireDate(now) })
    },
  )

  app.delete<{ Params: Type.Static<typeof KeyParams> }>(
    '/skein/v1/Keys/:sid',
    {
      schema: {
        tags,
        summary: 'Revoke an API key at once, also the one in use',
        params: KeyParams,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await revokeApiKey(store, request.principal.account, request.params.sid, Date.now())
      return reply.status(204).send()
    },
  )
}
