import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { applicationOf, type NumberSettings } from '../../carriers/domain/number-settings.ts'
import { numberAt } from '../../carriers/numbers.ts'
import { addressKey } from '../../conversations/domain/address.ts'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import {
  DateTime,
  Meta,
  Nullable,
  pageQuery,
  Shaped,
  wireDate,
  wireDateOrNull,
  withErrors,
} from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import type { Heard } from '../call-legs.ts'
import { findCall, listCalls } from '../call-views.ts'
import type { LiveLeg } from '../calls.ts'
import { callStatuses } from '../domain/call-status.ts'
import { durationOf, handsetOf, isOver, type Leg } from '../domain/leg.ts'
import { partyProblem } from '../domain/party.ts'
import type { VoiceContext } from './context.ts'

const list = 'calls'
const maxPageSize = 1000
const tags = ['Skein']
const path = '/skein/v1/Handsets/:address/Calls'
const HandsetParams = Type.Object({ address: Type.String({ minLength: 1, maxLength: 254 }) })
const CallParams = Type.Object({ ...HandsetParams.properties, callSid: Type.String() })
const NewCall = Type.Object({
  to: Type.String({ minLength: 1, maxLength: 254, description: 'A number of the account that has a VoiceUrl.' }),
})
const Speech = Type.Object({ text: Shaped('\\S', 'must not be blank', { minLength: 1, maxLength: 4096 }) })
const Keys = Type.Object({ digits: Shaped('^[0-9*#]{1,64}$', 'must be 1 to 64 of the keys 0 to 9, * and #') })
const HandsetCall = Type.Object(
  {
    callSid: Type.String(),
    from: Type.String(),
    to: Type.String(),
    direction: Type.String({ description: 'As the network sees it: inbound is a call that the handset made.' }),
    status: Type.Unsafe<Leg['status']>({ type: 'string', enum: [...callStatuses] }),
    heard: Type.Array(Type.Object({ at: DateTime, text: Type.String() }), {
      description: 'What the handset has heard, while the call goes on; keys and sounds stand in brackets.',
    }),
    durationSeconds: Type.Integer(),
    createdAt: DateTime,
    answeredAt: Nullable(Type.String()),
    endedAt: Nullable(Type.String()),
  },
  { title: 'HandsetCall' },
)

type OfHandset = { Params: Static<typeof HandsetParams> }
type OfCall = { Params: Static<typeof CallParams> }

