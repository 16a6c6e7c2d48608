import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { RouteContext } from '../../http/context.ts'
import { Nullable, withErrors } from '../../http/schemas.ts'
import { defaultLimits, type LimitName } from '../../kernel/limits.ts'
import { limitMeanings } from '../limit-meanings.ts'
import { usageOf } from '../usage.ts'

/** Settings that bound what an account may do or how long its data are kept. */
export interface LimitsContext extends RouteContext {
  config: {
    requestsPerSecond: number
    bodyLimitBytes: number
    eventRetentionDays: number
    deliveryRetentionDays: number
    diagnosticRetentionDays: number
    importRetentionDays: number
    sessionHours: number
  }
}

const Limit = Type.Object({
  name: Type.String(),
  variable: Type.String({ description: 'The variable of the server that sets it.' }),
  meaning: Type.String(),
  value: Type.Integer(),
  isDefault: Type.Boolean(),
  used: Nullable(Type.Integer({ description: 'Null for what is not limited for an account as a whole.' })),
})

const Limits = Type.Object({
  requests: Type.Object({
    perSecond: Nullable(Type.Integer({ description: 'Of the account; null is no limit.' })),
    bodyBytes: Type.Integer(),
  }),
  retention: Type.Object({
    eventDays: Type.Integer({ description: 'Of a conversation’s events, from its closing.' }),
    deliveryDays: Type.Integer({ description: 'Of a webhook delivery, from its last attempt.' }),
    diagnosticDays: Type.Integer(),
    importDays: Type.Integer({ description: 'Of an import and its report, from its end.' }),
    sessionHours: Type.Integer({ description: 'Of a sign-in.' }),
  }),
  limits: Type.Array(Limit),
})

/** What an account may have and do, and how much of it is used. `variableOf` names the setting of a limit. */
export function limitsRoutes(
  app: FastifyInstance,
  { store, limits, config }: LimitsContext,
  variableOf: (name: LimitName) => string,
): void {
  app.get(
    '/skein/v1/Limits',
    {
      schema: {
        tags: ['Skein'],
        summary: 'The limits in force and what is used of them',
        response: withErrors({ 200: Limits }),
      },
    },
    async ({ principal: { account } }) => {
      const used = await usageOf(store.read, account)
      return {
        requests: { perSecond: config.requestsPerSecond || null, bodyBytes: config.bodyLimitBytes },
        retention: {
          eventDays: config.eventRetentionDays,
          deliveryDays: config.deliveryRetentionDays,
          diagnosticDays: config.diagnosticRetentionDays,
          importDays: config.importRetentionDays,
          sessionHours: config.sessionHours,
        },
        limits: (Object.keys(limits) as LimitName[]).map((name) => ({
          name,
          variable: variableOf(name),
          meaning: limitMeanings[name],
          value: limits[name],
          isDefault: limits[name] === defaultLimits[name],
          used: used[name] ?? null,
        })),
      }
    },
  )
}
