import Type, { type Static, type TSchema, type TString, type TStringOptions, type TUnsafe } from 'typebox'

/** A scalar or object schema that also admits null, in the compact form of JSON Schema: one list of types instead of an `anyOf`. */
export function Nullable<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const plain = schema as T & { type?: string; enum?: unknown[] }
  return Type.Unsafe({
    ...plain,
    type: [plain.type ?? 'string', 'null'],
    ...(plain.enum ? { enum: [...plain.enum, null] } : {}),
  })
}

/** Says in words what shape a text has, for whoever sends another: a pattern tells few. */
export const shapeKeyword = 'x-shape'

/** A text of one shape. `shape` follows the field's name in the refusal of another: "must be a UUID". */
export function Shaped(pattern: string, shape: string, options: TStringOptions = {}): TString {
  return Type.String({ ...options, pattern, [shapeKeyword]: shape })
}

/** One of a list of words. */
export function Words<const T extends readonly string[]>(words: T, options: object = {}): TUnsafe<T[number]> {
  return Type.Unsafe({ type: 'string', enum: [...words], ...options })
}

export const DateTime = Type.Unsafe<string>({ type: 'string', description: 'RFC 3339, UTC' })
export const NullableDateTime = Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'RFC 3339, UTC' })

export const StringMap = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
})

export const pageQuery = {
  pageSize: Type.Optional(
    Type.Integer({ minimum: 1, default: 50, description: 'Clamped to the maximum of the list.' }),
  ),
  pageToken: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
}

export const Meta = Type.Object({
  key: Type.String(),
  pageSize: Type.Integer(),
  nextToken: Nullable(Type.String()),
  previousToken: Nullable(Type.String()),
})

export const ErrorSchema = Type.Object(
  {
    code: Type.Integer(),
    message: Type.String(),
    more_info: Type.String(),
    status: Type.Integer(),
    httpStatusCode: Type.Integer(),
    userError: Type.Boolean(),
    params: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  },
  { $id: 'Error', title: 'Error' },
)

/** Which errors a route answers, beside its own responses. Only the description needs their schema: errors are sent as they are. */
export const errorStatuses = Symbol('statuses of errors')
const usualErrors = [400, 401, 404, 429, 500, 503]

/** The responses that every route may give beside its own. */
export function withErrors<T extends Record<number, TSchema>>(responses: T, ...statuses: number[]): T {
  return { ...responses, [errorStatuses]: [...usualErrors, ...statuses] }
}

/** Epoch milliseconds as the wire spells a date: ISO 8601, UTC, milliseconds, at most 24 characters. */
export function wireDate(ms: number): string {
  return new Date(ms).toISOString()
}

export function wireDateOrNull(ms: number | null): string | null {
  return ms === null ? null : wireDate(ms)
}
