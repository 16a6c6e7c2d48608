import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { DateTime, Meta, Nullable, pageQuery, Words, wireDate, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { newId, wireId } from '../../kernel/ids.ts'
import { disownAddress, ownAddress } from '../commands/own-address.ts'
import { maxAddressLength } from '../domain/address.ts'
import { channels } from '../domain/model.ts'
import type { OwnedAddress } from '../domain/owned-address.ts'
import { findOwnedAddress, listOwnedAddresses } from '../owned-addresses.ts'
import type { ConversationsContext } from './context.ts'

const path = '/skein/v1/OwnedAddresses'
const list = 'ownedAddresses'
const maxPageSize = 1000
const tags = ['Skein']
const Params = Type.Object({ id: Type.String() })
const Query = Type.Object(pageQuery)

const Body = Type.Object({
  address: Type.String({ minLength: 1, maxLength: maxAddressLength }),
  name: Type.Optional(Nullable(Type.String({ maxLength: 256 }))),
  channel: Type.Optional(
    Words(channels, { description: 'How to read the address; guessed from its form if left out.' }),
  ),
})

const OwnedAddressSchema = Type.Object({
  id: Type.String(),
  address: Type.String(),
  name: Nullable(Type.String()),
  createdAt: DateTime,
})

interface OfOne {
  Params: Static<typeof Params>
}

export function ownedAddressRoutes(app: FastifyInstance, context: ConversationsContext): void {
  const { store, clock, limits } = context

  app.post<{ Body: Static<typeof Body> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Register a number or identity as the account’s own',
        body: Body,
        response: withErrors({ 201: OwnedAddressSchema }, 409),
      },
    },
    async ({ principal, body }, reply) => {
      const { address, name = null, channel } = body
      const owned: OwnedAddress = { id: newId(), address, name, createdAt: await clock.now() }
      await ownAddress(store, limits, principal.account, owned, channel)
      return reply.status(201).send(presentOwnedAddress(owned))
    },
  )

  app.get<{ Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the account’s own addresses, the newest first',
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, ownedAddresses: Type.Array(OwnedAddressSchema) }) }),
      },
    },
    async ({ principal, query }) => {
      const page = await listOwnedAddresses(store.read, principal.account, pageRequest(query, list, maxPageSize))
      return { meta: pageMeta(list, list, page), ownedAddresses: page.items.map(presentOwnedAddress) }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch one of the account’s own addresses',
        params: Params,
        response: withErrors({ 200: OwnedAddressSchema }),
      },
    },
    async ({ principal, params }) => {
      const owned = await findOwnedAddress(store.read, principal.account, idOf(params.id))
      if (!owned) throw unknownAddress(params.id)
      return presentOwnedAddress(owned)
    },
  )

  app.delete<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Forget that an address is the account’s own',
        params: Params,
        response: withErrors({ 204: Type.Null() }),
      },
    },
    async ({ principal, params }, reply) => {
      if (!(await disownAddress(store, principal.account, idOf(params.id)))) throw unknownAddress(params.id)
      return reply.status(204).send()
    },
  )
}

function idOf(text: string): string {
  return pathId('ownedAddress', text, 'owned address')
}

function unknownAddress(id: string) {
  return notFound(`There is no owned address ${id}.`)
}

function presentOwnedAddress({ id, address, name, createdAt }: OwnedAddress) {
  return { id: wireId('ownedAddress', id), address, name, createdAt: wireDate(createdAt) }
}
