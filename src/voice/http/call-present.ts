import Type, { type Static } from 'typebox'
import { rfc2822 } from '../../http/accounts-scope.ts'
import { Nullable } from '../../http/schemas.ts'
import { durationOf, isOver, type Leg } from '../domain/leg.ts'

export const CallSchema = Type.Object(
  {
    sid: Type.String(),
    account_sid: Type.String(),
    parent_call_sid: Nullable(Type.String()),
    from: Type.String(),
    from_formatted: Type.String(),
    to: Type.String(),
    to_formatted: Type.String(),
    direction: Type.String(),
    status: Type.String(),
    date_created: Type.String(),
    date_updated: Type.String(),
    start_time: Nullable(Type.String()),
    end_time: Nullable(Type.String()),
    duration: Nullable(Type.String({ description: 'Whole seconds; null while the call goes on.' })),
    answered_by: Nullable(Type.String()),
    caller_name: Nullable(Type.String()),
    forwarded_from: Nullable(Type.String()),
    phone_number_sid: Nullable(Type.String()),
    group_sid: Nullable(Type.String()),
    trunk_sid: Nullable(Type.String()),
    queue_time: Type.String(),
    price: Nullable(Type.String()),
    price_unit: Nullable(Type.String()),
    annotation: Nullable(Type.String()),
    api_version: Type.String(),
    uri: Type.String(),
    subresource_uris: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
  },
  { title: 'Call' },
)

export function presentCall(accountSid: string, leg: Leg): Static<typeof CallSchema> {
  return {
    sid: leg.sid,
    account_sid: accountSid,
    parent_call_sid: leg.parentSid,
    from: leg.from,
    from_formatted: leg.from,
    to: leg.to,
    to_formatted: leg.to,
    direction: leg.direction,
    status: leg.status,
    date_created: rfc2822(leg.createdAt),
    date_updated: rfc2822(leg.endedAt ?? leg.answeredAt ?? leg.createdAt),
    start_time: leg.answeredAt === null ? null : rfc2822(leg.answeredAt),
    end_time: leg.endedAt === null ? null : rfc2822(leg.endedAt),
    duration: isOver(leg) ? String(durationOf(leg)) : null,
    answered_by: null,
    caller_name: null,
    forwarded_from: null,
    phone_number_sid: null,
    group_sid: null,
    trunk_sid: null,
    queue_time: '0',
    price: null,
    price_unit: 'USD',
    annotation: null,
    api_version: '2010-04-01',
    uri: `/2010-04-01/Accounts/${accountSid}/Calls/${leg.sid}.json`,
    subresource_uris: {},
  }
}
