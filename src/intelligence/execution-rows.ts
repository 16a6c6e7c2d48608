import { statements } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
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
/** Executions that wait for their time or for a process, in the order in which they fall due. */
export interface Waiting {
  account: number
  /** Due by then, in business time. */
  dueBy: number
  /** In nobody's hands by then, in wall time. */
  freeBy: number
  /** Of what is due by then, only what goes back to something earlier than this id. */
  asOf: { now: number; id: string }
}
/** Where a page begins, exclusive. */
type Place = { afterDue: number; afterId: string; limit: number }

/**
 * Executions of one rule in one conversation happen one after the other: `before` is how many come before each. It is counted for one page
 * alone; in a condition it would be for all that wait, whenever PostgreSQL believes that they are few.
 */
const waitingPage = statement<Omit<Waiting, 'asOf'> & Place & { asOfNow: number; asOfId: string }>()((db, p) =>
  db
    .selectFrom((inner) =>
      inner
        .selectFrom('rule_execution')
        .select(['account', 'conversation_id', 'rule_id', 'id', 'due_at'])
        .where('account', '=', p.account)
        .where('due_at', '<=', p.dueBy)
        .where('due_at', '>=', p.afterDue)
        .where((eb) => eb.or([eb('due_at', '>', p.afterDue), eb('id', '>', p.afterId)]))
        .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', p.freeBy)]))
        .where((eb) => eb.or([eb('cause_id', '<', p.asOfId), eb('due_at', '>', p.asOfNow)]))
        .orderBy('due_at')
        .orderBy('id')
        .limit(p.limit)
        .as('e'),
    )
    .select(['e.id', 'e.due_at'])
    .select(({ selectFrom }) =>
      selectFrom('rule_execution as f')
        .select((f) => f.fn.countAll<number>().as('before'))
        .whereRef('f.account', '=', 'e.account')
        .whereRef('f.conversation_id', '=', 'e.conversation_id')
        .whereRef('f.rule_id', '=', 'e.rule_id')
        .where('f.due_at', 'is not', null)
        .whereRef('f.id', '<', 'e.id')
        .as('before'),
    )
    .orderBy('e.due_at')
    .orderBy('e.id'),
)

/** The first that wait for none before them. */
export async function firstWaiting(
  read: Reader,
  { asOf, ...waiting }: Waiting,
  wanted: number,
): Promise<{ id: string; dueAt: number }[]> {
  const found: { id: string; dueAt: number }[] = []
  const limit = 2 * wanted + 16
  let place = { afterDue: 0, afterId: '' }
  for (;;) {
    const page = await read.all(waitingPage, { ...waiting, asOfNow: asOf.now, asOfId: asOf.id, ...place, limit })
    for (const { id, due_at, before } of page) if (before === 0) found.push({ id, dueAt: due_at ?? 0 })
    const last = page.at(-1)
    if (!last || page.length < limit || found.length >= wanted) return found.slice(0, wanted)
    place = { afterDue: last.due_at ?? 0, afterId: last.id }
  }
}

/** Of these, what is in nobody's hands. */
export const freeExecutions = statement<{ account: number; ids: string[]; now: number; wall: number }>()((db, p, d) =>
  d.lockFree(
    db
      .selectFrom('rule_execution')
      .selectAll()
      .where('account', '=', p.account)
      .where(d.among('id', p.ids))
      .where('due_at', '<=', p.now)
      .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', p.wall)]))
      .orderBy('id'),
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
