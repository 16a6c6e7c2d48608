import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { accountsPath, listPaths, withoutSuffix } from '../../http/accounts-scope.ts'
import type { Form } from '../../http/forms.ts'
import { pageRequest } from '../../http/pagination.ts'
import { pageQuery, withErrors } from '../../http/schemas.ts'
import { uriPage, uriPageSchema } from '../../http/uri-page.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { idOfSid } from '../../kernel/sids.ts'
import { refused, sendMessage } from '../commands/send-message.ts'
import { readMessageForm } from '../domain/message-form.ts'
import { type MessageRow, messageById, messageSid } from '../message-rows.ts'
import { changeMessage, deleteMessage, listMessages, type MessageFilter } from '../messages.ts'
import type { CarriersContext } from './context.ts'
import { MediaSchema, MessageSchema, presentMedia, presentMessage } from './message-present.ts'

const list = 'messages'
const maxPageSize = 1000
const tags = ['Messages']
const consumes = ['application/x-www-form-urlencoded']
const AccountParams = Type.Object({ accountSid: Type.String() })
const MessageParams = Type.Object({ accountSid: Type.String(), sid: Type.String() })
const field = Type.Optional(Type.String())
const fields = Type.Optional(Type.Unsafe<string | string[]>({ type: ['string', 'array'], items: { type: 'string' } }))
const NewMessage = Type.Unsafe<Form>(
  Type.Object({
    To: field,
    From: field,
    MessagingServiceSid: field,
    Body: field,
    MediaUrl: fields,
    ContentSid: field,
    ContentVariables: field,
    StatusCallback: field,
    ScheduleType: field,
    SendAt: field,
  }),
)
const Change = Type.Object({ Body: field, Status: field })
const Query = Type.Object({
  ...pageQuery,
  to: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  DateSent: Type.Optional(Type.String({ description: 'A day or an instant; `DateSent<` and `DateSent>` bound it.' })),
  'DateSent<': Type.Optional(Type.String()),
  'DateSent>': Type.Optional(Type.String()),
})

interface OfOne {
  Params: Static<typeof MessageParams>
}

