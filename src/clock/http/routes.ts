import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Words, wireDate, withErrors } from '../../http/schemas.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import type { Work } from '../../kernel/work.ts'
import { advance } from '../advance.ts'
import { VirtualClock } from '../virtual-clock.ts'

export interface ClockContext {
  clock: Clock
  works: readonly Work[]
}

const AdvanceBody = Type.Object({
  advanceMinutes: Type.Optional(Type.Number({ minimum: 0, maximum: 5_256_000 })),
  advanceSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 315_360_000 })),
  to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
})

const ClockAnswer = Type.Object({
  mode: Words(['system', 'virtual']),
  now: Type.String(),
  ran: Type.Optional(
    Type.Unsafe<Record<string, number>>({ type: 'object', additionalProperties: { type: 'integer' } }),
  ),
})

export function clockRoutes(app: FastifyInstance, context: ClockContext): void {
  app.get(
    '/skein/v1/Clock',
    { schema: { tags: ['Skein'], summary: 'Tell business time', response: withErrors({ 200: ClockAnswer }) } },
    async () => ({ mode: context.clock.mode, now: wireDate(await context.clock.now()) }),
  )

  app.post<{ Body: Type.Static<typeof AdvanceBody> }>(
    '/skein/v1/Clock',
    {
      schema: {
        tags: ['Skein'],
        summary: 'Move the virtual clock, letting everything that falls due happen at its own time',
        body: AdvanceBody,
        response: withErrors({ 200: ClockAnswer }, 409),
      },
    },
    async (request) => {
      const { clock } = context
      if (!(clock instanceof VirtualClock)) {
        throw new Failure(
          'conflict',
          'This server runs on the system clock. Start it with SKEIN_CLOCK=virtual to move time.',
        )
      }
      const { now, ran } = await advance(clock, context.works, targetOf(request.body, await clock.now()))
      return { mode: clock.mode, now: wireDate(now), ran }
    },
  )
}

function targetOf(body: Type.Static<typeof AdvanceBody>, now: number): number {
  const given = [body.advanceMinutes, body.advanceSeconds, body.to].filter((value) => value !== undefined)
  if (given.length !== 1) throw invalid('body', 'Give exactly one of advanceMinutes, advanceSeconds and to.')
  if (body.to === undefined) {
    return now + Math.round((body.advanceMinutes ?? 0) * 60_000 + (body.advanceSeconds ?? 0) * 1000)
  }
  const target = Date.parse(body.to)
  if (Number.isNaN(target)) throw invalid('to', 'to is not a date')
  if (target < now)
    throw invalid('to', `to lies before the present business time, ${wireDate(now)}; time never goes back`)
  return target
}
