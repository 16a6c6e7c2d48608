import Type, { type Static } from 'typebox'
import { DateTime, Nullable, NullableDateTime, Words, wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import { type OwnerKind, ownerKinds } from '../domain/audience.ts'
import { countedAtMost, type TargetView } from '../target-views.ts'

export const TargetSchema = Type.Object({
  id: Type.String(),
  owner: Type.Object({ kind: Words(ownerKinds), id: Type.String() }),
  url: Type.String(),
  method: Words(['POST', 'GET']),
  state: Words(['ACTIVE', 'DISABLED']),
  disabledReason: Nullable(Type.String()),
  disabledAt: NullableDateTime,
  failingSince: NullableDateTime,
  failures: Type.Integer({ description: 'Attempts that failed since the last one that succeeded.' }),
  lastSuccessAt: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'RFC 3339, UTC; up to a minute behind while all goes well.',
  }),
  lastFailureAt: NullableDateTime,
  backlog: Type.Object({
    conversations: Type.Integer({ description: `Of which something waits; counted up to ${countedAtMost}.` }),
    retries: Type.Integer({ description: `Deliveries to be tried again; counted up to ${countedAtMost}.` }),
    more: Type.Boolean({ description: 'There is more than was counted.' }),
    oldestAt: NullableDateTime,
  }),
  createdAt: DateTime,
  removedAt: NullableDateTime,
})

export function presentTarget({ target, backlog }: TargetView): Static<typeof TargetSchema> {
  const kind = target.owner_kind as OwnerKind
  return {
    id: wireId('target', target.id),
    owner: { kind, id: wireId(kind, target.owner_id) },
    url: target.url,
    method: target.method as 'POST' | 'GET',
    state: target.state as 'ACTIVE' | 'DISABLED',
    disabledReason: target.disabled_reason,
    disabledAt: wireDateOrNull(target.disabled_at),
    failingSince: wireDateOrNull(target.failing_since),
    failures: target.failures,
    lastSuccessAt: wireDateOrNull(target.last_success_at),
    lastFailureAt: wireDateOrNull(target.last_failure_at),
    backlog: {
      conversations: Math.min(backlog.conversations, countedAtMost),
      retries: Math.min(backlog.retries, countedAtMost),
      more: backlog.conversations > countedAtMost || backlog.retries > countedAtMost,
      oldestAt: wireDateOrNull(backlog.oldestAt),
    },
    createdAt: wireDate(target.created_at),
    removedAt: wireDateOrNull(target.removed_at),
  }
}
