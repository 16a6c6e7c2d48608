import Type, { type Static } from 'typebox'
import { DateTime, Nullable, NullableDateTime, StringMap, Words, wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { channels, groupingTypes, participantTypes } from '../domain/model.ts'
import type { TrafficTrace } from '../domain/trace.ts'

export const TraceSchema = Type.Object(
  {
    mode: Words(['PASSIVE', 'PINNED_RULE', 'CONFIGURATION', 'CONVERSATION', 'STREAM', 'API', 'BRIDGE']),
    decision: Words(['CREATED', 'JOINED']),
    rule: Nullable(
      Type.Object({
        configurationId: Type.String(),
        version: Type.Integer(),
        channel: Words(channels),
        index: Type.Integer(),
        from: Type.String(),
        to: Type.String(),
        metadata: StringMap,
      }),
    ),
    shadowedRules: Type.Array(Type.Object({ configurationId: Type.String(), index: Type.Integer() })),
    evidence: Nullable(Words(['OWNED', 'DIRECTION', 'RULE', 'BOTH_OWNED', 'NONE'])),
    parties: Type.Array(
      Type.Object({
        address: Type.String(),
        type: Words(participantTypes),
        profileId: Nullable(Type.String()),
        foundBy: Nullable(Type.String()),
      }),
    ),
    groupingType: Words(groupingTypes),
    keys: Type.Array(Type.String()),
    joinedBy: Nullable(Type.String()),
    otherHolders: Type.Array(Type.String()),
    clock: Type.Object({
      channel: Words(channels),
      restartedAt: DateTime,
      liveUntil: NullableDateTime,
      doneAt: NullableDateTime,
    }),
    diagnostics: Type.Array(Type.Object({ code: Type.Integer(), message: Type.String() })),
  },
  { title: 'TrafficTrace' },
)

export function presentTrace(trace: TrafficTrace): Static<typeof TraceSchema> {
  const { rule, clock } = trace
  return {
    ...trace,
    rule: rule && { ...rule, configurationId: wireId('configuration', rule.configurationId) },
    shadowedRules: trace.shadowedRules.map(({ configurationId, index }) => ({
      configurationId: wireId('configuration', configurationId),
      index,
    })),
    parties: trace.parties.map((party) => ({
      ...party,
      profileId: party.profileId === null ? null : wireId('profile', party.profileId),
    })),
    otherHolders: trace.otherHolders.map((id) => wireId('conversation', id)),
    clock: {
      channel: clock.channel,
      restartedAt: wireDate(clock.restartedAt),
      liveUntil: wireDateOrNull(clock.liveUntil),
      doneAt: wireDateOrNull(clock.doneAt),
    },
  }
}
