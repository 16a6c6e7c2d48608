import Type, { type Static } from 'typebox'
import { DateTime, Nullable, NullableDateTime, Words, wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { type Cause, explain, type Lifecycle, type LifecycleRules, settle } from '../domain/lifecycle.ts'
import { channels, statuses } from '../domain/model.ts'
import { stuckReason } from '../domain/stuck.ts'

export const ClocksSchema = Type.Object(
  {
    at: Type.Unsafe<string>({ ...DateTime, description: 'The instant that all of this is told for.' }),
    status: Words(statuses),
    channels: Type.Array(
      Type.Object({
        channel: Words(channels),
        lastCommunicationAt: NullableDateTime,
        provisional: Type.Boolean({
          description: 'Runs from when the channel got an address, until the first communication on any channel.',
        }),
        liveUntil: NullableDateTime,
        doneAt: NullableDateTime,
        phase: Words(['LIVE', 'IDLE', 'DONE'], {
          description: 'LIVE keeps the conversation ACTIVE, IDLE keeps it open, DONE does neither.',
        }),
      }),
      { description: 'Those whose clock has started.' },
    ),
    openStreams: Type.Integer(),
    quietAt: NullableDateTime,
    endAt: NullableDateTime,
    lifespanEndsAt: DateTime,
    upcoming: Type.Array(
      Type.Object({
        status: Words(statuses),
        at: DateTime,
        cause: Type.Unsafe<Cause>(
          Words(['INACTIVE_TIMEOUT', 'CLOSED_TIMEOUT', 'STREAM_ENDED', 'SILENT_CALL', 'LIFESPAN']),
        ),
      }),
      { description: 'What will become of it if nothing more happens, in order.' },
    ),
    heldInactive: Type.Boolean({
      description: 'INACTIVE by the word of the API although a clock would have it ACTIVE.',
    }),
    stuck: Type.Boolean(),
    stuckReason: Nullable(Type.String()),
  },
  { title: 'Clocks' },
)

type PresentedClocks = Static<typeof ClocksSchema>

/** What the clocks of a conversation say at `now`, and what they will do by themselves. */
export function presentClocks(lifecycle: Lifecycle, rules: LifecycleRules, now: number): PresentedClocks {
  const explanation = explain(lifecycle, rules, now)
  return {
    at: wireDate(now),
    status: explanation.status,
    channels: explanation.channels.map(({ channel, last, provisional, liveUntil, doneAt, phase }) => ({
      channel,
      lastCommunicationAt: wireDateOrNull(last),
      provisional,
      liveUntil: wireDateOrNull(liveUntil),
      doneAt: wireDateOrNull(doneAt),
      phase,
    })),
    openStreams: explanation.openStreams,
    quietAt: wireDateOrNull(explanation.quietAt),
    endAt: wireDateOrNull(explanation.endAt),
    lifespanEndsAt: wireDate(explanation.lifespanEndsAt),
    upcoming: upcoming(lifecycle, rules),
    heldInactive: explanation.heldInactive,
    stuck: explanation.stuck,
    stuckReason: stuckReason(lifecycle, rules),
  }
}

/** Settling for all time to come plays the clocks out to the end. */
function upcoming(lifecycle: Lifecycle, rules: LifecycleRules): PresentedClocks['upcoming'] {
  return settle(lifecycle, rules, Number.POSITIVE_INFINITY).transitions.map(({ to, at, cause }) => ({
    status: to,
    at: wireDate(at),
    cause,
  }))
}
