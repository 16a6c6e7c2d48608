import type { ExpressionBuilder } from 'kysely'
import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const progressTable = table('rule_progress', { account: 'int', conversation_id: 'text', state: 'text' })

/** `place` is the event that a rule was triggered at, or the execution's own id when it was asked for. */
export const executionTable = table('rule_execution', {
  account: 'int',
  id: 'text',
  conversation_id: 'text',
  configuration_id: 'text',
  rule_id: 'text',
  place: 'text',
  cause_id: 'text',
  trigger_name: 'text',
  triggered_at: 'big',
  since_id: 'text',
  until_id: 'text',
  input: 'text?',
  request_id: 'text',
  tries: 'int',
  due_at: 'big?',
  lease: 'text?',
  leased_until: 'big?',
  outcome: 'text?',
  detail: 'text?',
  ended_at: 'big?',
  held: 'text?',
})
export type ExecutionRow = RowOf<typeof executionTable>
export type ProgressRow = RowOf<typeof progressTable>

interface Tables {
  rule_progress: ProgressRow
  rule_execution: ExecutionRow
}

const statement = statements<Tables>()
type OfConversation = { account: number; conversationId: string }

export const progressOf = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  db
    .selectFrom('rule_progress')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('conversation_id', p.conversationIds)),
)
export const forgetProgress = statement<OfConversation>()((db, p) =>
  db.deleteFrom('rule_progress').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)

/** What waits, is in nobody's hands and has not been begun, of each rule the earliest first; what another transaction holds is left out or waited for. */
export const waitingExecutions = statement<{ account: number; conversationIds: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('rule_execution')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('conversation_id', p.conversationIds))
      .where('due_at', 'is not', null)
      .where('lease', 'is', null)
      .where('held', 'is', null)
      .orderBy('conversation_id')
      .orderBy('rule_id')
      .orderBy('id'),
  ),
)
/** Executions of one rule in one conversation happen one after the other. */
function isFirst({ not, exists, selectFrom }: ExpressionBuilder<Tables & { e: ExecutionRow }, 'e'>) {
  return not(
    exists(
      selectFrom('rule_execution as f')
        .select('f.id')
        .whereRef('f.account', '=', 'e.account')
        .whereRef('f.conversation_id', '=', 'e.conversation_id')
        .whereRef('f.rule_id', '=', 'e.rule_id')
        .where('f.due_at', 'is not', null)
        .whereRef('f.id', '<', 'e.id'),
    ),
  )
}

/** Due, and the first of its rule in its conversation. */
export const claimableExecutions = statement<{ account: number; now: number; wall: number; limit: number }>()(
  (db, p, d) =>
    d.lockFree(
      db
        .selectFrom('rule_execution as e')
        .selectAll()
        .where('e.account', '=', p.account)
        .where('e.due_at', '<=', p.now)
        .where((eb) => eb.or([eb('e.leased_until', 'is', null), eb('e.leased_until', '<', p.wall)]))
        .where(isFirst)
        .orderBy('e.due_at')
        .orderBy('e.id')
        .limit(p.limit),
    ),
)
export const executionsLocked = statement<{ account: number; ids: string[] }>()((db, p, d) =>
  d.lock(
    db
      .selectFrom('rule_execution')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('id', p.ids))
      .orderBy('id'),
  ),
)
export const latestExecutions = statement<OfConversation & { limit: number }>()((db, p) =>
  db
    .selectFrom('rule_execution')
    .select(['rule_id', 'outcome', 'detail'])
    .where('account', '=', p.account)
    .where('conversation_id', '=', p.conversationId)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
/** When the next is due that waits for none of its rule in its conversation. */
export const earliestExecution = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('rule_execution as e')
    .select('e.due_at')
    .where('e.account', '=', p.account)
    .where('e.due_at', 'is not', null)
    .where(isFirst)
    .orderBy('e.due_at')
    .limit(1),
)
/** The same, leaving out what is due and goes back to something that came later than the given id. */
export const earliestExecutionAsOf = statement<{ account: number; now: number; causeId: string }>()((db, p) =>
  db
    .selectFrom('rule_execution as e')
    .select('e.due_at')
    .where('e.account', '=', p.account)
    .where('e.due_at', 'is not', null)
    .where((eb) => eb.or([eb('e.cause_id', '<', p.causeId), eb('e.due_at', '>', p.now)]))
    .where(isFirst)
    .orderBy('e.due_at')
    .limit(1),
)
export const forgetExecutions = statement<OfConversation>()((db, p) =>
  db.deleteFrom('rule_execution').where('account', '=', p.account).where('conversation_id', '=', p.conversationId),
)
/** Of one process's database: nobody else can hold them. */
export const releaseLeases = statement<{ account: number }>()((db, p) =>
  db
    .updateTable('rule_execution')
    .set({ lease: null, leased_until: null })
    .where('account', '=', p.account)
    .where('lease', 'is not', null),
)
/** Of an execution that takes long: it stays with whoever holds it. */
export const renewLease = statement<{ account: number; id: string; lease: string; until: number }>()((db, p) =>
  db
    .updateTable('rule_execution')
    .set({ leased_until: p.until })
    .where('account', '=', p.account)
    .where('id', '=', p.id)
    .where('lease', '=', p.lease),
)
