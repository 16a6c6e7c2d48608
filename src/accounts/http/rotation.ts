import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { DateTime, Meta, Words, wireDate, withErrors } from '../../http/schemas.ts'
import {
  createSecondaryToken,
  deleteSecondaryToken,
  newAuthToken,
  promoteSecondaryToken,
} from '../commands/auth-tokens.ts'
import {
  deleteSecondaryWebhookSecret,
  fingerprintOf,
  listWebhookSecrets,
  newWebhookSecret,
  rotateWebhookSecret,
} from '../commands/webhook-secrets.ts'
import type { KeysContext } from './keys.ts'

const tags = ['Skein']
const secret = {
  fingerprint: Type.String({ description: 'The first 12 digits of its SHA-256, to tell which one it is.' }),
  role: Words(['PRIMARY', 'SECONDARY']),
  createdAt: DateTime,
}
const secretsPath = '/skein/v1/WebhookSecrets'
const tokensPath = '/skein/v1/AuthTokens'

/** Replaces, without a moment in which receivers or callers are wrong, what the account signs and logs in with. Wall time. */
export function rotationRoutes(app: FastifyInstance, { store, vault }: KeysContext): void {
  app.get(
    secretsPath,
    {
      schema: {
        tags,
        summary: 'List the secrets that sign webhooks, without showing them',
        response: withErrors({ 200: Type.Object({ webhookSecrets: Type.Array(Type.Object(secret)), meta: Meta }) }),
      },
    },
    async ({ principal }) => {
      const secrets = await listWebhookSecrets(store.read, vault, principal.account)
      return {
        webhookSecrets: secrets.map((one) => ({ ...one, createdAt: wireDate(one.createdAt) })),
        meta: { key: 'webhookSecrets', pageSize: secrets.length, nextToken: null, previousToken: null },
      }
    },
  )

  app.post(
    secretsPath,
    {
      schema: {
        tags,
        summary: 'Create a webhook secret, answered this once; the one before signs beside it until it is deleted',
        response: withErrors({ 201: Type.Object({ ...secret, secret: Type.String() }) }, 409),
      },
    },
    async ({ principal }, reply) => {
      const created = newWebhookSecret()
      const now = Date.now()
      await rotateWebhookSecret(store, vault, principal.account, { secret: created, now })
      const described = { fingerprint: fingerprintOf(created), role: 'PRIMARY', createdAt: wireDate(now) }
      return reply.status(201).send({ ...described, secret: created })
    },
  )

  app.delete(
    `${secretsPath}/Secondary`,
    {
      schema: {
        tags,
        summary: 'Delete the webhook secret that was replaced',
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async ({ principal }, reply) => {
      await deleteSecondaryWebhookSecret(store, principal.account)
      return reply.status(204).send()
    },
  )

  app.post(
    tokensPath,
    {
      schema: {
        tags,
        summary: 'Create a secondary auth token, answered this once and accepted beside the primary one',
        response: withErrors({ 201: Type.Object({ authToken: Type.String(), role: Words(['SECONDARY']) }) }, 409),
      },
    },
    async ({ principal }, reply) => {
      const authToken = newAuthToken()
      await createSecondaryToken(store, vault, principal.account, authToken)
      return reply.status(201).send({ authToken, role: 'SECONDARY' })
    },
  )

  app.post(
    `${tokensPath}/Promote`,
    {
      schema: {
        tags,
        summary: 'Let the secondary auth token sign webhooks; the one before is accepted until it is deleted',
        response: withErrors({ 204: Type.Null() }, 409),
      },
    },
    async ({ principal }, reply) => {
      await promoteSecondaryToken(store, principal.account)
      return reply.status(204).send()
    },
  )

  app.delete(
    `${tokensPath}/Secondary`,
    {
      schema: {
        tags,
        summary: 'Delete the secondary auth token: no request with it is accepted from now on',
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async ({ principal }, reply) => {
      await deleteSecondaryToken(store, principal.account)
      return reply.status(204).send()
    },
  )
}
