import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { addressProblem, maxAddressLength } from '../../conversations/domain/address.ts'
import { pageMeta, pageOf, pageRequest } from '../../http/pagination.ts'
import { Meta, Nullable, pageQuery, Words, withErrors } from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { idOfSid } from '../../kernel/sids.ts'
import { readMessage } from '../commands/read-message.ts'
import { receiveMessage } from '../commands/receive-message.ts'
import { refused } from '../commands/send-message.ts'
import { mediaAt } from '../domain/media.ts'
import { channelOfAddress, type MessageChannel, wireAddress } from '../domain/message.ts'
import { contentProblem } from '../domain/message-form.ts'
import { listHandsetMessages } from '../messages.ts'
import type { CarriersContext } from './context.ts'
import { HandsetMessageSchema, presentHandsetMessage } from './message-present.ts'

const path = '/skein/v1/Handsets/:address/Messages'
const list = 'messages'
const maxPageSize = 1000
const tags = ['Skein']
const handsetChannels = ['SMS', 'WHATSAPP', 'RCS'] as const
const Params = Type.Object({ address: Type.String({ minLength: 1, maxLength: maxAddressLength }) })
const Body = Type.Object({
  to: Type.String({ minLength: 1, maxLength: maxAddressLength, description: 'One of the account’s own addresses.' }),
  channel: Type.Optional(Words(handsetChannels, { description: 'SMS if left out, unless an address has a prefix.' })),
  body: Type.Optional(Type.String()),
  media: Type.Optional(
    Type.Array(
      Type.Object({ url: Type.String({ minLength: 1 }), contentType: Type.Optional(Nullable(Type.String())) }),
    ),
  ),
})
const MessageParams = Type.Object({ ...Params.properties, sid: Type.String() })
const Receipt = Type.Object({ status: Words(['read']) })
const Query = Type.Object({ ...pageQuery, channel: Type.Optional(Words(handsetChannels)) })

/** The customers' phones of the virtual network: what they send and what has arrived at them. */
export function handsetRoutes(app: FastifyInstance, { store, virtual }: CarriersContext): void {
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Body> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Send a message as a customer’s phone',
        params: Params,
        body: Body,
        response: withErrors({ 201: HandsetMessageSchema }),
      },
    },
    async ({ principal: { account }, params, body, id: requestId }, reply) => {
      const { to, body: text = '', media = [] } = body
      const channel = body.channel ?? channelFrom(params.address, to)
      const from = handsetAddress(channel, params.address)
      const problem = contentProblem(
        text,
        media.map(({ url }) => url),
      )
      if (problem) throw refused({ ...problem, field: problem.field === 'Body' ? 'body' : 'media' })
      const attachments = media.map(({ url, contentType }) =>
        contentType == null ? mediaAt(url) : { url, contentType },
      )
      const message = { channel, from, to, body: text, media: attachments }
      const row = await receiveMessage(virtual.network, { account, requestId }, message)
      return reply.status(201).send(presentHandsetMessage(row))
    },
  )

  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List what a phone sent and what arrived at it, the newest first',
        params: Params,
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, messages: Type.Array(HandsetMessageSchema) }) }),
      },
    },
    async ({ principal: { account }, params, query }) => {
      const asked = pageRequest(query, list, maxPageSize)
      const addresses = addressesOf(params.address, query.channel)
      const rows = await listHandsetMessages(store.read, account, addresses, {
        size: asked.size + 1,
        ...(asked.from === undefined ? {} : { beforeId: String(asked.from.at[0]) }),
      })
      const { previous: _, ...page } = pageOf(asked, rows, (row) => [row.id])
      return { meta: pageMeta(list, list, page), messages: page.items.map(presentHandsetMessage) }
    },
  )

  app.patch<{ Params: Static<typeof MessageParams>; Body: Static<typeof Receipt> }>(
    `${path}/:sid`,
    {
      schema: {
        tags,
        summary: 'Mark a message as read on the phone, which its sender hears of',
        params: MessageParams,
        body: Receipt,
        response: withErrors({ 200: HandsetMessageSchema }),
      },
    },
    async ({ principal: { account }, params: { address, sid }, id: requestId }) => {
      const id = idOfSid(['SM', 'MM'], sid)
      if (id === undefined) throw notFound('No such message arrived at this handset.')
      const asked = { id, addresses: addressesOf(address) }
      return presentHandsetMessage(await readMessage(virtual.network, { account, requestId }, asked))
    },
  )
}

/** What the phone is on each of its channels. */
function addressesOf(address: string, channel?: MessageChannel): string[] {
  const channels = channel === undefined ? handsetChannels : [channel]
  return channels.map((one) => wireAddress(one, plain(address)))
}

function channelFrom(from: string, to: string): MessageChannel {
  const channel = channelOfAddress(from)
  return channel === 'SMS' ? channelOfAddress(to) : channel
}

function handsetAddress(channel: MessageChannel, address: string): string {
  const wire = wireAddress(channel, plain(address))
  const problem = addressProblem(channel, wire)
  if (problem) throw invalid('address', `address ${problem.message}`, problem.code)
  return wire
}

function plain(address: string): string {
  return address.replace(/^(whatsapp|rcs):/, '')
}
