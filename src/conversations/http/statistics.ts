import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { counted, type OpenConversations, type Period, periods, sumOf, type Tally } from '../../events/domain/series.ts'
import { DateTime, Words, wireDate, withErrors } from '../../http/schemas.ts'
import { channels } from '../domain/model.ts'
import { countStuck, mostCounted } from '../open-conversations.ts'
import type { ConversationsContext } from './context.ts'

const periodNames = Object.keys(periods) as Period[]

const Query = Type.Object({
  period: Type.Optional(
    Words(periodNames, {
      default: 'HOUR',
      description: 'The last hour by the minute, day by the quarter of an hour, or 30 days by six hours.',
    }),
  ),
})

const meanings = {
  conversations: 'Begun.',
  closed: 'Conversations that were closed.',
  communications: 'Taken in, by traffic or the API.',
  duplicates: 'Traffic that was there already.',
  notCaptured: 'Traffic that no configuration captures.',
  refused: 'Traffic that was refused.',
  delivered: 'Requests to webhooks that were answered 2xx.',
  failed: 'Requests to webhooks that were not.',
  givenUp: 'Deliveries that are tried no more.',
} as const satisfies Record<(typeof counted)[number], string>

const Counts = Object.fromEntries(
  counted.map((name) => [name, Type.Integer({ description: meanings[name] })]),
) as Record<(typeof counted)[number], ReturnType<typeof Type.Integer>>

const State = Type.Integer({ description: `At most ${mostCounted} are counted.` })
const ByChannel = Type.Array(
  Type.Object({ channel: Words(channels), active: Type.Integer(), inactive: Type.Integer() }),
  { description: 'A conversation on several channels counts for each.' },
)
const Open = Type.Object({ active: State, inactive: State, byChannel: ByChannel })

const Statistics = Type.Object({
  now: DateTime,
  period: Words(periodNames),
  stepSeconds: Type.Integer(),
  open: Type.Object({
    ...Open.properties,
    stuck: Type.Integer({ description: 'Open, and no clock runs.' }),
  }),
  totals: Type.Object(Counts, { description: 'Of the whole period.' }),
  steps: Type.Array(
    Type.Object({
      at: DateTime,
      ...Counts,
      open: Type.Unsafe<Static<typeof Open> | null>({
        ...Open,
        type: ['object', 'null'],
        description: 'At the end of the step; null where nobody has looked yet.',
      }),
    }),
    { description: 'The oldest first; the last one goes on.' },
  ),
})

/** For charts: what is open, what comes in, and how it is carried on, from counters. */
export function statisticsRoutes(app: FastifyInstance, { store, clock, tallies }: ConversationsContext): void {
  app.get<{ Querystring: Static<typeof Query> }>(
    '/skein/v1/Statistics',
    {
      schema: {
        tags: ['Skein'],
        summary: 'What is open, comes in and goes out, as a series over time',
        querystring: Query,
        response: withErrors({ 200: Statistics }),
      },
    },
    async ({ principal: { account }, query: { period = 'HOUR' } }) => {
      const now = await clock.now()
      const [{ open, steps }, stuck] = await Promise.all([
        tallies.seriesOf(account, period, now),
        countStuck(store.read, account),
      ])
      return {
        now: wireDate(now),
        period,
        stepSeconds: periods[period].stepMs / 1000,
        open: { ...presentOpen(open), stuck },
        totals: sumOf(steps.map(({ counts }) => counts)),
        steps: steps.map(presentStep),
      }
    },
  )
}

function presentStep({ at, counts, open }: Tally) {
  return { at: wireDate(at), ...counts, open: open && presentOpen(open) }
}

function presentOpen({ active, inactive, byChannel }: OpenConversations): Static<typeof Open> {
  return {
    active,
    inactive,
    byChannel: channels.flatMap((channel) => {
      const here = byChannel[channel]
      return here ? [{ channel, ...here }] : []
    }),
  }
}
