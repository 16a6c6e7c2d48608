import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { Nullable, Words, withErrors } from '../../http/schemas.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { parseWireId, wireId } from '../../kernel/ids.ts'
import type { Reader } from '../../store/store.ts'
import { type Operator, outputFormats } from '../domain/operator.ts'
import type { Utterance } from '../domain/transcript.ts'
import { requireOperator } from '../operators.ts'
import { tryOperator } from '../trying.ts'
import type { IntelligenceContext } from './context.ts'
import { readOperator } from './operators.ts'
import { idIn } from './results.ts'
import { OperatorRequest } from './schemas.ts'

const id = Type.String({ minLength: 1, maxLength: 128 })
const speakers = ['CUSTOMER', 'BUSINESS', 'UNKNOWN'] as const

const Body = Type.Object({
  operatorId: Type.Optional(id),
  version: Type.Optional(
    Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'The latest if left out.' }),
  ),
  operator: Type.Optional(OperatorRequest),
  parameters: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
  conversationId: Type.Optional(id),
  transcript: Type.Optional(
    Type.Array(
      Type.Object({
        from: Words(speakers),
        text: Type.String({ minLength: 1, maxLength: 10_000 }),
      }),
      { minItems: 1, maxItems: 1000 },
    ),
  ),
})
type Body = Static<typeof Body>

const JsonObject = Type.Unsafe<Record<string, unknown> | null>({ type: ['object', 'null'], additionalProperties: true })
const Trial = Type.Object({
  outcome: Words(['SUCCEEDED', 'FAILED']),
  failure: Nullable(Type.String({ description: 'Why it failed; holds no text of anybody.' })),
  outputFormat: Words(outputFormats),
  result: JsonObject,
  usedMemory: Type.Boolean(),
  communications: Type.Unsafe<{ first: string; last: string } | null>({
    type: ['object', 'null'],
    properties: { first: { type: 'string' }, last: { type: 'string' } },
  }),
  inputTruncated: Type.Boolean(),
  resolvedModel: Nullable(Type.String()),
  latencyMs: Type.Integer(),
  requests: Type.Integer(),
  inputTokens: Type.Integer(),
  outputTokens: Type.Integer(),
})

export function operatorTestRoutes(app: FastifyInstance, context: IntelligenceContext): void {
  const { store, clock, conversations, intelligence, limits } = context
  const places = new Places(limits.operatorTests)
  app.post<{ Body: Body }>(
    '/skein/v1/Operators/Test',
    {
      schema: {
        tags: ['Intelligence'],
        summary: 'Try an operator on a transcript or a conversation; nothing is saved',
        body: Body,
        response: withErrors({ 200: Trial }),
      },
    },
    async ({ principal: { account }, body }) => {
      const now = await clock.now()
      const operator = await operatorOf(store.read, account, body, now)
      const begun = performance.now()
      const said = saidIn(body)
      const { outcome, material } = await places.within(account, () =>
        tryOperator(
          { store, cache: conversations.cache, engine: intelligence.engine, maxCharacters: intelligence.maxCharacters },
          { account, operator, parameters: body.parameters ?? {}, said, now },
        ),
      )
      const answer = 'answer' in outcome ? outcome.answer : undefined
      const usage = 'failure' in outcome ? outcome.usage : outcome.answer.usage
      const read = material?.transcript ?? []
      return {
        outcome: answer ? ('SUCCEEDED' as const) : ('FAILED' as const),
        failure: 'failure' in outcome ? outcome.failure : null,
        outputFormat: operator.outputFormat,
        result: answer?.result ?? null,
        usedMemory: answer?.usedMemory ?? false,
        communications: rangeOf(read[0]?.id, read.at(-1)?.id),
        inputTruncated: material?.truncated ?? false,
        resolvedModel: answer?.resolvedModel ?? null,
        latencyMs: answer?.latencyMs ?? Math.round(performance.now() - begun),
        ...(usage ?? { requests: 0, inputTokens: 0, outputTokens: 0 }),
      }
    },
  )
}

/** Trials of each account that may be under way in this process: each takes a thread or a model as long as a rule does. */
class Places {
  readonly #maximum: number
  readonly #taken = new Map<number, number>()

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  /** Throws when all places of the account are taken. */
  async within<T>(account: number, fn: () => Promise<T>): Promise<T> {
    const taken = this.#taken.get(account) ?? 0
    if (taken >= this.#maximum) {
      const message = `${this.#maximum} operators of the account are being tried already. Come again when one of them has ended.`
      throw new Failure('busy', message, { params: { limit: this.#maximum }, retryAfterSeconds: 1 })
    }
    this.#taken.set(account, taken + 1)
    try {
      return await fn()
    } finally {
      const left = (this.#taken.get(account) ?? 1) - 1
      if (left === 0) this.#taken.delete(account)
      else this.#taken.set(account, left)
    }
  }
}

async function operatorOf(read: Reader, account: number, body: Body, now: number): Promise<Operator> {
  const { operatorId, version, operator } = body
  if ((operatorId === undefined) === (operator === undefined)) {
    throw invalid('operatorId', 'Give either operatorId or operator: one that is there, or one to try before it is.')
  }
  if (operator) {
    if (version !== undefined) throw invalid('version', 'An operator that is given whole has no version.')
    return { ...readOperator(operator), id: '', version: 1, author: 'SELF', createdAt: now }
  }
  const found = parseWireId('operator', operatorId ?? '')
  if (found === undefined) throw invalid('operatorId', 'operatorId must be the id of an operator')
  return requireOperator(read, account, found, version ?? null)
}

function saidIn({ conversationId, transcript }: Body): Utterance[] | { conversationId: string } {
  if ((conversationId === undefined) === (transcript === undefined)) {
    throw invalid('transcript', 'Give either conversationId or transcript.')
  }
  if (transcript) return transcript.map(({ from, text }) => ({ id: null, side: from, text }))
  return { conversationId: idIn('conversationId', 'conversation', conversationId) as string }
}

function rangeOf(first: string | undefined, last: string | undefined): { first: string; last: string } | null {
  if (first === undefined || last === undefined) return null
  return { first: wireId('communication', first), last: wireId('communication', last) }
}
