import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { numberAt } from '../../carriers/numbers.ts'
import { accountsPath, listPaths, withoutSuffix } from '../../http/accounts-scope.ts'
import type { Form } from '../../http/forms.ts'
import { pageRequest } from '../../http/pagination.ts'
import { Nullable, pageQuery, withErrors } from '../../http/schemas.ts'
import { uriPage } from '../../http/uri-page.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { findCall, listCalls } from '../call-views.ts'
import { isOver } from '../domain/leg.ts'
import { partyProblem } from '../domain/party.ts'
import { placeCall, steerCall } from '../steering.ts'
import { readChange, readInstructions, readRingSeconds, readStatusCallback } from './call-form.ts'
import { CallSchema, presentCall } from './call-present.ts'
import type { VoiceContext } from './context.ts'
import { singleValues } from './form-values.ts'

const list = 'calls'
const maxPageSize = 1000
const tags = ['Calls']
const consumes = ['application/x-www-form-urlencoded']
const AccountParams = Type.Object({ accountSid: Type.String() })
const CallParams = Type.Object({ accountSid: Type.String(), sid: Type.String() })
const text = Type.Optional(Type.String())
const Creation = Type.Unsafe<Form>({
  type: 'object',
  properties: {
    To: { type: 'string', description: 'A number, `client:` and an identity, or a SIP URI.' },
    From: { type: 'string', description: 'A number of the account.' },
    Url: { type: 'string', description: 'Asked for TwiML when the call is answered.' },
    Twiml: { type: 'string', description: 'TwiML in place of Url.' },
    Method: { type: 'string' },
    FallbackUrl: { type: 'string' },
    FallbackMethod: { type: 'string' },
    StatusCallback: { type: 'string' },
    StatusCallbackMethod: { type: 'string' },
    StatusCallbackEvent: {
      type: ['string', 'array'],
      description: 'initiated, ringing, answered, completed; completed alone if none is named.',
    },
    Timeout: { type: 'string', description: 'Seconds to ring, 60 if not said.' },
  },
  additionalProperties: true,
})
const Change = Type.Unsafe<Form>({
  type: 'object',
  properties: {
    Url: { type: 'string' },
    Twiml: { type: 'string' },
    Method: { type: 'string' },
    Status: { type: 'string', description: 'completed ends a call, canceled one that has not been answered.' },
  },
  additionalProperties: true,
})
const Query = Type.Object({ ...pageQuery, to: text, from: text, status: text, ParentCallSid: text })
const PageSchema = Type.Object({
  calls: Type.Array(CallSchema),
  page: Type.Integer(),
  page_size: Type.Integer(),
  start: Type.Integer(),
  end: Type.Integer(),
  uri: Type.String(),
  first_page_uri: Type.String(),
  next_page_uri: Nullable(Type.String()),
  previous_page_uri: Nullable(Type.String()),
})

/** Calls as the published API has them: begin, list, fetch, send elsewhere, end. */
export function callRoutes(app: FastifyInstance, context: VoiceContext): void {
  const { store, allowPrivateCallbacks } = context

  for (const [at, path] of listPaths('Calls').entries()) {
    const hide = at > 0
    app.post<{ Params: Static<typeof AccountParams>; Body: Form }>(
      path,
      {
        schema: {
          hide,
          tags,
          consumes,
          summary: 'Call from one of the account’s numbers, by its carrier',
          params: AccountParams,
          body: Creation,
          response: withErrors({ 201: CallSchema }),
        },
      },
      async ({ principal, body, id }, reply) => {
        const form = singleValues(body)
        const to = addressIn(form, 'To', 21_201, 21_211)
        const from = addressIn(form, 'From', 21_213, 21_212)
        const instructions = readInstructions(form, allowPrivateCallbacks)
        if (!instructions) throw invalid('Url', 'Url or Twiml is required', 21_205)
        if (!(await numberAt(store.read, principal.account, 'VOICE', from))) {
          throw invalid('From', `From must be a number of the account; ${from} is not`, 21_210)
        }
        const leg = await placeCall(context, {
          account: principal.account,
          key: newId(),
          from,
          to,
          instructions,
          statusCallback: readStatusCallback(body, allowPrivateCallbacks),
          timeoutSeconds: readRingSeconds(form),
          requestId: id,
        })
        return reply.status(201).send(presentCall(principal.accountSid, leg))
      },
    )

    app.get<{ Params: Static<typeof AccountParams>; Querystring: Static<typeof Query> }>(
      path,
      {
        schema: {
          hide,
          tags,
          summary: 'List calls, the newest first',
          params: AccountParams,
          querystring: Query,
          response: withErrors({ 200: PageSchema }),
        },
      },
      async (request) => {
        const { principal, query } = request
        const asked = pageRequest(query, list, maxPageSize)
        const filter = {
          ...(query.to === undefined ? {} : { to: query.to }),
          ...(query.from === undefined ? {} : { from: query.from }),
          ...(query.status === undefined ? {} : { status: query.status }),
          ...(query.ParentCallSid === undefined ? {} : { parentSid: query.ParentCallSid }),
        }
        const page = await listCalls(store.read, principal.account, filter, asked)
        return {
          calls: page.items.map((leg) => presentCall(principal.accountSid, leg)),
          ...uriPage(request.url, list, asked.size, page),
        }
      },
    )
  }

  const onePath = `${accountsPath}/Calls/:sid`

  app.get<{ Params: Static<typeof CallParams> }>(
    onePath,
    { schema: { tags, summary: 'Fetch a call', params: CallParams, response: withErrors({ 200: CallSchema }) } },
    async ({ principal, params }) => presentCall(principal.accountSid, await known(principal.account, params.sid)),
  )

  app.post<{ Params: Static<typeof CallParams>; Body: Form }>(
    onePath,
    {
      schema: {
        tags,
        consumes,
        summary: 'Send a call elsewhere, or end it',
        params: CallParams,
        body: Change,
        response: withErrors({ 200: CallSchema }),
      },
    },
    async ({ principal, params, body }) => {
      const leg = await known(principal.account, params.sid)
      const change = readChange(singleValues(body), allowPrivateCallbacks)
      if (isOver(leg)) throw invalid('Status', `The call is ${leg.status}; it can not be changed.`, 21_220)
      const status = await steerCall(context, principal.account, leg, change)
      const now = await known(principal.account, params.sid)
      return presentCall(principal.accountSid, status === undefined ? now : { ...now, status })
    },
  )

  async function known(account: number, part: string) {
    const sid = withoutSuffix(part)
    const leg = await findCall(store.read, account, sid)
    if (!leg) throw notFound(`There is no call ${sid}: its SID is CA and 32 hexadecimal digits.`)
    return leg
  }
}

function addressIn(form: Record<string, string>, field: string, missing: number, wrong: number): string {
  const address = form[field]?.trim()
  if (!address) throw invalid(field, `${field} is required`, missing)
  const problem = partyProblem(address)
  if (problem) throw invalid(field, `${field} ${problem}`, wrong)
  return address
}
