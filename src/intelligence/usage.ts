import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

/** What each account has asked of models, day by day. */
const usageTable = table('model_usage', { account: 'int', day: 'text', requests: 'big', tokens: 'big' })
const statement = statements<{ model_usage: RowOf<typeof usageTable> }>()

/** The day, by business time and in UTC, whose budget it counts against. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10)
}

export const usageOfDay = statement<{ account: number; day: string }>()((db, p) =>
  db.selectFrom('model_usage').select(['requests', 'tokens']).where('account', '=', p.account).where('day', '=', p.day),
)
export const usagePages = { next: usagePage('<', 'desc'), previous: usagePage('>', 'asc') }
function usagePage(beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<{ account: number; day: string; limit: number }>()((db, p) =>
    db
      .selectFrom('model_usage')
      .select(['day', 'requests', 'tokens'])
      .where('account', '=', p.account)
      .where('day', beyond, p.day)
      .orderBy('day', order)
      .limit(p.limit),
  )
}
export const addUsage = statement<{ account: number; day: string; requests: number; tokens: number }>()((db, p) =>
  db
    .insertInto('model_usage')
    .values({ account: p.account, day: p.day, requests: p.requests, tokens: p.tokens })
    .onConflict((conflict) =>
      conflict.columns(['account', 'day']).doUpdateSet((eb) => ({
        requests: eb('model_usage.requests', '+', eb.ref('excluded.requests')),
        tokens: eb('model_usage.tokens', '+', eb.ref('excluded.tokens')),
      })),
    ),
)
