import { type CommandContext, work } from '../../conversations/commands/working.ts'
import { tell } from '../../conversations/telling.ts'
import { reportDiagnostics } from '../../events/report.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Executed } from '../executing.ts'
import { type ExecutionRow, executionsLocked, executionTable } from '../execution-rows.ts'
import { executionDiagnostic } from '../findings.ts'
import { presentRuleExecution } from '../http/present-execution.ts'
import { holdRemembered, isMemoryRefusal, type RememberingOptions, remember } from '../remembering.ts'
import { resultTable } from '../result-rows.ts'
import { addUsage, dayOf } from '../usage.ts'

export interface FinishContext extends Omit<RememberingOptions, 'account'> {
  store: Store
}

/**
 * Writes down what came of executions of one account, each with its end or with what it waits for, in one commit. What another process took over when
 * the lease had lapsed, or what went with its conversation, leaves nothing behind. Answers those that were written.
 */
export function finishExecutions(context: FinishContext, executed: readonly Executed[]): Promise<Executed[]> {
  return context.store.transact((tx) => finish(tx, context, executed))
}

/** The same for one of a rule with webhooks: they are told in the same commit. */
export async function finishTold(commands: CommandContext, context: FinishContext, executed: Executed): Promise<void> {
  const { account, conversation_id: conversationId, request_id: requestId } = executed.execution
  await work(commands, { account, requestId }, async (working) => {
    await working.work.load([conversationId], true)
    working.work.settleAll()
    const [saved] = await finish(working.tx, context, [executed])
    const unit = working.work.unit(conversationId)
    if (!saved?.rule || !unit) return
    const data = presentRuleExecution(working.knowledge.sid, saved.rule, conversationId, saved.results)
    await tell(working, unit, { type: 'RULE_EXECUTED', ownerId: saved.rule.rule.id, data })
  })
}

/** The same for one that writes to memory; what memory refuses is the end of it too. */
export async function finishExtraction(context: FinishContext, executed: Executed): Promise<void> {
  const { store, now } = context
  const { execution, remembered } = executed
  const options = { ...context, account: execution.account }
  try {
    await store.transact(async (tx) => {
      const held = remembered ? await holdRemembered(tx, options, remembered) : new Map()
      const [saved] = await finish(tx, context, [executed])
      if (saved && remembered) await remember(tx, options, remembered, held)
    })
  } catch (error) {
    if (!isMemoryRefusal(error)) throw error
    const message = 'No memories were extracted: the memory store refused them.'
    const diagnostic = executionDiagnostic(execution, { level: 'error', code: 530934, message }, now)
    const { remembered: _, ...rest } = executed
    const refused: Executed = { ...rest, outcome: 'FAILED', detail: message, results: [], diagnostics: [diagnostic] }
    await finishExecutions(context, [refused])
  }
}

async function finish(tx: Tx, { now }: FinishContext, executed: readonly Executed[]): Promise<Executed[]> {
  const account = executed[0]?.execution.account
  if (account === undefined) return []
  const ids = executed.map(({ execution }) => execution.id)
  const held = new Map((await tx.all(executionsLocked, { account, ids })).map((row) => [row.id, row]))
  const mine = executed.filter(({ execution }) => isHeld(held.get(execution.id), execution))
  await tx.update(
    executionTable,
    ['account', 'id'],
    ['due_at', 'lease', 'leased_until', 'tries', 'held', 'outcome', 'detail', 'ended_at', 'input'],
    mine.map((one) => (one.pending ? waiting(one.execution, one.pending, now) : ended(one, now))),
  )
  await tx.insert(
    resultTable,
    mine.flatMap(({ results }) => results),
  )
  const diagnostics = mine.flatMap((one) => one.diagnostics)
  if (diagnostics.length > 0) await reportDiagnostics(tx, account, diagnostics)
  const requests = mine.reduce((sum, { usage }) => sum + usage.requests, 0)
  const tokens = mine.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0)
  if (requests + tokens > 0) await tx.run(addUsage, { account, day: dayOf(now), requests, tokens })
  return mine
}

const inNobodysHands = { lease: null, leased_until: null } as const

function ended({ execution, outcome, detail }: Executed, now: number): ExecutionRow {
  return { ...execution, ...inNobodysHands, due_at: null, input: null, held: null, outcome, detail, ended_at: now }
}

/** The process did not die of it: it is begun anew as often as before. */
function waiting(
  execution: ExecutionRow,
  { delayMs, held }: NonNullable<Executed['pending']>,
  now: number,
): ExecutionRow {
  return { ...execution, ...inNobodysHands, due_at: now + delayMs, tries: 0, held }
}

function isHeld(row: ExecutionRow | undefined, { lease }: ExecutionRow): boolean {
  return row !== undefined && row.due_at !== null && row.lease === lease
}
