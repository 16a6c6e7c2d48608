import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { listPaths, rfc2822, withoutSuffix } from '../../http/accounts-scope.ts'
import type { Form } from '../../http/forms.ts'
import { Nullable, Words, withErrors } from '../../http/schemas.ts'
import { invalid, notFound } from '../../kernel/failure.ts'
import { findCall } from '../call-views.ts'
import { isOver } from '../domain/leg.ts'
import type { KnownTranscription } from '../live-transcription.ts'
import type { VoiceContext } from './context.ts'
import { singleValues } from './form-values.ts'
import { readTranscriptionForm } from './transcription-form.ts'

const tags = ['Calls']
const consumes = ['application/x-www-form-urlencoded']
const CallParams = Type.Object({ accountSid: Type.String(), callSid: Type.String() })
const OneParams = Type.Object({ ...CallParams.properties, sid: Type.String() })
const text = { type: 'string' } as const
const Creation = Type.Unsafe<Form>({
  type: 'object',
  properties: {
    Name: { ...text, description: 'By which it can be stopped.' },
    Track: { ...text, description: 'inbound_track, outbound_track or both_tracks, which holds if none is named.' },
    ConversationConfiguration: { ...text, description: 'Finds or makes the conversation.' },
    ConversationId: { ...text, description: 'Names the conversation; goes before ConversationConfiguration.' },
    StatusCallbackUrl: text,
    StatusCallbackMethod: text,
    InboundTrackLabel: text,
    OutboundTrackLabel: text,
    PartialResults: text,
    LanguageCode: text,
    TranscriptionEngine: text,
    SpeechModel: text,
    ProfanityFilter: text,
    Hints: text,
    EnableAutomaticPunctuation: text,
  },
  additionalProperties: true,
})
const Change = Type.Unsafe<Form>({
  type: 'object',
  properties: { Status: { ...text, description: 'stopped' } },
  additionalProperties: true,
})
const Schema = Type.Object(
  {
    sid: Type.String(),
    account_sid: Type.String(),
    call_sid: Type.String(),
    name: Nullable(Type.String()),
    status: Words(['in-progress', 'stopped']),
    date_updated: Type.String(),
    uri: Type.String(),
  },
  { title: 'CallTranscription' },
)

/** Transcriptions of live calls, begun and stopped by the API as TwiML begins and stops them. */
export function transcriptionRoutes(app: FastifyInstance, context: VoiceContext): void {
  const paths = listPaths('Calls/:callSid/Transcriptions')

  for (const [at, path] of paths.entries()) {
    app.post<{ Params: Static<typeof CallParams>; Body: Form }>(
      path,
      {
        schema: {
          hide: at > 0,
          tags,
          consumes,
          summary: 'Begin to transcribe a live call',
          params: CallParams,
          body: Creation,
          response: withErrors({ 201: Schema }),
        },
      },
      async ({ principal, params, body }, reply) => {
        const { transcription, unserved } = readTranscriptionForm(singleValues(body), context.allowPrivateCallbacks)
        const call = await liveCall(context, principal.account, params.callSid)
        const known = await call.transcribe(transcription, unserved)
        if (!known) throw over(params.callSid)
        return reply.status(201).send(present(principal.accountSid, params.callSid, known))
      },
    )
  }

  app.post<{ Params: Static<typeof OneParams>; Body: Form }>(
    `${paths[0]}/:sid`,
    {
      schema: {
        tags,
        consumes,
        summary: 'Stop a transcription, named by its SID or name',
        params: OneParams,
        body: Change,
        response: withErrors({ 200: Schema }),
      },
    },
    async ({ principal, params, body }) => {
      const { Status } = singleValues(body)
      if (Status !== 'stopped') throw invalid('Status', 'Status must be stopped')
      const named = withoutSuffix(params.sid)
      const call = await liveCall(context, principal.account, params.callSid)
      const known = await call.stopTranscribing(named)
      if (!known) throw notFound(`The call has no transcription ${named}.`)
      return present(principal.accountSid, params.callSid, known)
    },
  )
}

async function liveCall({ store, calls }: VoiceContext, account: number, callSid: string) {
  const leg = await findCall(store.read, account, callSid)
  if (!leg) throw notFound(`There is no call ${callSid}: its SID is CA and 32 hexadecimal digits.`)
  const live = calls.find(account, callSid)
  if (isOver(leg) || !live) throw over(callSid)
  if (live.leg === live.call.leg) return live.call
  throw invalid('CallSid', 'A dialled call is transcribed on the call that dialled it.', 21_220)
}

function over(callSid: string) {
  return invalid('CallSid', `The call ${callSid} is over; it can not be transcribed.`, 21_220)
}

function present(
  accountSid: string,
  callSid: string,
  { sid, name, isStopped, updatedAt }: KnownTranscription,
): Static<typeof Schema> {
  return {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    name,
    status: isStopped ? 'stopped' : 'in-progress',
    date_updated: rfc2822(updatedAt),
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${callSid}/Transcriptions/${sid}.json`,
  }
}
