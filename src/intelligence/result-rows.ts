import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

/** `hidden`: of memory extraction, which no list shows. */
export const resultTable = table('operator_result', {
  account: 'int',
  id: 'text',
  conversation_id: 'text',
  configuration_id: 'text',
  rule_id: 'text',
  execution_id: 'text',
  operator_id: 'text',
  hidden: 'int',
  body: 'text',
  created_at: 'big',
})
export type ResultRow = RowOf<typeof resultTable>

interface Tables {
  operator_result: ResultRow
}
const statement = statements<Tables>()

export const resultById = statement<{ account: number; id: string }>()((db, p) =>
  db.selectFrom('operator_result').selectAll().where('account', '=', p.account).where('id', '=', p.id),
)
export const deleteResult = statement<{ account: number; id: string }>()((db, p) =>
  db.deleteFrom('operator_result').where('account', '=', p.account).where('id', '=', p.id),
)
export const forgetResults = statement<{ account: number; conversationId: string }>()((db, p) =>
  db.deleteFrom('operator_result').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
/** Ids of what was found in conversations, oldest first, with the operators that found it. */
export const resultsOfConversations = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('operator_result')
    .select(['id', 'conversation_id', 'operator_id'])
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds))
    .where('hidden', '=', 0)
    .orderBy('id'),
)

export interface ResultFilter {
  conversationId: string | undefined
  configurationId: string | undefined
  operatorId: string | undefined
}

interface Page {
  account: number
  id: string
  limit: number
  conversationId: string
  configurationId: string
  operatorId: string
}

const filters = {
  conversationId: 'conversation_id',
  configurationId: 'configuration_id',
  operatorId: 'operator_id',
} as const

/** One statement for each combination of filters, so that each is read from the index that fits. */
function page(names: readonly (keyof typeof filters)[], beyond: '<' | '>', order: 'asc' | 'desc') {
  return statement<Page>()((db, p) => {
    const query = db.selectFrom('operator_result').selectAll().where('account', '=', p.account).where('hidden', '=', 0)
    return names
      .reduce((narrowed, name) => narrowed.where(filters[name], '=', p[name]), query)
      .where('id', beyond, p.id)
      .orderBy('id', order)
      .limit(p.limit)
  })
}

const combinations = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
  const names = (Object.keys(filters) as (keyof typeof filters)[]).filter((_, at) => (bits >> at) & 1)
  return { next: page(names, '<', 'desc'), previous: page(names, '>', 'asc') }
})

/** The pages of results that a filter leaves. */
export function resultPages(filter: ResultFilter) {
  const bits = (Object.keys(filters) as (keyof typeof filters)[]).reduce(
    (sum, name, at) => sum + (filter[name] === undefined ? 0 : 1 << at),
    0,
  )
  return combinations[bits] as (typeof combinations)[number]
}