/** Telephones of the virtual network, in the hands of whoever tests: they call, answer, speak, press keys and hang up. */
export function handsetRoutes(app: FastifyInstance, context: VoiceContext): void {
  const { store, clock, calls } = context

  app.post<OfHandset & { Body: Static<typeof NewCall> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Call one of the account’s numbers from a handset',
        params: HandsetParams,
        body: NewCall,
        response: withErrors({ 201: HandsetCall }),
      },
    },
    async ({ principal, params, body, id }, reply) => {
      const from = addressOf(params.address)
      const number = await numberAt(store.read, principal.account, 'VOICE', body.to)
      const instructions = number && applicationOf(number.settings, 'Voice')
      if (!instructions) throw invalid('to', 'to must be a number of the account that has a VoiceUrl')
      const leg = await calls.begin({
        account: principal.account,
        accountSid: principal.accountSid,
        requestId: id,
        from,
        to: number.address,
        direction: 'inbound',
        instructions,
        statusCallback: statusCallbackOf(number.settings),
        ringSeconds: 0,
        now: await clock.now(),
      })
      return reply.status(201).send(present(leg, []))
    },
  )

  app.get<OfHandset & { Querystring: { pageSize?: number; pageToken?: string } }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the calls of a handset, the newest first',
        params: HandsetParams,
        querystring: Type.Object(pageQuery),
        response: withErrors({ 200: Type.Object({ calls: Type.Array(HandsetCall), meta: Meta }) }),
      },
    },
    async ({ principal, params, query }) => {
      const handset = addressKey('VOICE', addressOf(params.address))
      const page = await listCalls(store.read, principal.account, { handset }, pageRequest(query, list, maxPageSize))
      const { items } = page
      return {
        calls: items.map((leg) => present(leg, heardOf(principal.account, leg))),
        meta: pageMeta('calls', list, page),
      }
    },
  )

  app.get<OfCall>(
    `${path}/:callSid`,
    {
      schema: {
        tags,
        summary: 'Fetch a call of a handset, with what it has heard',
        params: CallParams,
        response: withErrors({ 200: HandsetCall }),
      },
    },
    async (request) => {
      const leg = await known(request)
      return present(leg, heardOf(request.principal.account, leg))
    },
  )

  const actions: readonly [
    string,
    string,
    object | undefined,
    (live: LiveLeg, body: Record<string, string>) => Promise<void>,
  ][] = [
    [
      'Answer',
      'Answer a call that rings',
      undefined,
      ({ call, leg }) => {
        if (leg.status !== 'ringing' || leg.direction === 'inbound') {
          throw invalid('callSid', `Only a call that rings can be answered; this one is ${leg.status}.`)
        }
        return call.answer(leg)
      },
    ],
    [
      'Speech',
      'Say something into a handset',
      Speech,
      ({ call, leg }, body) => call.speak(onTheLine(leg), body.text ?? ''),
    ],
    ['Digits', 'Press keys', Keys, ({ call, leg }, body) => call.press(onTheLine(leg), body.digits ?? '')],
    ['Hangup', 'Hang up, or refuse to answer', undefined, ({ call, leg }) => call.hangUp(leg)],
  ]
  for (const [name, summary, body, act] of actions) {
    app.post<OfCall & { Body: Record<string, string> }>(
      `${path}/:callSid/${name}`,
      {
        schema: {
          tags,
          summary,
          params: CallParams,
          ...(body === undefined ? {} : { body }),
          response: withErrors({ 200: HandsetCall }),
        },
      },
      async (request) => {
        const leg = await known(request)
        const { account } = request.principal
        const live = calls.find(account, leg.sid)
        if (isOver(leg) || !live) throw invalid('callSid', `The call is over: it is ${leg.status}.`)
        await act(live, request.body ?? {})
        return present(live.leg, live.call.heardBy(live.leg))
      },
    )
  }

  async function known({ principal, params }: FastifyRequest<OfCall>): Promise<Leg> {
    const handset = addressKey('VOICE', addressOf(params.address))
    const leg = await findCall(store.read, principal.account, params.callSid)
    if (leg && addressKey('VOICE', handsetOf(leg)) === handset) return leg
    throw notFound(`The handset ${params.address} has no call ${params.callSid}.`)
  }

  function heardOf(account: number, leg: Leg): readonly Heard[] {
    const live = calls.find(account, leg.sid)
    return live ? live.call.heardBy(live.leg) : []
  }
}

function addressOf(address: string): string {
  const problem = partyProblem(address)
  if (problem) throw invalid('address', `address ${problem}`)
  return address
}

function onTheLine(leg: Leg): Leg {
  if (leg.status !== 'in-progress') throw invalid('callSid', `The call is not answered: it is ${leg.status}.`)
  return leg
}

function statusCallbackOf({ StatusCallback, StatusCallbackMethod }: NumberSettings) {
  if (!StatusCallback) return null
  const method = StatusCallbackMethod === 'GET' ? ('GET' as const) : ('POST' as const)
  return { url: StatusCallback, method, events: ['completed' as const] }
}

function present(leg: Leg, heard: readonly Heard[]): Static<typeof HandsetCall> {
  return {
    callSid: leg.sid,
    from: leg.from,
    to: leg.to,
    direction: leg.direction,
    status: leg.status,
    heard: heard.map(({ at, text }) => ({ at: wireDate(at), text })),
    durationSeconds: durationOf(leg),
    createdAt: wireDate(leg.createdAt),
    answeredAt: wireDateOrNull(leg.answeredAt),
    endedAt: wireDateOrNull(leg.endedAt),
  }
}
