import { randomInt } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { disownAddress, ownAddress } from '../../conversations/commands/own-address.ts'
import { accountsPath, listPaths, withoutSuffix } from '../../http/accounts-scope.ts'
import { type Page, pageOf, pageRequest } from '../../http/pagination.ts'
import { pageQuery, withErrors } from '../../http/schemas.ts'
import { uriPage, uriPageSchema } from '../../http/uri-page.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { idOfSid } from '../../kernel/sids.ts'
import { purchaseRefusal } from '../domain/magic-numbers.ts'
import { numberFields, readNumberSettings } from '../domain/number-settings.ts'
import { changeNumber, findNumber, listNumbers, type OwnNumber } from '../numbers.ts'
import type { CarriersContext } from './context.ts'
import { NumberSchema, presentNumber } from './number-present.ts'

const list = 'incoming_phone_numbers'
const maxPageSize = 1000
const tags = ['Numbers']
const consumes = ['application/x-www-form-urlencoded']
const AccountParams = Type.Object({ accountSid: Type.String() })
const NumberParams = Type.Object({ accountSid: Type.String(), sid: Type.String() })
const settings = Object.fromEntries(
  ['FriendlyName', ...numberFields].map((name) => [name, Type.Optional(Type.String())]),
)
const Change = Type.Unsafe<Record<string, string>>(Type.Object(settings))
const Creation = Type.Unsafe<Record<string, string>>(
  Type.Object({ ...settings, PhoneNumber: Type.Optional(Type.String()), AreaCode: Type.Optional(Type.String()) }),
)
const Query = Type.Object({
  ...pageQuery,
  PhoneNumber: Type.Optional(Type.String({ description: 'A part of the number; `*` stands for any digits.' })),
  FriendlyName: Type.Optional(Type.String()),
})
interface OfOne {
  Params: Static<typeof NumberParams>
}

/** The account's numbers as the published API has them: the owned addresses, with what each of them does. */
export function numberRoutes(app: FastifyInstance, context: CarriersContext): void {
  const { store, clock, limits, allowPrivateCallbacks } = context

  for (const [at, path] of listPaths('IncomingPhoneNumbers').entries()) {
    const hide = at > 0
    app.post<{ Params: Static<typeof AccountParams>; Body: Record<string, string> }>(
      path,
      {
        schema: {
          hide,
          tags,
          consumes,
          summary: 'Take a number',
          params: AccountParams,
          body: Creation,
          response: withErrors({ 201: NumberSchema }, 409),
        },
      },
      async ({ principal, body }, reply) => {
        const now = await clock.now()
        const address = wantedNumber(body)
        const number = JSON.stringify(readSettings(body, allowPrivateCallbacks))
        const name = body.FriendlyName ?? null
        const owned = { id: newId(), address, name, createdAt: now, carrier: null, number }
        await ownAddress(store, limits, principal.account, owned)
        const made = await findNumber(store.read, principal.account, owned.id)
        if (!made) throw unknownNumber()
        return reply.status(201).send(presentNumber(principal.accountSid, made))
      },
    )

    app.get<{ Params: Static<typeof AccountParams>; Querystring: Static<typeof Query> }>(
      path,
      {
        schema: {
          hide,
          tags,
          summary: 'List the account’s numbers, the newest first',
          params: AccountParams,
          querystring: Query,
          response: withErrors({ 200: uriPageSchema(list, NumberSchema) }),
        },
      },
      async (request) => {
        const { principal, query } = request
        const asked = pageRequest(query, list, maxPageSize)
        const all = (await listNumbers(store.read, principal.account)).filter((number) => isAskedFor(number, query))
        const page = pageIn(all, asked)
        return {
          incoming_phone_numbers: page.items.map((number) => presentNumber(principal.accountSid, number)),
          ...uriPage(request.url, list, asked.size, page),
        }
      },
    )
  }

  const onePath = `${accountsPath}/IncomingPhoneNumbers/:sid`

  app.get<OfOne>(
    onePath,
    { schema: { tags, summary: 'Fetch a number', params: NumberParams, response: withErrors({ 200: NumberSchema }) } },
    async ({ principal, params }) => {
      const number = await findNumber(store.read, principal.account, idOf(params.sid))
      if (!number) throw unknownNumber()
      return presentNumber(principal.accountSid, number)
    },
  )

  app.post<OfOne & { Body: Record<string, string> }>(
    onePath,
    {
      schema: {
        tags,
        consumes,
        summary: 'Change what a number does',
        params: NumberParams,
        body: Change,
        response: withErrors({ 200: NumberSchema }),
      },
    },
    async ({ principal, params, body }) => {
      const change = {
        ...(body.FriendlyName === undefined ? {} : { name: body.FriendlyName }),
        settings: readSettings(body, allowPrivateCallbacks),
        now: await clock.now(),
      }
      const number = await changeNumber(store, principal.account, idOf(params.sid), change)
      if (!number) throw unknownNumber()
      return presentNumber(principal.accountSid, number)
    },
  )

  app.delete<OfOne>(
    onePath,
    {
      schema: { tags, summary: 'Give a number back', params: NumberParams, response: withErrors({ 204: Type.Null() }) },
    },
    async ({ principal, params }, reply) => {
      if (!(await disownAddress(store, principal.account, idOf(params.sid)))) throw unknownNumber()
      return reply.status(204).send()
    },
  )
}