/** The messages of the account's numbers on the virtual network, as the published API has them. */
export function messageRoutes(app: FastifyInstance, context: CarriersContext): void {
  const { store, clock, allowPrivateCallbacks, virtual } = context
  const { network } = virtual

  async function find(account: number, sid: string): Promise<MessageRow> {
    const row = await store.read.get(messageById, { account, id: idOf(sid) })
    if (!row || messageSid(row) !== withoutSuffix(sid)) throw unknownMessage()
    return row
  }

  for (const [at, path] of listPaths('Messages').entries()) {
    const hide = at > 0
    app.post<{ Params: Static<typeof AccountParams>; Body: Form }>(
      path,
      {
        schema: {
          hide,
          tags,
          consumes,
          summary: 'Send a message from one of the account’s numbers',
          params: AccountParams,
          body: NewMessage,
          response: withErrors({ 201: MessageSchema }),
        },
      },
      async ({ principal: { account, accountSid }, body, id: requestId }, reply) => {
        const read = readMessageForm(body, { allowPrivate: allowPrivateCallbacks, now: await clock.now() })
        if ('refusal' in read) throw refused(read.refusal)
        const row = await sendMessage(network, { account, requestId, id: newId() }, read.draft)
        return reply.status(201).send(presentMessage(accountSid, row))
      },
    )

    app.get<{ Params: Static<typeof AccountParams>; Querystring: Static<typeof Query> }>(
      path,
      {
        schema: {
          hide,
          tags,
          summary: 'List messages, the newest first',
          params: AccountParams,
          querystring: Query,
          response: withErrors({ 200: uriPageSchema(list, MessageSchema) }),
        },
      },
      async (request) => {
        const { account, accountSid } = request.principal
        const asked = pageRequest(request.query, list, maxPageSize)
        const page = await listMessages(store.read, account, filterOf(request.query), asked)
        return {
          messages: page.items.map((row) => presentMessage(accountSid, row)),
          ...uriPage(request.url, list, asked.size, page),
        }
      },
    )
  }

  const onePath = `${accountsPath}/Messages/:sid`

  app.get<OfOne>(
    onePath,
    {
      schema: { tags, summary: 'Fetch a message', params: MessageParams, response: withErrors({ 200: MessageSchema }) },
    },
    async ({ principal: { account, accountSid }, params }) =>
      presentMessage(accountSid, await find(account, params.sid)),
  )

  app.post<OfOne & { Body: Static<typeof Change> }>(
    onePath,
    {
      schema: {
        tags,
        consumes,
        summary: 'Take the text out of a message, or cancel a scheduled one',
        params: MessageParams,
        body: Change,
        response: withErrors({ 200: MessageSchema }),
      },
    },
    async ({ principal: { account, accountSid }, params, body, id: requestId }) => {
      const { id } = await find(account, params.sid)
      const change = { body: body.Body, status: body.Status, now: await clock.now() }
      const row = await changeMessage(store, account, id, change)
      if (!row) throw unknownMessage()
      if (row.status === 'canceled' && row.captured === 1) {
        await network.traffic.reports({ account, requestId }, [{ messageId: messageSid(row), status: 'canceled' }])
      }
      return presentMessage(accountSid, row)
    },
  )

  app.delete<OfOne>(
    onePath,
    {
      schema: {
        tags,
        summary: 'Delete a message',
        params: MessageParams,
        response: withErrors({ 204: Type.Null() }, 409),
      },
    },
    async ({ principal: { account }, params }, reply) => {
      const { id } = await find(account, params.sid)
      if (!(await deleteMessage(store, account, id))) throw unknownMessage()
      return reply.status(204).send()
    },
  )

  for (const [at, path] of [`${onePath}/Media`, `${onePath}/Media.json`].entries()) {
    app.get<OfOne & { Querystring: Static<typeof Query> }>(
      path,
      {
        schema: {
          hide: at > 0,
          tags,
          summary: 'List the attachments of a message',
          params: MessageParams,
          querystring: Type.Object(pageQuery),
          response: withErrors({ 200: uriPageSchema('media_list', MediaSchema) }),
        },
      },
      async ({ principal: { account, accountSid }, params, url, query }) => {
        const items = presentMedia(accountSid, await find(account, params.sid))
        return { media_list: items, ...uriPage(url, 'media', pageRequest(query, 'media', maxPageSize).size, { items }) }
      },
    )
  }

  app.get<{ Params: { accountSid: string; sid: string; mediaSid: string } }>(
    `${onePath}/Media/:mediaSid`,
    {
      schema: {
        tags,
        summary: 'Fetch an attachment of a message: what it is, not its bytes',
        params: Type.Object({ ...MessageParams.properties, mediaSid: Type.String() }),
        response: withErrors({ 200: MediaSchema }),
      },
    },
    async ({ principal: { account, accountSid }, params }) => {
      const sid = withoutSuffix(params.mediaSid)
      const media = presentMedia(accountSid, await find(account, params.sid)).find((one) => one.sid === sid)
      if (!media) throw notFound('The message has no attachment with this SID.')
      return media
    },
  )
}

const dayMs = 24 * 60 * 60 * 1000

/** A day counts from its first to its last millisecond, UTC. */
function filterOf(query: Static<typeof Query>): MessageFilter {
  const { from, to, DateSent: on, 'DateSent<': before, 'DateSent>': after } = query
  const day = on === undefined ? undefined : instant('DateSent', on)
  return {
    from,
    to,
    after: day ?? (after === undefined ? 0 : instant('DateSent>', after)),
    before:
      day !== undefined
        ? day + dayMs - 1
        : before === undefined
          ? Number.MAX_SAFE_INTEGER
          : instant('DateSent<', before),
  }
}

function instant(name: string, value: string): number {
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw invalid(name, `${name} is not a date`)
  return name === 'DateSent' ? Math.floor(at / dayMs) * dayMs : at
}

function idOf(sid: string): string {
  const id = idOfSid(['SM', 'MM'], withoutSuffix(sid))
  if (id === undefined) throw unknownMessage()
  return id
}

function unknownMessage() {
  return notFound('There is no message with this SID, which is SM or MM and 32 hexadecimal digits.')
}
