import type { AccountCache } from '../../conversations/account-cache.ts'
import { conversationsByIds } from '../../conversations/rows.ts'
import { Failure, invalid, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { activeStores } from '../../memory/steps.ts'
import type { Store } from '../../store/store.ts'
import { requireConfiguration, ruleOf } from '../configurations.ts'
import { checkValues, type ParameterValues } from '../domain/parameters.ts'
import { executionTable } from '../execution-rows.ts'
import { findOperator, unknownOperator } from '../operators.ts'

export interface ExecutionRequest {
  account: number
  /** Of the execution, just made: what is said after it is not read. */
  id: string
  configurationId: string
  ruleId: string
  conversationId: string
  overrides: readonly { id: string; parameters: ParameterValues; field: string }[]
  requestId: string
  now: number
}

/** Queues one execution of a rule for a conversation. Throws when one of them is unknown, or the conversation has no memory store. */
export async function requestExecution(
  { store, cache }: { store: Store; cache: AccountCache },
  { account, id, configurationId, ruleId, conversationId, overrides, requestId, now }: ExecutionRequest,
): Promise<void> {
  await store.transact(async (tx) => {
    const configuration = await requireConfiguration(tx, account, configurationId)
    const rule = ruleOf(configuration, ruleId)
    const [row] = await tx.all(conversationsByIds, { account, ids: [conversationId] })
    if (row?.deleting !== 0) throw notFound(`There is no conversation ${wireId('conversation', conversationId)}.`)
    for (const { id: operatorId, parameters, field } of overrides) {
      const link = rule.operators.find((one) => one.id === operatorId)
      if (!link) throw invalid(`${field}.id`, `The rule has no operator ${wireId('operator', operatorId)}.`)
      const operator = await findOperator(tx, account, operatorId, link.version)
      if (!operator) throw invalid(`${field}.id`, unknownOperator(operatorId))
      checkValues(operator.parameters, parameters, { field: `${field}.parameters`, partial: true })
    }
    const { body } = await cache.snapshot(tx, account, row.configuration_id, row.configuration_version)
    if (!(await activeStores(tx, account)).has(body.memoryStoreId)) {
      throw new Failure('unprocessable', 'The configuration of the conversation names no memory store that is there.')
    }
    await tx.insert(executionTable, [
      {
        account,
        id,
        conversation_id: conversationId,
        configuration_id: configurationId,
        rule_id: ruleId,
        place: id,
        cause_id: id,
        trigger_name: onDemand,
        triggered_at: now,
        since_id: '',
        until_id: id,
        input: overrides.length === 0 ? null : JSON.stringify(mergedOverrides(overrides)),
        request_id: requestId,
        tries: 0,
        due_at: now,
        lease: null,
        leased_until: null,
        outcome: null,
        detail: null,
        ended_at: null,
        held: null,
      },
    ])
  })
}

/** What executions that were asked for name as their trigger. */
const onDemand = 'ON_DEMAND'

function mergedOverrides(overrides: ExecutionRequest['overrides']): Record<string, ParameterValues> {
  const merged: Record<string, ParameterValues> = {}
  for (const { id, parameters } of overrides) merged[id] = { ...merged[id], ...parameters }
  return merged
}