function readSettings(form: Record<string, string>, allowPrivate: boolean) {
  if ((form.FriendlyName ?? '').length > 256) {
    throw new Failure('invalid', 'FriendlyName must have at most 256 characters', { field: 'FriendlyName' })
  }
  const read = readNumberSettings(form, allowPrivate)
  if ('settings' in read) return read.settings
  const { code, field, message } = read.problem
  throw new Failure('invalid', message, { code, field })
}

/** The number that is asked for by name, or one of the area. */
function wantedNumber({ PhoneNumber, AreaCode }: Record<string, string>): string {
  if (PhoneNumber !== undefined) {
    const refusal = purchaseRefusal(PhoneNumber)
    if (refusal) throw new Failure('invalid', refusal.message, { code: refusal.code, field: 'PhoneNumber' })
    return PhoneNumber
  }
  if (AreaCode === undefined || !/^[2-9]\d{2}$/.test(AreaCode)) {
    throw new Failure('invalid', 'PhoneNumber or AreaCode is required', { code: 21451, field: 'PhoneNumber' })
  }
  if (AreaCode === emptyAreaCode) {
    throw new Failure('invalid', `There is no number in the area ${AreaCode}.`, { code: 21452, field: 'AreaCode' })
  }
  return `+1${AreaCode}${String(randomInt(10_000_000)).padStart(7, '0')}`
}

/** The published area in which the test credentials find no number. */
const emptyAreaCode = '533'

function isAskedFor(number: OwnNumber, { PhoneNumber, FriendlyName }: Static<typeof Query>): boolean {
  if (FriendlyName !== undefined && (number.name ?? number.address) !== FriendlyName) return false
  return PhoneNumber === undefined || patternOf(PhoneNumber).test(number.address)
}

function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(parts.join('.*'))
}

/** One page of what is in memory already, by id. */
function pageIn(all: OwnNumber[], asked: ReturnType<typeof pageRequest>): Page<OwnNumber> {
  const { from, size } = asked
  const at = String(from?.at[0] ?? '')
  const rest =
    from === undefined
      ? all
      : from.direction === 'next'
        ? all.filter(({ id }) => id < at)
        : all.filter(({ id }) => id > at).reverse()
  return pageOf(asked, rest.slice(0, size + 1), ({ id }) => [id])
}

function idOf(sid: string): string {
  const id = idOfSid(['PN'], withoutSuffix(sid))
  if (id === undefined) throw unknownNumber()
  return id
}

function unknownNumber() {
  return notFound('There is no number with this SID, which is PN and 32 hexadecimal digits.')
}
